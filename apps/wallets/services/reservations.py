"""Reservations: credit set aside before the work, captured after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from apps.common.money import Micros
from apps.ledger.keys import beside
from apps.ledger.models import Hold, Transfer
from apps.ledger.requests import HoldRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.decisions.holds import Capture, Placed, decide_capture, decide_extend, decide_release, decide_reserve
from apps.wallets.keys import OWED
from apps.wallets.kinds import Overage
from apps.wallets.models import EntryType
from apps.wallets.services.books import Asks
from apps.wallets.services.rows import hold_row, transfer_row
from apps.wallets.services.turns import decide


@dataclass(frozen=True, slots=True)
class Reserved:
    """A reservation as it stands, and what its placing decided."""

    hold: Hold
    placed: Placed


def reserve(
    *,
    organization: Organization,
    amount: Micros,
    key: str,
    expires_at: datetime | None,
    created_by: str,
    now: datetime,
    description: str = "",
    metadata: Mapping[str, object] | None = None,
    facts: Mapping[str, object] | None = None,
) -> Reserved:
    """Set `amount` aside until `expires_at`, once per key, naming the grants that back it.

    `metadata` is kept with the hold. `facts` are compared when the key is used again, beside the amount, which they
    replace where they have an `amount`.

    Raises:
        BudgetExceeded: what is available does not cover it (402).
        IdempotencyMismatch: the key was used before with other inputs (409).
    """
    request = HoldRequest(uuid4(), key, amount, created_by, expires_at, description, metadata or {}, facts or {})
    asks = Asks(hold_keys=(key,))
    answer = decide(organization.pk, asks, lambda state: decide_reserve(state, request, now), now)
    return Reserved(hold_row(organization.pk, answer.result.hold), answer.result)


def capture_reservation(
    *,
    organization: Organization,
    hold_id: UUID,
    amount: Micros,
    key: str,
    created_by: str,
    now: datetime,
    overage: Overage | str = Overage.REFUSE,
    kind: EntryType | str = EntryType.USAGE,
    description: str = "",
    metadata: Mapping[str, object] | None = None,
) -> Transfer | None:
    """Charge `amount` from a reservation and return the rest; a zero amount releases all of it and returns None.

    What neither its slices nor free grants cover is owed where postpaid. Capturing nothing again changes nothing.
    Of more than is held, `overage` decides: "refuse"; "allow" where the available budget covers the rest; "available"
    charges as much of the rest as it covers; "owe" charges all, and the wallet may fall below zero.

    Raises:
        HoldNotFound: the organization has no such reservation (404).
        HoldClosed: it was captured or released (409). HoldExpired: its end has come (410).
        HeldByDispute: a dispute froze it (409).
        CaptureAboveHold: more than is held, and `overage` is "refuse" (422).
        BudgetExceeded: more than is held and available, and `overage` is "allow" (402).
        IdempotencyMismatch: the key was used before with another amount (409).
    """
    call = Capture(
        hold_id=hold_id,
        amount=amount,
        key=key,
        created_by=created_by,
        overage=Overage(overage),
        kind=EntryType(kind).value,
        description=description,
        label=str(EntryType(kind).label),
        metadata=metadata or {},
    )
    asks = Asks(roles=(Role.REVENUE,), keys=(key, beside(key, OWED)), hold_ids=(hold_id,))
    answer = decide(organization.pk, asks, lambda state: decide_capture(state, call, now), now)
    return transfer_row(answer, answer.result) if answer.result is not None else None


def release_reservation(*, organization: Organization, hold_id: UUID, now: datetime) -> Hold:
    """Return all of a reservation; releasing it again changes nothing.

    Raises:
        HoldNotFound: the organization has no such reservation. HoldClosed: it was captured. HoldExpired: it ended.
        HeldByDispute: a dispute froze it.
    """
    asks = Asks(hold_ids=(hold_id,))
    answer = decide(organization.pk, asks, lambda state: decide_release(state, hold_id, now), now)
    return hold_row(organization.pk, answer.result)


def extend_reservation(*, organization: Organization, hold_id: UUID, expires_at: datetime, now: datetime) -> Hold:
    """Move the end of a pending reservation to a moment that is yet to come.

    Raises:
        HoldNotFound, HoldClosed, HoldExpired: there is none that is pending. HeldByDispute: a dispute froze it.
        EndHasPassed: the new end is not later than now.
    """
    asks = Asks(hold_ids=(hold_id,))
    answer = decide(organization.pk, asks, lambda state: decide_extend(state, hold_id, expires_at, now), now)
    return hold_row(organization.pk, answer.result)
