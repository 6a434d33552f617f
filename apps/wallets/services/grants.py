"""Granting credit. A new grant first pays what was overspent before its end, oldest first."""

from datetime import UTC, datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.common.writing import insert_rows
from apps.ledger import services as ledger
from apps.ledger.models import DESCRIPTION_LENGTH
from apps.ledger.records import GRANT_END, GrantTerms, grant_end
from apps.ledger.services import TransferRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.burndown import burn_key
from apps.wallets.models import Consumption, EntryType, Grant
from apps.wallets.services.draft import Draft
from apps.wallets.services.locked import LockedWallet
from apps.wallets.services.locks import lock_wallet
from apps.wallets.services.overspend import open_shortfalls

# The published burn order begins with these: what lapses by itself goes first, what was bought goes last.
PRIORITIES = {
    Grant.Source.INCLUDED_QUOTA: 10,
    Grant.Source.SIGNUP: 20,
    Grant.Source.VOUCHER: 20,
    Grant.Source.BONUS: 20,
    Grant.Source.ADJUSTMENT: 20,
    Grant.Source.CONTRACT: 30,
    Grant.Source.TOP_UP: 40,
}
FUNDED_BY = {Grant.Source.TOP_UP: Role.CASH, Grant.Source.CONTRACT: Role.INSTALLMENTS}


@serialized
def grant_credits(
    *,
    organization: Organization,
    amount: Micros,
    source: Grant.Source | str,
    key: str,
    cause: Cause,
    created_by: str,
    now: datetime,
    description: str = "",
    starts_at: datetime | None = None,
    expires_at: datetime | None = None,
    priority: int | None = None,
    paid_micros: int = 0,
    funded_by: Role | None = None,
) -> Grant:
    """Grant `amount` of credit, once per key, and return the grant.

    `funded_by` is the account it comes from: cash for a top-up, received installments for a contract, promotions for
    the rest, unless told. `paid_micros` is what was paid for it; credit that was paid for burns after promotional. A
    grant that is over when it comes pays what was overspent until then, as it would have in time, and nothing later.
    One that starts later counts from then: until then it is neither spent nor part of the balance.

    Raises:
        InvalidAmount: not positive, or too large.
        IdempotencyMismatch: the key was used before with other inputs.
    """
    kind = Grant.Source(source)
    place = PRIORITIES[kind] if priority is None else priority
    start, end = (moment and moment.astimezone(UTC).isoformat() for moment in (starts_at, expires_at))
    locked = lock_wallet(organization, now=now)
    request = TransferRequest(
        book_id=locked.book.pk,
        key=key,
        source=locked.code(funded_by or FUNDED_BY.get(kind, Role.PROMOTIONS)),
        destination=locked.code(Role.WALLET),
        amount=amount,
        kind=EntryType.GRANT,
        created_by=created_by,
        cause=cause,
        description=description or kind.label,
        facts={"grant": kind.value, "paid": paid_micros, "starts": start, "expires": end, "priority": place},
    )
    if known := ledger.posted_before([request]):
        return Grant.objects.get(organization=organization, transfer=known[request.place])
    grant = Grant(
        organization=locked.organization,
        source=kind,
        priority=place,
        is_paid=paid_micros > 0,
        amount_micros=amount,
        remaining_micros=amount,
        paid_micros=paid_micros,
        granted_at=now,
        starts_at=starts_at if starts_at is not None and starts_at > now else None,
        expires_at=expires_at,
        key=key,
        description=request.description[:DESCRIPTION_LENGTH],
    )
    request.effects.grant = terms_of(grant)
    return _post(grant, request, locked, now)


def _post(grant: Grant, request: TransferRequest, locked: LockedWallet, now: datetime) -> Grant:
    draft = Draft(now)
    draft.move(locked, request)
    covered: list[tuple[int, int]] = []
    for shortfall in open_shortfalls(locked) if grant.has_started(now) else ():
        if not grant.remaining_micros:
            break
        if grant.is_expired(shortfall.recorded_at):
            continue
        share = min(shortfall.remaining_micros, grant.remaining_micros)
        draft.cover(shortfall, share)
        grant.remaining_micros -= share
        request.effects.covers.append((shortfall.transfer.number, share))
        covered.append((shortfall.transfer_id, share))
    grant.transfer = draft.post()[request.place]
    grant.burn_key = key_of(grant)
    insert_rows([grant])
    insert_rows(
        [
            Consumption(
                organization=locked.organization,
                grant=grant,
                transfer_id=transfer,
                number=grant.transfer.number,
                amount_micros=share,
                recorded_at=now,
            )
            for transfer, share in covered
        ]
    )
    return grant


def terms_of(grant: Grant) -> GrantTerms:
    """Return what is chained of a new grant."""
    return GrantTerms(
        source=str(grant.source),
        priority=grant.priority,
        is_paid=grant.is_paid,
        amount_micros=grant.amount_micros,
        paid_micros=grant.paid_micros,
        granted_at=grant.granted_at,
        expires_at=grant.expires_at,
        key=grant.key,
        description=grant.description,
        starts_at=grant.starts_at,
    )


def note_end(locked: LockedWallet, grant: Grant, end: datetime, *, by: str, why: str, now: datetime) -> None:
    """Let a grant of a locked book end at another moment, and chain it where no transfer says so."""
    body = grant_end(grant=grant.number, before=grant.expires_at, after=end, by=by, why=why)
    ledger.add_note(locked.book.pk, GRANT_END, body, now=now)
    move_end(locked, grant, end)


def move_end(locked: LockedWallet, grant: Grant, end: datetime) -> None:
    """Let a grant of a locked book end at another moment, which moves its place in the burn order."""
    grant.expires_at = end
    grant.burn_key = key_of(grant)
    grant.save(update_fields=["expires_at", "burn_key"])
    ledger.count_writing([locked.book])


def key_of(grant: Grant) -> str:
    """Return a grant's place in the burn order as text."""
    return burn_key(
        priority=grant.priority,
        expires_at=grant.expires_at,
        is_paid=grant.is_paid,
        granted_at=grant.granted_at,
        number=grant.transfer.number,
    )
