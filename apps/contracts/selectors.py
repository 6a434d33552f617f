"""Queries on contracts: the contract that customers see, unpaid installments, and unearned service."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Case,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    UUIDField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from apps.common.money import Micros
from apps.common.queries import Query
from apps.contracts.agreed_prices import AgreedPrice, newest_of
from apps.contracts.errors import AlreadyRunning, ContractNotFound, NothingToPay
from apps.contracts.models import (
    MONTHS_PER_CHARGE,
    OPEN_STATES,
    Contract,
    ContractVersion,
    Installment,
    InstallmentRefund,
    InstallmentSurplus,
    ServiceAgreement,
    ServiceRevenue,
)
from apps.contracts.models.installments import MoneyAccount
from apps.contracts.recurring_revenue import RecurringAmount
from apps.contracts.terms import MONTHS_PER_PERIOD, Frequency
from apps.tenants.models import Organization
from apps.wallets.models import Grant

Status = Contract.Status
State = Installment.State
ENDING_SOON = timedelta(days=60)


def shown_contract(organization: Organization) -> Contract | None:
    """Return the contract that customers see: the running one, else the newest offered, else the newest ended."""
    shown = Func(Value(organization.pk), function="contract_shown", output_field=UUIDField())
    return Contract.objects.filter(pk=shown).first()


def shown_status_query(organization: Organization) -> Query[str | None]:
    """Query the status of the contract that customers see; None if there is none."""
    expression = "(SELECT status FROM contracts_contract WHERE id = contract_shown(%s))"
    return Query(expression, (organization.pk,), lambda status: status)


def discountable_contracts(organization: Organization) -> QuerySet[Contract]:
    """Return the contracts that can take a discount: the running one, then offered ones, newest first."""
    open_ones = [Status.ACTIVE, Status.PAST_DUE, Status.PENDING_PAYMENT]
    found = Contract.objects.filter(organization=organization, status__in=open_ones)
    is_offered = Case(When(status=Status.PENDING_PAYMENT, then=True), default=False)
    return found.order_by(is_offered, "-offered_at", "-pk")


def current_schedule(contract: Contract) -> list[Installment]:
    """Return the current term's installments by due date, one-time before recurring; superseded ones are left out."""
    rows = contract.installments.filter(version__term=contract.term).exclude(state=State.SUPERSEDED)
    return list(rows.order_by("due_date", "-is_one_time", "version__number", "position"))


def next_unpaid_installment(contract: Contract, since: date = date.min) -> Installment | None:
    """Return the next installment to pay: the earliest that is due or partly paid. One being processed is skipped.

    Installments that fell due before `since` are skipped too.
    """
    unpaid = contract.installments.filter(state__in=[State.DUE, State.PARTIALLY_PAID], due_date__gte=since)
    return unpaid.order_by("due_date", "-is_one_time", "pk").first()


def installment_of(grant: Grant) -> Installment | None:
    """Return the installment that a grant's credit came from, or None."""
    return Installment.objects.filter(grant=grant).select_related("contract__organization").first()


def contract_for_subscribe(*, organization: Organization, contract_id: UUID) -> tuple[Contract, Installment]:
    """Return the offered contract that an organization may subscribe to, and the installment to pay for it.

    Raises:
        ContractNotFound: it is unknown, a draft, ended, or another organization's.
        AlreadyRunning: it is active or past due.
        NothingToPay: an installment is already paid or being paid, or none is unpaid.
    """
    contract = Contract.objects.filter(pk=contract_id, organization=organization).first()
    if contract is None or contract.status == Status.DRAFT or contract.is_ended:
        raise ContractNotFound
    if contract.status != Status.PENDING_PAYMENT:
        raise AlreadyRunning
    if contract.installments.filter(state__in=[State.PAID, State.PROCESSING]).exists():
        raise NothingToPay
    installment = next_unpaid_installment(contract)
    if installment is None:
        raise NothingToPay
    return contract, installment


def newest_version(contract: Contract) -> ContractVersion:
    """Return the newest version."""
    version = contract.versions.order_by("-number").first()
    assert version is not None, "every contract is drafted with a version"
    return version


def agreed_prices(contract: Contract) -> list[AgreedPrice]:
    """Return the customer's own prices that the contract agrees on; an amendment's replace those before it."""
    versions = contract.versions.order_by("number")
    return newest_of(price for version in versions for price in version.agreed_prices())


