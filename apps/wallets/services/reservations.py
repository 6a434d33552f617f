"""Reservations: credit set aside before the work, captured after it. Admission is decided here, under the lock."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.common.money import Micros
from apps.common.prepared import PreparedRows
from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.causes import HOLD
from apps.ledger.models import Hold, Transfer
from apps.ledger.services import HoldRequest, TransferRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.burndown import Part, burn, take_in_order
from apps.wallets.errors import BudgetExceeded, CaptureAboveHold
from apps.wallets.models import EntryType, HoldSlice
from apps.wallets.services.admission import available_micros, burnable
from apps.wallets.services.charges import leave_uncovered
from apps.wallets.services.draft import Draft
from apps.wallets.services.freezing import back_with, end_hold, refuse_frozen_hold
from apps.wallets.services.locked import LockedWallet
from apps.wallets.services.locks import lock_wallet, read_account
from apps.wallets.services.overspend import pay_overspend


@serialized
def reserve(
    *,
    organization: Organization,
    amount: Micros,
    key: str,
    expires_at: datetime | None,
    created_by: str,
    now: datetime,
    description: str = "",
) -> Hold:
    """Set `amount` aside until `expires_at`, once per key, naming the grants that back it.

    Raises:
        BudgetExceeded: what is available does not cover it (402).
        IdempotencyMismatch: the key was used before with another amount.
    """
    locked = lock_wallet(organization, now=now)
    account = read_account(locked, Role.WALLET)
    request = HoldRequest(key, amount, created_by, expires_at, description)
    if known := ledger.find_hold(account, request):
        return known
    if amount > available_micros(locked, account, now):
        raise BudgetExceeded
    hold = ledger.place_hold(locked.book, account, request, now=now)
    back_with(hold, locked, burn((grant.as_slice() for grant in burnable(locked, now)), amount).parts)
    return hold


@serialized
def capture_reservation(
    *,
    organization: Organization,
    hold_id: UUID,
    amount: Micros,
    key: str,
    created_by: str,
    now: datetime,
    overage: str = "refuse",
    kind: EntryType | str = EntryType.USAGE,
    description: str = "",
    metadata: Mapping[str, object] | None = None,
) -> Transfer | None:
    """Charge `amount` from a reservation and return the rest; a zero amount releases all of it and returns None.

    What neither its slices nor free grants cover is owed where postpaid. Capturing nothing again changes nothing.

    Raises:
        HoldNotFound: the organization has no such reservation (404).
        HoldClosed: it was captured or released (409). HoldExpired: its end has come (410).
        HeldByDispute: a dispute froze it (409).
        CaptureAboveHold: more than is held, and `overage` is not "allow". BudgetExceeded: not covered either (402).
    """
    locked = lock_wallet(organization, now=now)
    account = read_account(locked, Role.WALLET)
    hold = ledger.read_hold(hold_id, locked.book.pk)
    request = _capture_request(locked, hold, amount, key, created_by, kind, description, metadata or {})
    if amount and (known := ledger.posted_before([request])):
        return known[request.place]
    if not amount and hold.status == Hold.Status.RELEASED:
        return None
    slices = _slices_unless_frozen(hold)
    ledger.refuse_unless_pending(hold, now=now)
    extra = max(0, amount - hold.amount_micros)
    if extra and overage != "allow":
        raise CaptureAboveHold(field="amount")
    if extra and extra > available_micros(locked, account, now):
        raise BudgetExceeded(field="amount")
    if not amount:
        end_hold(locked, hold, now=now)
        pay_overspend([locked], now=now)
        return None
    ledger.capture_hold(locked.book, account, hold, amount=Micros(amount - extra), now=now)
    captured = _charge_from(locked, slices, extra, request, now)
    if amount < hold.amount_micros:
        pay_overspend([locked], now=now)
    return captured


@serialized
def release_reservation(*, organization: Organization, hold_id: UUID, now: datetime) -> Hold:
    """Return all of a reservation; releasing it again changes nothing.

    Raises:
        HoldNotFound: the organization has no such reservation. HoldClosed: it was captured. HoldExpired: it ended.
        HeldByDispute: a dispute froze it.
    """
    locked = lock_wallet(organization, now=now)
    hold = ledger.read_hold(hold_id, locked.book.pk)
    if hold.status != Hold.Status.RELEASED:
        _slices_unless_frozen(hold)
        ledger.refuse_unless_pending(hold, now=now)
        end_hold(locked, hold, now=now)
        pay_overspend([locked], now=now)
    return hold


@serialized
def extend_reservation(*, organization: Organization, hold_id: UUID, expires_at: datetime, now: datetime) -> Hold:
    """Move the end of a pending reservation to a moment that is yet to come.

    Raises:
        HoldNotFound, HoldClosed, HoldExpired: there is none that is pending. HeldByDispute: a dispute froze it.
        EndHasPassed: the new end is not later than now.
    """
    locked = lock_wallet(organization, now=now)
    hold = ledger.read_hold(hold_id, locked.book.pk)
    _slices_unless_frozen(hold)
    ledger.extend_hold(locked.book, hold, expires_at=expires_at, now=now)
    return hold


def _capture_request(
    locked: LockedWallet,
    hold: Hold,
    amount: Micros,
    key: str,
    created_by: str,
    kind: EntryType | str,
    description: str,
    metadata: Mapping[str, object],
) -> TransferRequest:
    return TransferRequest(
        book_id=locked.book.pk,
        key=key,
        source=locked.code(Role.WALLET),
        destination=locked.code(Role.REVENUE),
        amount=amount,
        kind=EntryType(kind),
        created_by=created_by,
        cause=HOLD.of(hold.pk),
        description=description or hold.description or EntryType(kind).label,
        metadata=metadata,
        facts={"hold": str(hold.pk)},
    )


def _slices_unless_frozen(hold: Hold) -> list[HoldSlice]:
    slices = _SLICES.rows(organization=hold.book_id, hold=hold.pk)
    refuse_frozen_hold(hold, slices)
    return slices


def _charge_from(
    locked: LockedWallet, slices: Sequence[HoldSlice], extra_micros: int, request: TransferRequest, now: datetime
) -> Transfer:
    """Charge what was held from the slices that backed it, and what they do not cover from the free grants."""
    draft = Draft(now)
    draft.move(locked, request)
    parts = [Part(each.grant_id, each.amount_micros) for each in slices]
    for each in slices:
        grant = locked.grants[each.grant_id]
        grant.held_micros -= each.amount_micros
        draft.grants[grant.pk] = grant
    held = take_in_order(parts, request.amount - extra_micros)
    draft.consume(locked, held, request)
    beyond = burn((grant.as_slice() for grant in locked.spendable(now)), held.uncovered_micros + extra_micros)
    draft.consume(locked, beyond, request)
    leave_uncovered(draft, locked, beyond.uncovered_micros, request)
    return draft.post()[request.place]


def _slices(*, organization: UUID, hold: UUID) -> QuerySet[HoldSlice]:
    return HoldSlice.objects.filter(organization=organization, hold=hold).order_by("pk")


_SLICES = PreparedRows[HoldSlice](_slices)
