"""A month's fees beside usage, from what service agreements and contracts posted in it."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum

from apps.common.money import Micros
from apps.common.periods import Period
from apps.contracts.models import Installment, InstallmentRefund, ServiceAgreement
from apps.contracts.services.agreements import charge_key
from apps.wallets.models import EntryType
from apps.wallets.selectors import Moved, reversed_by_key


@dataclass(frozen=True, slots=True)
class Fees:
    """Charges that come again, and charges that come once, in micros."""

    monthly_micros: Micros
    one_time_micros: Micros


@dataclass(frozen=True, slots=True)
class ContractFees:
    """What contracts and agreements posted to organizations in a month, in micros, by organization.

    `portions` are service portions by whether they are one-time.
    """

    billed_once: Mapping[UUID, int]
    portions: Mapping[tuple[UUID, bool], int]


def fees_of(organization_id: UUID, moved: Mapping[str, Moved], posted: ContractFees) -> Fees:
    """Return an organization's fees of a month; `moved` is what its wallet moved in it, by kind.

    One-time: service agreements billed once, less what of them was reversed in the month, and the service portions of a
    contract's one-time installments that were settled in it. Monthly: every other service charge on the wallet, and the
    service portions of recurring installments. Credit portions are no fees: they are credit until usage spends it.
    Discounts do not lower a portion.
    """
    service = -moved.get(EntryType.SERVICE, Moved()).amount_micros
    once = posted.billed_once.get(organization_id, 0)
    recurring, single = (posted.portions.get((organization_id, kind), 0) for kind in (False, True))
    return Fees(Micros(service - once + recurring), Micros(once + single))


def contract_fees(organization_ids: Collection[UUID], month: Period) -> ContractFees:
    """Read what some organizations' contracts and agreements posted in a month, in three statements or four."""
    return ContractFees(_billed_once(organization_ids, month), _service_portions(organization_ids, month))


def _billed_once(organization_ids: Collection[UUID], month: Period) -> Counter[UUID]:
    """What was billed once in the month, less what was reversed in it of anything billed once by then."""
    agreements = ServiceAgreement.objects.filter(
        organization__in=organization_ids,
        charge_type=ServiceAgreement.ChargeType.ONE_TIME,
        billed_at__lt=month.end,
    )
    billed = {(each.organization_id, charge_key(each, str(each.start_date))): each for each in agreements}
    once: Counter[UUID] = Counter()
    for agreement in billed.values():
        if agreement.billed_at and agreement.billed_at in month:
            once[agreement.organization_id] += agreement.amount_micros
    for (organization_id, _), amount in reversed_by_key(billed.keys(), month).items():
        once[organization_id] -= amount
    return once


def _service_portions(organization_ids: Collection[UUID], month: Period) -> Counter[tuple[UUID, bool]]:
    """The service portions settled in the month, by whether they are one-time, less what of them was given back."""
    settled = Q(contract__organization__in=organization_ids, settled_at__gte=month.start, settled_at__lt=month.end)
    rows = Installment.objects.filter(settled)
    portions = Counter(_by_kind(rows, "contract__organization", "is_one_time", F("service_micros")))
    refunds = InstallmentRefund.objects.filter(installment__in=rows, undone_at__isnull=True)
    by = ("installment__contract__organization", "installment__is_one_time")
    portions.subtract(_by_kind(refunds, *by, F("unearned_micros") + F("earned_micros")))
    return portions


def _by_kind(rows: QuerySet[Any], organization: str, kind: str, amount: Any) -> dict[tuple[UUID, bool], int]:
    totals = rows.order_by().values_list(organization, kind).annotate(total=Sum(amount))
    return {(pk, is_one_time): total for pk, is_one_time, total in totals}
