"""A month's fees beside usage, from what service agreements and contracts posted in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from apps.common.money import Micros
from apps.common.periods import Period
from apps.contracts.models import Installment, InstallmentRefund, ServiceAgreement
from apps.contracts.services.agreements import charge_key
from apps.tenants.models import Organization
from apps.wallets.models import DayTotal, EntryType
from apps.wallets.selectors import reversed_between


@dataclass(frozen=True, slots=True)
class Fees:
    """Charges that come again, and charges that come once, in micros."""

    monthly_micros: Micros
    one_time_micros: Micros


def fees_of(organization: Organization, month: Period, charged: Sequence[DayTotal]) -> Fees:
    """Return the month's fees; `charged` are the wallet's day totals of the month.

    One-time: service agreements billed once, less what of them was reversed in the month, and the service portions of a
    contract's one-time instalments that were settled in it. Monthly: every other service charge on the wallet, and the
    service portions of recurring instalments. Credit portions are no fees: they are credit until usage spends it.
    Discounts do not lower a portion.
    """
    service = -sum(day.amount_micros for day in charged if day.kind == EntryType.SERVICE)
    once = _billed_once(organization, month)
    portions = _service_portions(organization, month)
    return Fees(Micros(service - once + portions[False]), Micros(once + portions[True]))


def _billed_once(organization: Organization, month: Period) -> int:
    billed = list(
        ServiceAgreement.objects.filter(
            organization=organization, charge_type=ServiceAgreement.ChargeType.ONE_TIME, billed_at__lt=month.end
        )
    )
    once = sum(agreement.amount_micros for agreement in billed if agreement.billed_at and agreement.billed_at in month)
    return once - reversed_between([charge_key(agreement, str(agreement.start_date)) for agreement in billed], month)


def _service_portions(organization: Organization, month: Period) -> Counter[bool]:
    """The service portions settled in the month, by whether they are one-time, less what of them was given back."""
    settled = Q(contract__organization=organization, settled_at__gte=month.start, settled_at__lt=month.end)
    portions = Counter(_by_kind(Installment.objects.filter(settled), "is_one_time", F("service_micros")))
    refunds = InstallmentRefund.objects.filter(
        installment__in=Installment.objects.filter(settled), undone_at__isnull=True
    )
    portions.subtract(_by_kind(refunds, "installment__is_one_time", F("unearned_micros") + F("earned_micros")))
    return portions


def _by_kind(rows: QuerySet[Any], kind: str, amount: Any) -> dict[bool, int]:
    return dict(rows.values_list(kind).annotate(total=Sum(amount)).order_by(kind))
