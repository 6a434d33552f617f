"""Open cases, take their steps once each, and close them; one transaction per debtor."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from apps.billing_profiles.models import Seller
from apps.billing_profiles.value_dates import day_of
from apps.common.errors import BillingError
from apps.common.languages import say
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.dunning import rules
from apps.dunning.letters import letter_data
from apps.dunning.models import DunningCase, DunningEvent
from apps.dunning.rules import SUSPENDED, CloseReason, Restriction, Step, WaitReason
from apps.dunning.selectors import (
    Assessment,
    Debtor,
    assess,
    debtors,
    open_cases,
    outcome_text,
    policy_row,
    settled_debtors,
)
from apps.invoices.models import Document
from apps.invoices.selectors import unannounced_overdue
from apps.invoices.services import DraftTerms, LineTerms, draft_invoice, finalize_invoice, notify_overdue
from apps.notices.services import notify
from apps.tenants.models import Organization
from apps.wallets.services import set_postpaid_pause, set_work_pause
from apps.wallets.services.locks import lock_wallet

logger = logging.getLogger(__name__)

Outcome = DunningEvent.Outcome
SYSTEM = "system:dunning"
FEE_TEXT = _("Late payment fee")


Work = Callable[..., DunningCase | None]


class SomeFailed(Exception):
    """The dunning of some debtors failed; each failure is logged."""


def run(*, now: datetime) -> None:
    """Notify customers of invoices that became overdue, open cases, and take the steps that are due.

    A customer with a policy gets its letters instead of an email about each invoice.
    """
    for document in unannounced_overdue(now):
        policy = policy_row(Debtor(document.organization_id, document.seller_id, document.currency))
        notify_overdue(document_id=document.pk, mail=policy is None, now=now)
    _each(debtors(now), now, review)


def close_settled(*, now: datetime) -> None:
    """Close the cases in which nothing is overdue any more, which ends the pauses that they set."""
    _each(settled_debtors(now), now, close_if_settled)


def follow_invoice(*, document_id: UUID, now: datetime) -> None:
    """Close the case that an invoice belongs to, if nothing is overdue any more; the pauses that it set end with it."""
    document = Document.objects.get(pk=document_id)
    close_if_settled(debtor=Debtor(document.organization_id, document.seller_id, document.currency), now=now)


def _each(found: Iterable[Debtor], now: datetime, work: Work) -> None:
    failed = 0
    for debtor in found:
        try:
            work(debtor=debtor, now=now)
        except Exception:  # one customer does not stop the others
            logger.exception("dunning_failed", extra={"organization": str(debtor.organization_id)})
            failed += 1
    if failed:
        raise SomeFailed(f"{failed} failed")


@serialized
def close_if_settled(*, debtor: Debtor, now: datetime) -> DunningCase | None:
    """Close a debtor's open case if nothing is overdue any more; return the case, or None if none was open."""
    case = lock_case(debtor, now=now)
    if case is None:
        return None
    closes = _assess(debtor, case, now).decision.closes
    return close(case, closes, outcome_text(case, now), created_by=SYSTEM, now=now) if closes is not None else case


@serialized
def review(*, debtor: Debtor, now: datetime) -> DunningCase | None:
    """Open or close a debtor's case or take its next step, whichever is due today; return the case, if there is one.

    The debts are read under the customer's lock. A second run on the same day changes nothing. A step that fails is
    tried again by the next run.
    """
    case = lock_case(debtor, now=now)
    assessment = _assess(debtor, case, now)
    decision = assessment.decision
    if case is None and decision.opens:
        case = DunningCase.objects.create(
            organization=assessment.organization,
            seller=assessment.seller,
            currency=debtor.currency,
            opened_at=now,
            updated_at=now,
        )
    if case is None:
        return None
    if decision.closes is not None:
        return close(case, decision.closes, outcome_text(case, now), created_by=SYSTEM, now=now)
    if decision.step is None or assessment.step is None:
        return _keep(case, assessment, decision.wait, now)
    if assessment.skipped is not None:
        skipped = assessment.skipped
        note_skipped(case, assessment, assessment.step, reason=skipped.reason, created_by=skipped.created_by, now=now)
        return case
    try:
        with transaction.atomic():
            take_step(case, assessment, assessment.step, created_by=SYSTEM, now=now)
    except BillingError as error:
        case.refresh_from_db()
        case.problem = f"{error.title}: {error.detail}"[:500] if error.detail else error.title
        _keep(case, assessment, WaitReason.PROBLEM, now)
    return case


def _assess(debtor: Debtor, case: DunningCase | None, now: datetime) -> Assessment:
    return assess(debtor, day_of(Seller.objects.get(pk=debtor.seller_id), now), case)


def lock_case(debtor: Debtor, *, now: datetime) -> DunningCase | None:
    """Lock the customer's book, and with it every invoice and payment; return the debtor's open case, if any."""
    lock_wallet(Organization.objects.get(pk=debtor.organization_id), now=now)
    return open_cases(debtor).select_for_update(no_key=True).first()


