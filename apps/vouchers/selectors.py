"""Which vouchers an organization may know of, and finding one by its code."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.plans.models import Subscription
from apps.tenants.models import Organization
from apps.vouchers import codes
from apps.vouchers.keys import lookup_key
from apps.vouchers.models import Batch, Voucher

KNOWN = (Batch.State.ACTIVE, Batch.State.DISABLED, Batch.State.REVOKED)


def vouchers_for(organization: Organization, now: datetime) -> QuerySet[Voucher]:
    """Return the vouchers that exist for an organization: issued, begun, in its currency, and for it or its plan."""
    named = Batch.organizations.through.objects.filter(batch=OuterRef("batch"))
    planned = Batch.plans.through.objects.filter(batch=OuterRef("batch"))
    current = Subscription.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=now), organization=organization, started_at__lte=now
    )
    eligible = (
        Q(~Exists(named), ~Exists(planned))
        | Q(Exists(named.filter(organization=organization)))
        | Q(Exists(planned.filter(plan__in=current.values("plan"))))
    )
    started = Q(batch__starts_at=None) | Q(batch__starts_at__lte=now)
    return Voucher.objects.filter(eligible, started, batch__state__in=KNOWN, batch__currency=organization.currency)


def voucher_with_code(text: str) -> Voucher | None:
    """Return the voucher with this full code, whoever may use it, for staff; None where there is none."""
    code = codes.normalize(text)
    if not codes.is_plain(code):
        return None
    return Voucher.objects.select_related("batch").filter(code_hash=codes.keyed_hash(lookup_key(), code)).first()
