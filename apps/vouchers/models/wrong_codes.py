"""How many wrong codes an organization has tried."""

from django.db import models

from apps.common.audit_trail import AuditTrail
from apps.tenants.models import Organization


class WrongCodes(models.Model):
    """The moments of an organization's last wrong codes. What came of a code is written only while they stand."""

    audit_trail = AuditTrail(journal="counts guesses")

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="+", primary_key=True)
    moments = models.JSONField(default=list, help_text="The newest ten, in microseconds since 1970, oldest first.")

    class Meta:
        verbose_name = "wrong voucher codes"
        verbose_name_plural = "wrong voucher codes"

    def __str__(self) -> str:
        return f"{len(self.moments)} by {self.organization_id}"
