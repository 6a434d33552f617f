"""The course of a case: opened, its steps taken once each, and closed. One place is looked at per transaction."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.billing_profiles.models import Seller
from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.dunning import rules
from apps.dunning.letters import letter_data
from apps.dunning.models import DunningCase, DunningEvent
from apps.dunning.rules import Act, Closed, Step, Wait
from apps.dunning.selectors import Place, Standing, open_cases, places, policy_row, settled_places, standing_at
from apps.invoices.models import Document
from apps.invoices.selectors import untold_overdue
from apps.invoices.services import DraftTerms, LineTerms, draft_invoice, finalize_invoice, tell_overdue
from apps.invoices.services.dates import day_of
from apps.notices.services import notify
from apps.tenants.models import Organization
from apps.wallets.services import set_postpaid_pause, set_work_pause
from apps.wallets.services.locks import lock_wallet

logger = logging.getLogger(__name__)

Outcome = DunningEvent.Outcome
SYSTEM = "system:dunning"
# The customer reads it where new work is refused.
SUSPENDED = "Invoices are overdue. New work may begin again once they are paid."
FEE_TEXTS = {"en": "Late payment fee", "de": "Mahngebühr", "fr": "Frais de retard de paiement"}


Work = Callable[..., DunningCase | None]


class SomeFailed(Exception):
    """Some places could not be looked at; each failure is logged."""


def run(*, now: datetime) -> None:
    """Tell customers of invoices that became overdue, and take the steps that are due wherever a case is or opens.

    A customer with a policy gets its letters in place of a mail about each invoice.
    """
    for document in untold_overdue(now):
        is_chased = policy_row(Place(document.organization_id, document.seller_id, document.currency)) is not None
        tell_overdue(document_id=document.pk, mail=not is_chased, now=now)
    _each(places(now), now, review)


def close_settled(*, now: datetime) -> None:
    """Close the cases in which nothing is overdue any more, so that what they stopped goes on soon."""
    _each(settled_places(now), now, close_if_settled)


def _each(found: Iterable[Place], now: datetime, work: Work) -> None:
    failed = 0
    for place in found:
        try:
            work(place=place, now=now)
        except Exception:  # one customer does not stop the others
            logger.exception("dunning_failed", extra={"organization": str(place.organization_id)})
            failed += 1
    if failed:
        raise SomeFailed(f"{failed} failed")


@serialized
def close_if_settled(*, place: Place, now: datetime) -> DunningCase | None:
    """Close the open case of a place if nothing is overdue any more; return it, if there is one."""
    case = lock_case(place, now=now)
    if case is None:
        return None
    closes = _standing(place, case, now).decision.closes
    return close(case, closes, now) if closes is not None else case


@serialized
def review(*, place: Place, now: datetime) -> DunningCase | None:
    """Do what is due at a place today, on what is left under the customer's lock; return its case, if any.

    Running it again on the same day changes nothing. A step that fails is tried again with the next run.
    """
    case = lock_case(place, now=now)
    standing = _standing(place, case, now)
    decision = standing.decision
    if case is None and decision.opens:
        case = DunningCase.objects.create(
            organization=standing.organization,
            seller=standing.seller,
            currency=place.currency,
            opened_at=now,
            updated_at=now,
        )
    if case is None:
        return None
    if decision.closes is not None:
        return close(case, decision.closes, now)
    if decision.step is None or standing.step is None:
        return _keep(case, standing, decision.wait, now)
    if standing.skipped is not None:
        skipped = standing.skipped
        note_skipped(case, standing, standing.step, reason=skipped.reason, created_by=skipped.created_by, now=now)
        return case
    try:
        with transaction.atomic():
            take_step(case, standing, standing.step, created_by=SYSTEM, now=now)
    except BillingError as error:
        case.refresh_from_db()
        case.problem = f"{error.title}: {error.detail}"[:500] if error.detail else error.title
        _keep(case, standing, Wait.PROBLEM, now)
    return case


def _standing(place: Place, case: DunningCase | None, now: datetime) -> Standing:
    return standing_at(place, day_of(Seller.objects.get(pk=place.seller_id), now), case)


def lock_case(place: Place, *, now: datetime) -> DunningCase | None:
    """Lock a customer's book, and with it every invoice and payment; return the open case of the place."""
    lock_wallet(Organization.objects.get(pk=place.organization_id), now=now)
    return open_cases(place).select_for_update(no_key=True).first()


