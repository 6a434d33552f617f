"""Approving on screen carries the thing out at once, where it is known how; else whoever asked carries it on."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from apps.approvals import services as approvals
from apps.approvals.admin import ApprovalAdmin
from apps.approvals.models import Approval
from apps.backoffice.agreed import CARRIED_OUT, carry_out
from apps.backoffice.outlook import outlook
from apps.common.admin import Change

admin.site.unregister(Approval)


@admin.register(Approval)
class CarriedOutApprovalAdmin(ApprovalAdmin):
    @display(description="What", ordering="kind")
    def what(self, approval: Approval) -> str:
        return str(CARRIED_OUT.get(approval.kind, approval.kind))

    def facts(self, approval: Approval) -> list[Change]:
        """Show before who decides what carrying it out would do now, as it was shown to who asked."""
        return [*super().facts(approval), *outlook(approval, now=timezone.now())]

    def agree(self, request: HttpRequest, approval: Approval, note: str) -> str:
        """Agree, and carry it out in the same transaction: where that is refused, nothing was agreed to."""
        by: Any = request.user
        now = timezone.now()
        with transaction.atomic():
            approvals.approve(approval_id=approval.pk, by=by, now=now, note=note)
            if approval.kind not in CARRIED_OUT:
                return "Approved. Whoever asked can now carry it out, once."
            carry_out(approval, now=now)
        return "Approved and carried out."
