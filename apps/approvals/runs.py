"""One action on more rows than a review shows before and after: a run, which a second person approves as a whole.

The worker performs its rows slice by slice, each row in a transaction of its own. A refused row stores the reason, and
the other rows are still performed.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.models import User
from django.db import OperationalError
from django.db.models import Model

from apps.approvals.actions import REGISTRY, Action, Scope, register
from apps.approvals.arguments import decode_fields
from apps.approvals.errors import MayNotAct, RowsChanged, RunNotFound, UnknownAction
from apps.approvals.models import BulkRow, BulkRun
from apps.approvals.submission import may_submit, perform_agreed
from apps.common.changes import Change
from apps.common.errors import BillingError, Rejected
from apps.common.reader import count_text, money_text
from apps.common.transactions import serialized
from apps.outbox.services import enqueue

logger = logging.getLogger(__name__)

MOST_ROWS = 1_000
SLICE = 20
SHOWN = 50
TASK = "approvals.perform_rows"


@register
@dataclass(frozen=True, kw_only=True)
class PerformRun(Action):
    """Perform one action on each row of a stored run. A second person always approves it, whatever its sum."""

    kind: ClassVar[str] = "approvals.perform_run"
    title: ClassVar[str] = "One action on many rows"
    permission: ClassVar[str] = "approvals.view_bulkrun"  # each row needs the permission of its own action
    pool: ClassVar[Scope] = Scope.ROWS
    subject_model: ClassVar[type[Model]] = BulkRun
    subject_field: ClassVar[str] = "run_id"
    hidden: ClassVar[frozenset[str]] = frozenset({"digest"})
    always_approved: ClassVar[bool] = True

    run_id: int
    digest: str

    @classmethod
    def of(cls, run: BulkRun) -> Self:
        """Return the action of a stored run."""
        return cls(
            organization_id=None,
            amount_micros=run.amount_micros,
            currency=run.currency,
            reason=run.reason,
            key=run.key,
            run_id=run.pk,
            digest=run.digest,
        )

    def run(self) -> BulkRun:
        """Return the run.

        Raises:
            RunNotFound: there is none.
        """
        return self.row_among(BulkRun.objects.all(), RunNotFound)

    def perform(self, *, by: User, now: datetime) -> None:
        run = self.row_among(BulkRun.objects.select_for_update(no_key=True), RunNotFound)
        if run.digest != self.digest or run.state != BulkRun.State.WAITING:
            raise RowsChanged
        run.state, run.started_at, run.approval_id = BulkRun.State.RUNNING, now, self.approval_id
        run.save(update_fields=["state", "started_at", "approval"])
        enqueue("approvals.perform_rows", now=now, key=f"approvals-run:{run.pk}:0", arguments={"run_id": run.pk})

    def figures(self, now: datetime) -> dict[str, str]:
        run = self.run()
        return {"State": run.get_state_display(), "Rows": count_text(run.row_count)}

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        run = self.run()
        rows = run.rows.order_by("position")[:SHOWN]
        named = [Change(row.about, "", money_text(row.amount_micros, run.currency)) for row in rows]
        rest = run.row_count - len(named)
        more = [Change(f"{count_text(rest)} further rows", "", "on the page of the bulk action")] if rest else []
        refused = refused_rows([action_of_row(row) for row in run.rows.order_by("position")], by=by, now=now)
        return [*super().preview(by=by, now=now), *refused, *named, *more]


@serialized
def store_run(actions: Sequence[Action], *, reason: str, key: str, by: User, now: datetime) -> BulkRun:
    """Store a run of actions of one kind and currency, which waits until `PerformRun` is approved.

    The same key stores one run.

    Raises:
        MayNotAct: `by` lacks the permission of the actions.
        Rejected: they are of several currencies.
    """
    if found := BulkRun.objects.filter(key=key).first():
        return found
    refuse_unlike(actions)
    if not all(may_submit(by, action) for action in actions):
        raise MayNotAct
    run = BulkRun.objects.create(
        kind=actions[0].kind,
        title=actions[0].title,
        currency=actions[0].currency,
        amount_micros=sum(action.amount_micros for action in actions),
        row_count=len(actions),
        digest=digest_of(actions),
        reason=reason.strip(),
        key=key,
        requested_by=by,
        requested_at=now,
    )
    BulkRow.objects.bulk_create(_row(run, place, action) for place, action in enumerate(actions))
    return run


def refuse_unlike(actions: Sequence[Action]) -> None:
    """Refuse actions whose amounts cannot be added up.

    Raises:
        Rejected: they are of several currencies.
    """
    currencies = sorted({action.currency for action in actions})
    if len(currencies) > 1:
        raise Rejected(f"Choose rows of one currency, not of {' and '.join(currencies)}; filter the list by currency.")


def refused_rows(actions: Sequence[Action], *, by: User, now: datetime) -> list[Change]:
    """Return the actions that would be refused now, each with its amount and the reason, and how many they are.

    Each is rehearsed in a transaction of its own, so that no row stays locked while the others are.
    """
    found = [(each, why) for each in actions if (why := each.refusal(by=by, now=now))]
    if not found:
        return [Change("Rows that would be refused", "", "none")]
    total = f"{count_text(len(found))} of {count_text(len(actions))}; the others go on"
    named = (
        Change(each.about(), money_text(each.amount_micros, each.currency), f"refused: {why}") for each, why in found
    )
    return [Change("Rows that would be refused", "", total), *named]


def digest_of(actions: Sequence[Action]) -> str:
    """Return one hash of all actions, to detect whether the rows have changed since they were reviewed."""
    return hashlib.sha256("\n".join(action.fingerprint for action in actions).encode()).hexdigest()


def run_slice(run_id: int, *, now: datetime) -> None:
    """Perform the next rows of a run, and enqueue the slice after them or finish the run. Safe to repeat."""
    waiting = BulkRow.objects.filter(run=run_id, state=BulkRow.State.WAITING).order_by("position")
    for row_id in list(waiting.values_list("pk", flat=True)[:SLICE]):
        _perform_row(row_id, now=now)
    _go_on(run_id, now=now)


@serialized
def _perform_row(row_id: int, *, now: datetime) -> None:
    rows = BulkRow.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("run__approval__requested_by", "run__approval__decided_by").get(pk=row_id)
    if row.state != BulkRow.State.WAITING or row.run.state != BulkRun.State.RUNNING:
        return
    row.state, row.outcome = _outcome(row, now)
    row.ended_at = now
    row.save(update_fields=["state", "outcome", "ended_at"])


def _outcome(row: BulkRow, now: datetime) -> tuple[BulkRow.State, str]:
    """Perform a row's action in the name of who requested the run; return its state and why it was refused."""
    assert row.run.approval is not None, "a run starts when it is approved"
    try:
        perform_agreed(action_of_row(row), approval=row.run.approval, now=now)
    except BillingError as error:
        return BulkRow.State.REFUSED, error.detail or error.title
    except OperationalError:
        raise
    except Exception as error:  # the row is not done; the others do not wait for it
        logger.exception("bulk_row_failed", extra={"row_id": row.pk})
        return BulkRow.State.REFUSED, f"It failed unexpectedly ({type(error).__name__}); nothing was done."
    return BulkRow.State.DONE, ""


