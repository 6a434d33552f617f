"""Staff services on a case: hold it, record a promise, skip or take its next step, end it, or exclude an invoice."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from apps.billing_profiles.models import Seller
from apps.billing_profiles.value_dates import day_of
from apps.common.errors import Rejected
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.dunning.errors import CaseIsClosed, NoStepLeft, StepAhead
from apps.dunning.models import DisputedInvoice, DunningCase, SkippedFirstStep
from apps.dunning.rules import CloseReason
from apps.dunning.selectors import Assessment, Debtor, assess, debtor_of, find_case
from apps.dunning.services.cases import close, follow_invoice, lock_case, note_skipped, take_step
from apps.invoices.errors import InvoiceNotFound, StateForbids
from apps.invoices.models import Document
from apps.invoices.models.documents import OUTSTANDING


@serialized
def hold_case(*, case_id: UUID, until: date | None, reason: str, now: datetime) -> DunningCase:
    """Hold a case through a day; without a day, end its hold.

    Raises:
        CaseNotFound: there is none. CaseIsClosed: it is closed. Rejected: the day has passed.
    """
    case = _locked(case_id, now)
    _refuse_past(until, case, now, "until")
    case.held_until, case.hold_reason = until, reason if until else ""
    return _save_wait(case, now)


@serialized
def note_promise(*, case_id: UUID, on: date | None, amount: Micros, now: datetime) -> DunningCase:
    """Record that the customer promises to pay an amount on a day; the case waits until the business day after it.

    Without a day, the promise is withdrawn.

    Raises:
        CaseNotFound: there is none. CaseIsClosed: it is closed. Rejected: the day has passed.
    """
    case = _locked(case_id, now)
    _refuse_past(on, case, now, "on")
    case.promised_on, case.promised_micros = on, amount if on else 0
    return _save_wait(case, now)


@serialized
def skip_step(*, case_id: UUID, position: int, reason: str, created_by: str, now: datetime) -> DunningCase:
    """Skip the next step of a case, the one at `position`; the days between the other steps do not change.

    Raises:
        CaseNotFound: there is none. CaseIsClosed: it is closed. NoStepLeft: all are done.
        StepAhead: another step is the next one.
    """
    case = _locked(case_id, now)
    assessment = _assess(case, now)
    if assessment.step is None:
        raise NoStepLeft
    if position != case.steps_done:
        raise StepAhead
    note_skipped(case, assessment, assessment.step, reason=reason, created_by=created_by, now=now)
    return case


@serialized
def skip_first_step(*, debtor: Debtor, due: date, reason: str, created_by: str, now: datetime) -> SkippedFirstStep:
    """Skip the first step of a case that would open tomorrow, for invoices whose oldest due date is `due`.

    The case still opens, with its first step marked as skipped.

    Raises:
        StepAhead: a case is open, no first step comes tomorrow, or it is for other invoices.
    """
    case = lock_case(debtor, now=now)
    tomorrow = day_of(Seller.objects.get(pk=debtor.seller_id), now) + timedelta(days=1)
    assessment = assess(debtor, tomorrow, case)
    if case is not None or assessment.decision.step != 0 or assessment.oldest_due != due:
        raise StepAhead
    if assessment.skipped is not None:
        return assessment.skipped
    return SkippedFirstStep.objects.create(
        organization=assessment.organization,
        seller=assessment.seller,
        currency=debtor.currency,
        due_date=due,
        reason=reason,
        created_by=created_by,
        created_at=now,
    )


@serialized
def take_step_now(
    *, case_id: UUID, position: int, fee: Micros, reason: str, created_by: str, now: datetime
) -> DunningCase:
    """Take the next step of a case before it is due: the one at `position`, with this fee in micros.

    Raises:
        CaseNotFound: there is none. CaseIsClosed: it is closed, or nothing is overdue. NoStepLeft: all are done.
        StepAhead: another step is the next one, or its fee has changed.
        BillingError: the fee cannot be invoiced.
    """
    case = _locked(case_id, now)
    assessment = _assess(case, now)
    if not assessment.documents:
        raise CaseIsClosed("Nothing is overdue that is neither disputed nor charged again by Stripe.")
    if assessment.step is None:
        raise NoStepLeft
    if position != case.steps_done or fee != assessment.step.fee_micros:
        raise StepAhead
    take_step(case, assessment, assessment.step, reason=reason, created_by=created_by, now=now)
    return case


@serialized
def end_case(*, case_id: UUID, reason: str, created_by: str, now: datetime) -> DunningCase:
    """End a case by hand. Its invoices stay overdue; only one that falls due later opens another case.

    Raises:
        CaseNotFound: there is none. CaseIsClosed: it is closed.
    """
    return close(_locked(case_id, now), CloseReason.BY_HAND, reason, created_by=created_by, now=now)


@serialized
def dispute_invoice(*, document_id: UUID, reason: str, created_by: str, now: datetime) -> None:
    """Exclude an invoice that the customer disputes from dunning until the dispute is decided.

    Raises:
        InvoiceNotFound: there is none. StateForbids: nothing is left to pay on it, or it is already disputed.
    """
    document = _document(document_id)
    if document.state not in OUTSTANDING or _disputes(document).exists():
        raise StateForbids(f"{document} is not open, or is already disputed.")
    DisputedInvoice.objects.create(
        organization=document.organization, document=document, reason=reason, opened_by=created_by, opened_at=now
    )
    follow_invoice(document_id=document.pk, now=now)


@serialized
def decide_dispute(*, document_id: UUID, now: datetime) -> None:
    """End the dispute of an invoice; if it is still unpaid, dunning includes it again.

    Raises:
        InvoiceNotFound: there is none. StateForbids: it is not disputed.
    """
    document = _document(document_id)
    if not _disputes(document).update(decided_at=now):
        raise StateForbids(f"{document} is not disputed.")
    follow_invoice(document_id=document.pk, now=now)


def _locked(case_id: UUID, now: datetime) -> DunningCase:
    case = lock_case(debtor_of(find_case(case_id)), now=now)
    if case is None or case.pk != case_id:
        raise CaseIsClosed
    return case


def _assess(case: DunningCase, now: datetime) -> Assessment:
    return assess(debtor_of(case), day_of(case.seller, now), case)


def _save_wait(case: DunningCase, now: datetime) -> DunningCase:
    """Save a case with the reason why it waits now."""
    assessment = _assess(case, now)
    case.wait, case.next_on, case.updated_at = assessment.decision.wait.value, assessment.decision.next_on, now
    case.save()
    return case


def _refuse_past(day: date | None, case: DunningCase, now: datetime, field: str) -> None:
    if day is not None and day < day_of(case.seller, now):
        raise Rejected("The day has passed.", field=field)


def _document(document_id: UUID) -> Document:
    document = Document.objects.select_related("organization").filter(pk=document_id).first()
    if document is None:
        raise InvoiceNotFound
    return document


def _disputes(document: Document) -> QuerySet[DisputedInvoice]:
    return DisputedInvoice.objects.filter(organization=document.organization, document=document, decided_at=None)
