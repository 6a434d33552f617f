"""Write, change, stop, resume, and bill service agreements. Each period is billed once, when it starts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from apps.billing_profiles.models import TaxRate
from apps.billing_profiles.selectors import require_invoices
from apps.common.money import Micros, money_text, payable_step
from apps.common.periods import add_months
from apps.common.transactions import serialized
from apps.contracts.causes import SERVICE_AGREEMENT
from apps.contracts.errors import ChangedMeanwhile, ImpossibleTerms, StateForbids
from apps.contracts.models import MONTHS_PER_CHARGE, ServiceAgreement
from apps.contracts.schedule import months_to
from apps.contracts.services.locks import lock_agreement
from apps.contracts.terms import FIRST_YEAR, LAST_YEAR, MAX_TOTAL_MICROS
from apps.outbox.services import enqueue
from apps.tenants.models import Organization, Project
from apps.tenants.services import lock_open_organization
from apps.wallets import services as wallets
from apps.wallets.models import EntryType

ChargeType = ServiceAgreement.ChargeType
BillBy = ServiceAgreement.BillBy
# The task that invoices a period. It is in apps.invoices, which this app must not import.
INVOICE_PERIOD = "invoices.invoice_agreement"
AT_MOST_AT_ONCE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDraft:
    """The fields of a service agreement that staff enter. A one-time charge is due on the start date."""

    description: str
    charge_type: ChargeType
    amount_micros: int
    start_date: date
    end_date: date | None = None
    project: Project | None = None
    bill_by: BillBy = BillBy.WALLET


@serialized
def write_agreement(
    *, organization: Organization, draft: AgreementDraft, created_by: str, now: datetime
) -> ServiceAgreement:
    """Create a service agreement; it is billed from its start on.

    Raises:
        ImpossibleTerms: names the field to change.
        ProfileIncomplete, NoTaxRule, VatNumberMissing: it is to be invoiced, and what an invoice needs is missing.
        OrganizationArchived: the customer is archived.
    """
    _refuse_impossible(organization, draft)
    _refuse_uninvoiceable(organization.pk, draft.bill_by, now)
    lock_open_organization(organization.pk)
    wallets.open_wallet(organization=organization, now=now)
    agreement = ServiceAgreement(organization=organization, created_by=created_by, created_at=now, updated_at=now)
    _write(agreement, draft)
    agreement.next_due_date = draft.start_date
    agreement.save(force_insert=True)
    return agreement


@serialized
def change_agreement(
    *, agreement_id: UUID, seen_revision: int, draft: AgreementDraft, now: datetime
) -> ServiceAgreement:
    """Change an agreement for unbilled periods.

    Once billed, the start and the charge type are fixed; so is the amount of a one-time charge.

    Raises:
        AgreementNotFound: there is none. ChangedMeanwhile: `seen_revision` is not the newest.
        StateForbids: a fixed field would change.
        ImpossibleTerms: names the field to change.
        ProfileIncomplete, NoTaxRule, VatNumberMissing: it is to be invoiced, and what an invoice needs is missing.
    """
    agreement = lock_agreement(agreement_id)
    if agreement.revision != seen_revision:
        raise ChangedMeanwhile
    _refuse_impossible(agreement.organization, draft)
    _refuse_uninvoiceable(agreement.organization_id, draft.bill_by, now)
    if agreement.billed_at is not None:
        _refuse_other_facts(agreement, draft)
    elif (agreement.start_date, agreement.charge_type) != (draft.start_date, draft.charge_type):
        agreement.next_due_date = draft.start_date
    _write(agreement, draft)
    _keep(agreement, now=now)
    return agreement


@serialized
def stop_agreement(*, agreement_id: UUID, now: datetime) -> ServiceAgreement:
    """Bill the periods that have begun, then stop the agreement. Stopping it again changes nothing.

    Raises:
        AgreementNotFound: there is none.
    """
    agreement = lock_agreement(agreement_id)
    if agreement.active:
        today = now.astimezone(UTC).date()
        while _is_due(agreement, today):
            _charge_period(agreement, now)
        agreement.active = False
        _keep(agreement, now=now)
    return agreement


@serialized
def resume_agreement(*, agreement_id: UUID, now: datetime) -> ServiceAgreement:
    """Resume a stopped agreement; a period that begins today is billed, and those that began earlier are not.

    Raises:
        AgreementNotFound: there is none. StateForbids: it has ended.
        ProfileIncomplete, NoTaxRule, VatNumberMissing: it is invoiced, and what an invoice needs is missing.
        OrganizationArchived: the customer is archived.
    """
    agreement = lock_agreement(agreement_id)
    if agreement.active:
        return agreement
    _refuse_uninvoiceable(agreement.organization_id, BillBy(agreement.bill_by), now)
    lock_open_organization(agreement.organization_id)
    today = now.astimezone(UTC).date()
    if agreement.end_date is not None and agreement.end_date <= today:
        raise StateForbids(f"It ended on {agreement.end_date}")
    agreement.active = True
    while agreement.next_due_date is not None and agreement.next_due_date < today:
        following = following_due_date(agreement, agreement.next_due_date)
        if following is None:
            break
        agreement.next_due_date = following
    _keep(agreement, now=now)
    return agreement


@serialized
def bill_agreement(*, agreement_id: UUID, now: datetime) -> int:
    """Bill every unbilled period that has begun, up to `AT_MOST_AT_ONCE`, as the agreement says; return their number.

    Each period is billed once, even if this runs concurrently or again. An agreement past its end becomes inactive.
    Archived organizations are not billed.
    """
    agreement = lock_agreement(agreement_id)
    today = now.astimezone(UTC).date()
    billed = 0
    while agreement.active and billed < AT_MOST_AT_ONCE and _is_due(agreement, today):
        _charge_period(agreement, now)
        billed += 1
    ended = agreement.end_date is not None and agreement.end_date <= today and not _is_due(agreement, today)
    if billed or (ended and agreement.active):
        agreement.active = agreement.active and not ended
        _keep(agreement, now=now)
    return billed


def following_due_date(agreement: ServiceAgreement, due: date) -> date | None:
    """Return the start of the period after the one that starts on `due`; None for a one-time charge."""
    step = MONTHS_PER_CHARGE.get(ChargeType(agreement.charge_type))
    return add_months(agreement.start_date, months_to(agreement.start_date, due) + step) if step else None


def charge_key(agreement: ServiceAgreement, period: str) -> str:
    """Return the idempotency key of a period's charge. `period` is "start/end", or one day for a one-time charge."""
    return f"service-agreement:{agreement.pk}:{period}"


