"""A month's fees beside usage, from what service agreements and contracts posted in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from apps.common.money import Micros
from apps.common.periods import Period
from apps.contracts.models import Installment, ServiceAgreement
from apps.tenants.models import Organization
from apps.wallets.models import DayTotal, EntryType


@dataclass(frozen=True, slots=True)
class Fees:
    """Charges that come again, and charges that come once, in micros."""

    monthly_micros: Micros
    one_time_micros: Micros


def fees_of(organization: Organization, month: Period, charged: Sequence[DayTotal]) -> Fees:
    """Return the month's fees; `charged` are the wallet's day totals of the month.

    One-time: service agreements billed once, and the service portions of a contract's one-time instalments that were
    settled in the month. Monthly: every other service charge on the wallet, and the service portions of recurring
    instalments. Credit portions are no fees: they are credit until usage spends it. What was given back whole is none.
    """
    service = -sum(day.amount_micros for day in charged if day.kind == EntryType.SERVICE)
    once = _billed_once(organization, month)
    portions = _service_portions(organization, month)
    return Fees(Micros(service - once + portions.get(False, 0)), Micros(once + portions.get(True, 0)))


def _billed_once(organization: Organization, month: Period) -> int:
    billed = ServiceAgreement.objects.filter(
        organization=organization,
        charge_type=ServiceAgreement.ChargeType.ONE_TIME,
        billed_at__gte=month.start,
        billed_at__lt=month.end,
    )
    return int(billed.aggregate(total=Sum("amount_micros"))["total"] or 0)


def _service_portions(organization: Organization, month: Period) -> dict[bool, int]:
    settled = Installment.objects.filter(
        contract__organization=organization,
        state=Installment.State.PAID,
        settled_at__gte=month.start,
        settled_at__lt=month.end,
    )
    return dict(settled.values_list("is_one_time").annotate(total=Sum("service_micros")).order_by("is_one_time"))