def take_step(case: DunningCase, standing: Standing, step: Step, *, created_by: str, now: datetime) -> None:
    """Take the next step of a locked case: act, write, and charge the fee by an invoice of its own, which comes last.

    Raises:
        BillingError: the fee cannot be invoiced; the caller rolls back.
    """
    fee = _draft_fee(case, standing, step, created_by, now) if step.fee_micros else None
    _act(case, standing.organization, step.act, now)
    _next_event(case, standing, step, outcome=Outcome.TAKEN, fee=fee, created_by=created_by, created_at=now).save()
    if step.letter != rules.Letter.NONE:
        data = {"id": str(case.pk), "version": case.steps_done + 1, **letter_data(standing, step)}
        notify(
            organization_id=case.organization_id,
            notice="dunning.letter",
            key=f"{case.pk}:{case.steps_done}",
            data=data,
            now=now,
        )
    advance(case, standing, step, now)
    if fee is not None:
        finalize_invoice(document_id=fee.pk, total=Micros(fee.total_micros), created_by=created_by, now=now)


def _next_event(case: DunningCase, standing: Standing, step: Step, **facts: Any) -> DunningEvent:
    """Return the unsaved event of a case's next step, with what was overdue, and the facts of how it went."""
    return DunningEvent(
        organization=case.organization,
        case=case,
        position=case.steps_done,
        happened_on=standing.today,
        days=step.days,
        letter=step.letter.value,
        act=step.act.value,
        overdue_micros=standing.overdue_micros,
        **facts,
    )


def note_skipped(
    case: DunningCase, standing: Standing, step: Step, *, reason: str, created_by: str, now: datetime
) -> None:
    """Count the next step of a locked case as skipped by a person."""
    _next_event(
        case, standing, step, outcome=Outcome.SKIPPED, reason=reason, created_by=created_by, created_at=now
    ).save()
    advance(case, standing, step, now)


def advance(case: DunningCase, standing: Standing, step: Step, now: datetime) -> None:
    """Count a step of a case as done today, and say when the next one comes."""
    case.steps_done += 1
    case.last_on, case.last_days = standing.today, step.days
    case.problem = ""
    after = standing_at(Place(case.organization_id, case.seller_id, case.currency), standing.today, case)
    _keep(case, after, after.decision.wait, now)


def close(case: DunningCase, because: Closed, now: datetime) -> DunningCase:
    """Close a locked case, and lift what it stopped unless another open case of the customer stops it too."""
    others = DunningCase.objects.filter(organization=case.organization_id, closed_at=None).exclude(pk=case.pk)
    organization = Organization.objects.get(pk=case.organization_id)
    if case.paused_postpaid and not others.filter(paused_postpaid=True).exists():
        set_postpaid_pause(organization=organization, paused=False, now=now)
    is_ours = organization.work_pause_reason == SUSPENDED
    if case.suspended_work and is_ours and not others.filter(suspended_work=True).exists():
        set_work_pause(organization=organization, reason="", now=now)
    case.closed_at, case.closed_because = now, because.value
    case.paused_postpaid = case.suspended_work = False
    case.wait, case.problem, case.next_on, case.overdue_micros, case.updated_at = "", "", None, 0, now
    case.save()
    return case


def _act(case: DunningCase, organization: Organization, act: Act, now: datetime) -> None:
    """Stop a customer; what staff have paused stays theirs."""
    if act == Act.PAUSE:
        set_postpaid_pause(organization=organization, paused=True, now=now)
        case.paused_postpaid = True
    elif act == Act.SUSPEND:
        if organization.work_paused_at is None:
            set_work_pause(organization=organization, reason=SUSPENDED, now=now)
        case.suspended_work = True


def _draft_fee(case: DunningCase, standing: Standing, step: Step, created_by: str, now: datetime) -> Document:
    numbers = ", ".join(document.number for document in standing.documents if document.kind != Document.Kind.FEE)
    language = standing.documents[0].language
    line = LineTerms(text=f"{FEE_TEXTS[language]}: {numbers}"[:500], amount=Micros(step.fee_micros), product="fee")
    return draft_invoice(
        organization=standing.organization,
        terms=DraftTerms(lines=[line]),
        kind=Document.Kind.FEE,
        created_by=created_by,
        now=now,
    )


def _keep(case: DunningCase, standing: Standing, wait: Wait, now: datetime) -> DunningCase:
    case.wait, case.next_on, case.overdue_micros = wait.value, standing.decision.next_on, standing.overdue_micros
    case.updated_at = now
    case.save()
    return case