@serialized
def _go_on(run_id: int, *, now: datetime) -> None:
    run = BulkRun.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.state != BulkRun.State.RUNNING:
        return
    place = run.rows.filter(state=BulkRow.State.WAITING).order_by("position").values_list("position", flat=True).first()
    if place is not None:
        enqueue("approvals.perform_rows", now=now, key=f"approvals-run:{run.pk}:{place}", arguments={"run_id": run.pk})
        return
    run.state, run.ended_at = BulkRun.State.DONE, now
    run.save(update_fields=["state", "ended_at"])


def action_of_row(row: BulkRow) -> Action:
    """Return the action of a row.

    Raises:
        UnknownAction: no app has registered its kind.
    """
    cls = REGISTRY.get(row.run.kind)
    if cls is None:
        raise UnknownAction(f"No action is registered as {row.run.kind}.")
    return cls(
        organization_id=row.organization_id,
        amount_micros=row.amount_micros,
        currency=row.run.currency,
        reason=row.run.reason,
        key=row.key,
        approval_id=row.run.approval_id,
        **decode_fields(cls, row.arguments),
    )


def _row(run: BulkRun, place: int, action: Action) -> BulkRow:
    return BulkRow(
        run=run,
        position=place,
        organization_id=action.organization_id,
        about=action.about()[:300],
        amount_micros=action.amount_micros,
        arguments=action.arguments(),
        key=action.key,
    )
