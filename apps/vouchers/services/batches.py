"""A batch from its terms to its first code: above the limit a second person agrees in between."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User

from apps.approvals import services as approvals
from apps.approvals.alone import Wanted, may_move_alone, would_need_second_person
from apps.common.transactions import serialized
from apps.outbox import services as outbox
from apps.plans.models import Plan
from apps.tenants.models import Organization
from apps.vouchers.errors import InvalidTerms
from apps.vouchers.keys import key_fingerprint
from apps.vouchers.models import Batch, BatchEvent
from apps.vouchers.services.journal import person, require_reason, write_down
from apps.vouchers.services.locks import lock_batch, move_batch
from apps.vouchers.terms import Terms, check_terms

APPROVAL_KIND = "vouchers.issue_batch"
GENERATE = "vouchers.generate_batch"
# What one person gives away in vouchers within a day adds up to one amount per currency.
VOUCHERS = "vouchers"
State = Batch.State


@serialized
def create_batch(*, terms: Terms, reason: str, by: User, now: datetime, batch_id: UUID | None = None) -> Batch:
    """Make a batch whose codes are generated in the background, or wait for a second person above the limit.

    Where a batch has the id already, it is returned as it is: the same form was sent twice.

    Raises:
        InvalidTerms: the terms break a rule.
        ReasonMissing: no reason is given.
    """
    batch, _ = new_batch(terms, Batch.Origin.GENERATED, reason=reason, by=by, now=now, batch_id=batch_id)
    if batch.state == State.GENERATING:
        _ask_for_codes(batch, now)
    return batch


def new_batch(
    terms: Terms, origin: Batch.Origin, *, reason: str, by: User, now: datetime, batch_id: UUID | None
) -> tuple[Batch, bool]:
    """Write a batch down, open or waiting for a second person, and say if it is new. The caller is in a transaction."""
    require_reason(reason)
    check_terms(terms, now)
    batch = _unsaved(terms, origin, by, now)
    batch.pk = batch_id or batch.pk
    Batch.objects.bulk_create([batch], ignore_conflicts=True)
    if BatchEvent.objects.filter(batch=batch.pk).exists():
        return lock_batch(batch.pk), False
    _name_the_eligible(batch, terms)
    write_down(batch, "created", by=by, now=now, reason=reason, details={"worth_micros": batch.worth_micros})
    if may_move_alone(wanted=_wanted(batch), by=by, now=now):
        _open(batch)
    else:
        _ask_second_person(batch, reason=reason, by=by, now=now)
    return batch, True


def needs_second_person(*, terms: Terms, by: User, now: datetime) -> bool:
    """Say whether a batch of these terms is above what this person may give away alone within a day."""
    wanted = Wanted(
        kind=APPROVAL_KIND,
        subject="",
        arguments={},
        about=VOUCHERS,
        amount_micros=terms.worth_micros,
        currency=terms.currency,
    )
    return would_need_second_person(wanted=wanted, by=by, now=now)


@serialized
def start_batch(*, batch_id: UUID, by: User, now: datetime) -> Batch:
    """Carry out what a second person has agreed to: the codes are generated, or those that exist begin to work.

    Raises:
        IllegalBatchState: it does not wait.
        ApprovalRequired, ApprovalExpired, ApprovalClosed: nobody has agreed, or it is too late.
    """
    batch = lock_batch(batch_id, State.AWAITING_APPROVAL)
    approval = approvals.use_approval(
        approval_id=batch.approval_id,
        kind=APPROVAL_KIND,
        subject=_subject(batch),
        arguments=agreed_arguments(batch),
        now=now,
    )
    assert approval.decided_by is not None, "an approval in use has been decided"
    batch.approved_by, batch.approved_at = person(approval.decided_by), approval.decided_at
    _open(batch, "approved_by", "approved_at")
    write_down(batch, "started", by=by, now=now, reason=approval.reason, details={"approval": approval.pk})
    if batch.state == State.GENERATING:
        _ask_for_codes(batch, now)
    return batch


@serialized
def request_again(*, batch_id: UUID, reason: str, by: User, now: datetime) -> Batch:
    """Ask anew for a second person, where the request before was refused or ran out.

    Raises:
        IllegalBatchState: the batch does not wait.
        ApprovalClosed: a colleague's request is still open.
    """
    batch = lock_batch(batch_id, State.AWAITING_APPROVAL)
    write_down(batch, "requested again", by=by, now=now, reason=reason)
    _ask_second_person(batch, reason=reason, by=by, now=now)
    return batch


@serialized
def cancel_batch(*, batch_id: UUID, reason: str, by: User, now: datetime) -> Batch:
    """Give up a batch that waits for a second person.

    Raises:
        IllegalBatchState: it does not wait.
    """
    batch = lock_batch(batch_id, State.AWAITING_APPROVAL)
    move_batch(batch, State.CANCELLED)
    write_down(batch, "cancelled", by=by, now=now, reason=reason)
    return batch


def agreed_arguments(batch: Batch) -> dict[str, Any]:
    """Return what a second person agrees to: every term of the batch as it stands."""
    return {
        "kind": batch.kind,
        "origin": batch.origin,
        "amount_micros": batch.amount_micros,
        "currency": batch.currency,
        "count": batch.code_count,
        "prefix": batch.prefix,
        "max_redemptions": batch.max_redemptions,
        "max_per_organization": batch.max_per_organization,
        "max_codes_per_organization": batch.max_codes_per_organization,
        "starts_at": batch.starts_at.isoformat() if batch.starts_at else None,
        "expires_at": batch.expires_at.isoformat() if batch.expires_at else None,
        "credit_days": batch.credit_days,
        "organizations": sorted(map(str, batch.organizations.values_list("pk", flat=True))),
        "plans": sorted(batch.plans.values_list("pk", flat=True)),
        "tag": batch.tag,
    }


def _unsaved(terms: Terms, origin: Batch.Origin, by: User, now: datetime) -> Batch:
    """Codes that were chosen or imported exist already and count as generated."""
    generated = origin == Batch.Origin.GENERATED
    return Batch(
        kind=terms.kind,
        origin=origin,
        state=State.AWAITING_APPROVAL,
        amount_micros=terms.amount_micros,
        currency=terms.currency,
        code_count=terms.count,
        generated_count=0 if generated else terms.count,
        generated_at=None if generated else now,
        prefix=terms.prefix,
        max_redemptions=terms.max_redemptions,
        max_per_organization=terms.max_per_organization,
        max_codes_per_organization=terms.max_codes_per_organization,
        starts_at=terms.starts_at,
        expires_at=terms.expires_at,
        credit_days=terms.credit_days,
        tag=terms.tag,
        note=terms.note,
        key_fingerprint=key_fingerprint(),
        created_by=person(by),
        created_at=now,
    )


def _name_the_eligible(batch: Batch, terms: Terms) -> None:
    organizations = list(Organization.objects.filter(pk__in=terms.organization_ids))
    plans = list(Plan.objects.filter(pk__in=terms.plan_ids))
    if len(organizations) != len(set(terms.organization_ids)):
        raise InvalidTerms("An organization does not exist.", field="organizations")
    if len(plans) != len(set(terms.plan_ids)):
        raise InvalidTerms("A plan does not exist.", field="plans")
    batch.organizations.set(organizations)
    batch.plans.set(plans)


def _wanted(batch: Batch) -> Wanted:
    return Wanted(
        kind=APPROVAL_KIND,
        subject=_subject(batch),
        arguments=agreed_arguments(batch),
        about=VOUCHERS,
        amount_micros=batch.worth_micros,
        currency=batch.currency,
    )


def _ask_second_person(batch: Batch, *, reason: str, by: User, now: datetime) -> None:
    batch.approval = approvals.request_approval(
        kind=APPROVAL_KIND,
        subject=_subject(batch),
        arguments=agreed_arguments(batch),
        amount_micros=batch.worth_micros,
        currency=batch.currency,
        reason=reason,
        requested_by=by,
        now=now,
    )
    batch.save(update_fields=["approval"])


def _open(batch: Batch, *changed: str) -> None:
    generated = batch.origin == Batch.Origin.GENERATED
    move_batch(batch, State.GENERATING if generated else State.ACTIVE, *changed)


def _ask_for_codes(batch: Batch, now: datetime) -> None:
    outbox.enqueue(GENERATE, now=now, key=f"{GENERATE}:{batch.pk}", arguments={"batch_id": str(batch.pk)})


def _subject(batch: Batch) -> str:
    return f"voucher-batch:{batch.pk}"
