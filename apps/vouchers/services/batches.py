"""Create and cancel batches. Above the approval limit, a second person must approve a batch before it starts."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User

from apps.approvals.submission import submit
from apps.common.transactions import serialized
from apps.plans.models import Plan
from apps.tenants.models import Organization
from apps.vouchers.actions import StartBatch
from apps.vouchers.errors import InvalidTerms
from apps.vouchers.keys import key_fingerprint
from apps.vouchers.models import Batch, BatchEvent
from apps.vouchers.services.batch_events import person, record_batch_event, require_reason
from apps.vouchers.services.locks import lock_batch, move_batch
from apps.vouchers.terms import BatchTerms, check_terms

State = Batch.State


@serialized
def create_batch(*, terms: BatchTerms, reason: str, by: User, now: datetime, batch_id: UUID | None = None) -> Batch:
    """Create a batch. Its codes are generated in the background, once a second person has approved if needed.

    If a batch with `batch_id` exists, it is returned unchanged: the form was sent twice.

    Raises:
        InvalidTerms: the terms break a rule.
        ReasonMissing: the reason is empty.
    """
    batch, is_new = new_batch(terms, Batch.Origin.GENERATED, reason=reason, by=by, now=now, batch_id=batch_id)
    return start_new(batch, reason=reason, by=by, now=now) if is_new else batch


def start_new(batch: Batch, *, reason: str, by: User, now: datetime) -> Batch:
    """Start a new batch, or request approval above the limit; return the refreshed batch."""
    submit(StartBatch.of(batch, reason=reason, key=f"voucher-batch:{batch.pk}"), by=by, now=now)
    batch.refresh_from_db()
    return batch


def new_batch(
    terms: BatchTerms, origin: Batch.Origin, *, reason: str, by: User, now: datetime, batch_id: UUID | None
) -> tuple[Batch, bool]:
    """Save a waiting batch and return it with whether it is new. Call this in a transaction."""
    require_reason(reason)
    check_terms(terms, now)
    batch = _new_row(terms, origin, by, now)
    batch.pk = batch_id or batch.pk
    Batch.objects.bulk_create([batch], ignore_conflicts=True)
    if BatchEvent.objects.filter(batch=batch.pk).exists():
        return lock_batch(batch.pk), False
    _set_eligibility(batch, terms)
    record_batch_event(batch, "created", by=by, now=now, reason=reason, details={"worth_micros": batch.worth_micros})
    return batch, True


@serialized
def cancel_batch(*, batch_id: UUID, reason: str, by: User, now: datetime) -> Batch:
    """Cancel a batch that waits for approval.

    Raises:
        IllegalBatchState: the batch is not waiting.
    """
    batch = lock_batch(batch_id, State.AWAITING_APPROVAL)
    move_batch(batch, State.CANCELED)
    record_batch_event(batch, "cancelled", by=by, now=now, reason=reason)
    return batch


def _new_row(terms: BatchTerms, origin: Batch.Origin, by: User, now: datetime) -> Batch:
    """Return the unsaved batch; custom and imported codes count as already generated."""
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


def _set_eligibility(batch: Batch, terms: BatchTerms) -> None:
    organizations = list(Organization.objects.filter(pk__in=terms.organization_ids))
    plans = list(Plan.objects.filter(pk__in=terms.plan_ids))
    if len(organizations) != len(set(terms.organization_ids)):
        raise InvalidTerms("An organization does not exist.", field="organizations")
    if len(plans) != len(set(terms.plan_ids)):
        raise InvalidTerms("A plan does not exist.", field="plans")
    batch.organizations.set(organizations)
    batch.plans.set(plans)