def _is_due(agreement: ServiceAgreement, today: date) -> bool:
    due = agreement.next_due_date
    if due is None or agreement.organization.status == Organization.Status.ARCHIVED:
        return False
    return due <= today and (agreement.end_date is None or due < agreement.end_date)


def _charge_period(agreement: ServiceAgreement, now: datetime) -> None:
    due = agreement.next_due_date
    assert due is not None, "checked by the caller"
    following = following_due_date(agreement, due)
    period = f"{due}/{following}" if following else str(due)
    if agreement.bill_by == BillBy.INVOICE:
        _invoice_period(agreement, due, following, charge_key(agreement, period), now)
    else:
        _charge_wallet(agreement, period, now)
    agreement.next_due_date, agreement.billed_at = following, now


def _invoice_period(agreement: ServiceAgreement, due: date, following: date | None, key: str, now: datetime) -> None:
    """Queue the invoice of a period, with the agreement's current price and description."""
    arguments = {
        "agreement_id": str(agreement.pk),
        "start": str(due),
        "end": str(following) if following else None,
        "amount_micros": agreement.amount_micros,
        "text": agreement.description,
    }
    enqueue(INVOICE_PERIOD, now=now, key=f"invoice-{key}", arguments=arguments)


def _charge_wallet(agreement: ServiceAgreement, period: str, now: datetime) -> None:
    wallets.charge(
        charge=wallets.Charge(
            organization=agreement.organization,
            amount=Micros(agreement.amount_micros),
            kind=EntryType.SERVICE,
            key=charge_key(agreement, period),
            cause=SERVICE_AGREEMENT.of(agreement.pk),
            created_by="system:service-agreements",
            description=agreement.description,
            metadata={"period": period},
        ),
        now=now,
    )


def _write(agreement: ServiceAgreement, draft: AgreementDraft) -> None:
    agreement.description, agreement.project = draft.description, draft.project
    agreement.charge_type, agreement.amount_micros = draft.charge_type, draft.amount_micros
    agreement.start_date, agreement.end_date = draft.start_date, draft.end_date
    agreement.bill_by = draft.bill_by


def _keep(agreement: ServiceAgreement, *, now: datetime) -> None:
    agreement.revision += 1
    agreement.updated_at = now
    agreement.save()


def _refuse_other_facts(agreement: ServiceAgreement, draft: AgreementDraft) -> None:
    billed = ["charge_type", "start_date"] + ["amount_micros"] * (agreement.charge_type == ChargeType.ONE_TIME)
    for name in billed:
        if getattr(agreement, name) != getattr(draft, name):
            raise StateForbids("It has been billed: stop it and create a new one", field=name)


def _refuse_uninvoiceable(organization_id: UUID, bill_by: BillBy, now: datetime) -> None:
    if bill_by == BillBy.INVOICE:
        require_invoices(organization_id, TaxRate.Product.SERVICE, now)


def _refuse_impossible(organization: Organization, draft: AgreementDraft) -> None:
    if not 0 < draft.amount_micros <= MAX_TOTAL_MICROS:
        raise ImpossibleTerms("The amount must be above zero and at most one billion.", field="amount_micros")
    if not FIRST_YEAR <= draft.start_date.year <= LAST_YEAR:
        raise ImpossibleTerms(f"The start must be between {FIRST_YEAR} and {LAST_YEAR}.", field="start_date")
    if draft.end_date is not None and draft.end_date <= draft.start_date:
        raise ImpossibleTerms("The end must be after the start.", field="end_date")
    if draft.bill_by == BillBy.INVOICE and draft.amount_micros % payable_step(organization.currency):
        least = money_text(payable_step(organization.currency), organization.currency)
        raise ImpossibleTerms(f"An invoiced amount must be a multiple of {least}.", field="amount_micros")
    if draft.project is not None and draft.project.organization_id != organization.pk:
        raise ImpossibleTerms("The project belongs to another organization.", field="project")