def take_step(
    case: DunningCase, assessment: Assessment, step: Step, *, reason: str = "", created_by: str, now: datetime
) -> None:
    """Take the next step of a locked case: set its pause, send its letter, and last, finalize the invoice for its fee.

    `reason` is that of the person who takes it before it is due.

    Raises:
        BillingError: the fee cannot be invoiced; the caller rolls back.
    """
    fee = _draft_fee(case, assessment, step, created_by, now) if step.fee_micros else None
    _restrict(case, assessment.organization, step.restriction, now)
    facts = {"outcome": Outcome.TAKEN, "reason": reason, "created_by": created_by, "created_at": now}
    _next_event(case, assessment, step, fee=fee, **facts).save()
    if step.letter != rules.Letter.NONE:
        data = {"id": str(case.pk), "version": case.steps_done + 1, **letter_data(assessment, step)}
        notify(
            organization_id=case.organization_id,
            notice="dunning.letter",
            key=f"{case.pk}:{case.steps_done}",
            data=data,
            now=now,
        )
    advance(case, assessment, step, now)
    if fee is not None:
        finalize_invoice(document_id=fee.pk, total=Micros(fee.total_micros), created_by=created_by, now=now)


def _next_event(case: DunningCase, assessment: Assessment, step: Step, **facts: Any) -> DunningEvent:
    """Return the unsaved event of a case's next step; `facts` are the event's further columns."""
    return DunningEvent(
        organization=case.organization,
        case=case,
        position=case.steps_done,
        happened_on=assessment.today,
        days=step.days,
        letter=step.letter.value,
        restriction=step.restriction.value,
        overdue_micros=assessment.overdue_micros,
        **facts,
    )


def note_skipped(
    case: DunningCase, assessment: Assessment, step: Step, *, reason: str, created_by: str, now: datetime
) -> None:
    """Record that staff skipped the next step of a locked case."""
    _next_event(
        case, assessment, step, outcome=Outcome.SKIPPED, reason=reason, created_by=created_by, created_at=now
    ).save()
    advance(case, assessment, step, now)


def advance(case: DunningCase, assessment: Assessment, step: Step, now: datetime) -> None:
    """Count a step of a case as done today, and store the day of the next one."""
    case.steps_done += 1
    case.last_on, case.last_days = assessment.today, step.days
    case.problem = ""
    after = assess(Debtor(case.organization_id, case.seller_id, case.currency), assessment.today, case)
    _keep(case, after, after.decision.wait, now)


def close(case: DunningCase, because: CloseReason, note: str, *, created_by: str, now: datetime) -> DunningCase:
    """Close a locked case, and end its pauses unless another open case of the customer needs them."""
    others = DunningCase.objects.filter(organization=case.organization_id, closed_at=None).exclude(pk=case.pk)
    organization = Organization.objects.get(pk=case.organization_id)
    if case.paused_postpaid and not others.filter(paused_postpaid=True).exists():
        set_postpaid_pause(organization=organization, paused=False, now=now)
    is_ours = organization.work_pause_reason == SUSPENDED
    if case.suspended_work and is_ours and not others.filter(suspended_work=True).exists():
        set_work_pause(organization=organization, reason="", now=now)
    case.closed_at, case.closed_because, case.closed_note, case.closed_by = now, because.value, note, created_by
    case.paused_postpaid = case.suspended_work = False
    case.wait, case.problem, case.next_on, case.overdue_micros, case.updated_at = "", "", None, 0, now
    case.save()
    return case


def _restrict(case: DunningCase, organization: Organization, restriction: Restriction, now: datetime) -> None:
    """Set the pause of a step; a pause of new work that staff have set stays as it is."""
    if restriction == Restriction.PAUSE:
        set_postpaid_pause(organization=organization, paused=True, now=now)
        case.paused_postpaid = True
    elif restriction == Restriction.SUSPEND:
        if organization.work_paused_at is None:
            set_work_pause(organization=organization, reason=SUSPENDED, now=now)
        case.suspended_work = True


def _draft_fee(case: DunningCase, assessment: Assessment, step: Step, created_by: str, now: datetime) -> Document:
    numbers = ", ".join(document.number for document in assessment.documents if document.kind != Document.Kind.FEE)
    text = say(assessment.documents[0].language, FEE_TEXT)
    line = LineTerms(text=f"{text}: {numbers}"[:500], amount=Micros(step.fee_micros), product="fee")
    return draft_invoice(
        organization=assessment.organization,
        terms=DraftTerms(lines=[line]),
        kind=Document.Kind.FEE,
        created_by=created_by,
        now=now,
    )


def _keep(case: DunningCase, assessment: Assessment, wait: WaitReason, now: datetime) -> DunningCase:
    case.wait, case.next_on, case.overdue_micros = wait.value, assessment.decision.next_on, assessment.overdue_micros
    case.updated_at = now
    case.save()
    return case