def recurring_version(contract: Contract) -> ContractVersion:
    """Return the newest version with recurring periods; its frequency and limits are the contract's."""
    version = contract.versions.filter(term_months__gt=0).order_by("-number").first()
    assert version is not None, "the first version has periods"
    return version


def rows_to_replace(rows: Sequence[Installment], effective_date: date) -> list[Installment]:
    """Return the rows that an amendment replaces: those from the day on, except settled one-time rows."""
    return [row for row in rows if row.period_start >= effective_date and not (row.is_one_time and row.is_settled)]


def amendment_boundary(contract: Contract, rows: Sequence[Installment], effective_date: date) -> date:
    """Return the start of the first period on or after `effective_date`, or the end of the term if there is none."""
    starts = [row.period_start for row in rows if not row.is_one_time and row.period_start >= effective_date]
    return min(starts, default=contract.end_date)


def first_amendable_day(contract: Contract, rows: Sequence[Installment]) -> date:
    """Return the start of the first period after the last paid one, or the end of the term if none is left."""
    touched = [row for row in rows if row.is_settled or row.paid_micros or row.state == State.PROCESSING]
    last = max((row.period_start for row in touched if not row.is_one_time), default=None)
    starts = [row.period_start for row in rows if not row.is_one_time and (last is None or row.period_start > last)]
    return min(starts, default=contract.end_date)


