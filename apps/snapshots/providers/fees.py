"""A month's fees other than usage, from the postings of service agreements and contracts."""

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
from apps.wallets.selectors import EntrySum, reversed_by_key


@dataclass(frozen=True, slots=True)
class Fees:
    """Recurring and one-time charges of a month, in micros."""

    monthly_micros: Micros
    one_time_micros: Micros


@dataclass(frozen=True, slots=True)
class ContractFees:
    """Postings of contracts and service agreements in a month, in micros, by organization.

    `portions` maps (organization, is one-time) to the settled service portions of installments.
    """

    billed_once: Mapping[UUID, int]
    portions: Mapping[tuple[UUID, bool], int]


def fees_of(organization_id: UUID, moved: Mapping[str, EntrySum], posted: ContractFees) -> Fees:
    """Return an organization's fees of a month; `moved` has the wallet's totals of the month by kind.

    One-time fees are service agreements billed once, less their reversals in the month, and the service portions of
    one-time installments settled in it. Monthly fees are all other service charges on the wallet and the service
    portions of recurring installments. Credit portions are not fees, because usage spends them later. Discounts do not
    lower a portion.
    """
    service = -moved.get(EntryType.SERVICE, EntrySum()).amount_micros
    once = posted.billed_once.get(organization_id, 0)
    recurring, single = (posted.portions.get((organization_id, kind), 0) for kind in (False, True))
    return Fees(Micros(service - once + recurring), Micros(once + single))


def contract_fees(organization_ids: Collection[UUID], month: Period) -> ContractFees:
    """Read the month's postings of the organizations' contracts and agreements, in three or four statements."""
    return ContractFees(_billed_once(organization_ids, month), _service_portions(organization_ids, month))


def _billed_once(organization_ids: Collection[UUID], month: Period) -> Counter[UUID]:
    """Sum the one-time agreements billed in the month, less the month's reversals of any one-time agreement."""
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
    """Sum the service portions settled in the month, one-time or not, less their refunds."""
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