def with_figures(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Annotate contracts with the current term's total, unpaid and overdue amounts in micros, and the next due date."""
    rows = Installment.objects.filter(contract=OuterRef("pk")).exclude(state=State.SUPERSEDED).order_by()
    unpaid = rows.filter(state__in=OPEN_STATES)
    left = F("amount_micros") - F("discount_micros") - F("paid_micros")
    return contracts.annotate(
        total_micros=_sum_of(rows.filter(version__term=OuterRef("term")), F("amount_micros")),
        unpaid_micros=_sum_of(unpaid, left),
        overdue_micros=_sum_of(unpaid.filter(overdue_at__isnull=False), left),
        next_due_date=Subquery(unpaid.order_by("due_date").values("due_date")[:1]),
    )


def overdue_installments(rows: QuerySet[Installment]) -> QuerySet[Installment]:
    """Filter installments that are overdue and still open."""
    return rows.filter(overdue_at__isnull=False, state__in=OPEN_STATES)


def ending_contracts(contracts: QuerySet[Contract], now: datetime) -> QuerySet[Contract]:
    """Filter active contracts that end within 60 days and do not renew automatically."""
    today = now.astimezone(UTC).date()
    fixed = contracts.filter(status=Contract.Status.ACTIVE, auto_renew=False)
    return fixed.filter(end_date__gte=today, end_date__lte=today + ENDING_SOON)


def _sum_of(rows: QuerySet[Installment], amount: Combinable) -> Coalesce:
    total = rows.values("contract").annotate(total=Sum(amount)).values("total")
    return Coalesce(Subquery(total), Value(0), output_field=BigIntegerField())


def active_agreements(organization: Organization, today: date) -> list[ServiceAgreement]:
    """Return an organization's active service agreements with their projects, newest first."""
    unended = Q(end_date=None) | Q(end_date__gt=today)
    rows = ServiceAgreement.objects.filter(unended, organization=organization, active=True)
    return list(rows.select_related("project").order_by("-created_at", "-pk"))


def what_runs(organization: Organization) -> list[str]:
    """Return an organization's offered and running contracts and active service agreements as texts."""
    open_states = [Status.PENDING_PAYMENT, Status.ACTIVE, Status.PAST_DUE]
    contracts = Contract.objects.filter(organization=organization, status__in=open_states).order_by("start_date", "pk")
    agreements = ServiceAgreement.objects.filter(organization=organization, active=True).order_by("created_at", "pk")
    return [*map(str, contracts), *(f"service agreement “{each}”" for each in agreements)]


def unearned_parts() -> QuerySet[ServiceRevenue]:
    """Return the months whose service is not fully earned."""
    return ServiceRevenue.objects.filter(amount_micros__gt=F("canceled_micros") + F("recognized_micros"))


def contracts_to_end(today: date) -> list[UUID]:
    """Return the contracts whose term is over and that may renew or expire, except those of archived organizations."""
    over = Contract.objects.filter(end_date__lte=today, status__in=[Status.PENDING_PAYMENT, Status.ACTIVE])
    over = over.exclude(organization__status=Organization.Status.ARCHIVED)
    return list(over.order_by("end_date", "pk").values_list("pk", flat=True))


def contracts_with_late_installments(before: date) -> list[UUID]:
    """Return the contracts, except drafts, with an unpaid installment to pay before a day, not yet marked overdue."""
    late = Installment.objects.filter(
        pay_by__lt=before, overdue_at=None, state__in=[State.DUE, State.PARTIALLY_PAID]
    ).exclude(contract__status=Status.DRAFT)
    return list(late.order_by("contract").values_list("contract", flat=True).distinct())


def installments_due_between(first: date, last: date) -> list[Installment]:
    """Return unpaid installments due on these days, both included, with their organization; no drafts."""
    due = Installment.objects.filter(due_date__range=(first, last), state__in=[State.DUE, State.PARTIALLY_PAID])
    of_contracts = due.exclude(contract__status=Status.DRAFT).order_by("due_date", "pk")
    return list(of_contracts.select_related("organization"))


def contracts_with_earned_service(today: date) -> list[UUID]:
    """Return the contracts with an ended month that is not fully earned."""
    ended = unearned_parts().filter(period_end__lte=today).order_by("installment__contract")
    return list(ended.values_list("installment__contract", flat=True).distinct())


def agreements_to_bill(today: date) -> list[UUID]:
    """Return the active agreements with a period to bill or an end date reached, except those of archived customers."""
    due = ServiceAgreement.objects.filter(Q(next_due_date__lte=today) | Q(end_date__lte=today), active=True)
    due = due.exclude(organization__status=Organization.Status.ARCHIVED)
    return list(due.order_by("pk").values_list("pk", flat=True))


def surplus_left(installment_id: int) -> Micros:
    """Return the overpayment of an installment that has not been refunded, in micros."""
    rows = InstallmentSurplus.objects.filter(installment=installment_id)
    return Micros(sum(row.left_micros for row in rows))


def recurring_stretches(customers: QuerySet[Organization]) -> list[RecurringAmount]:
    """Return the amounts of recurring installments and service agreements, each with the days on which it counts.

    An installment counts in its period while its contract runs; a replaced one never counts, a void one only before
    its contract ended. An agreement counts from its start until its end, or its next period once it is switched off.
    """
    installments = (
        Installment.objects.filter(contract__organization__in=customers, contract__activated_at__isnull=False)
        .filter(is_one_time=False)
        .exclude(state=State.SUPERSEDED)
        .exclude(state=State.VOID, contract__ended_at__isnull=True)
    )
    columns = ("organization_id", "period_start", "period_end", "amount_micros")
    terms = ("version__payment_frequency", "version__term_months", "contract__activated_at", "contract__ended_at")
    found = []
    for owner, start, end, amount, frequency, term, activated, ended in installments.values_list(*columns, *terms):
        first = max(start, activated.astimezone(UTC).date())
        after = min(end, ended.astimezone(UTC).date()) if ended else end
        months = MONTHS_PER_PERIOD.get(Frequency(frequency), term)
        if first < after and months:
            found.append(RecurringAmount(owner, first, after, amount, months))
    agreements = ServiceAgreement.objects.filter(organization__in=customers, charge_type__in=MONTHS_PER_CHARGE)
    for agreement in agreements:
        months = MONTHS_PER_CHARGE[ServiceAgreement.ChargeType(agreement.charge_type)]
        end, off = agreement.end_date, agreement.next_due_date
        if not agreement.active and off is not None:
            end = min(end, off) if end else off
        found.append(
            RecurringAmount(agreement.organization_id, agreement.start_date, end, agreement.amount_micros, months)
        )
    return found


def bank_refunds(installment: Installment) -> QuerySet[InstallmentRefund]:
    """Return the refunds of an installment by bank transfer that were not undone."""
    refunds = InstallmentRefund.objects.filter(installment=installment, paid_to=MoneyAccount.MANUAL_RECEIPTS)
    return refunds.filter(undone_at=None).order_by("pk")
