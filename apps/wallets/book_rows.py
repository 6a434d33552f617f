"""Parse the JSON that `wallet_open` returns, and serialize the JSON that `wallet_write` takes. No database access."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.ledger.book_rows import filled, ledger_state, ledger_written, moment
from apps.ledger.keys import beside
from apps.wallets.budget_rows import budgets_state, budgets_written
from apps.wallets.burn_order import GrantPart
from apps.wallets.keys import OWED
from apps.wallets.low_credit_rows import watch_state, watch_written
from apps.wallets.state import (
    BookChanges,
    BookState,
    ChargeState,
    Freeze,
    GrantState,
    ShortfallState,
    SliceState,
    UnreadGrants,
    WalletTerms,
)

POSTPAID = "postpaid"
# A grant's burn key ends with the number of its transfer in this many hex digits.
NUMBER_DIGITS = 16


def state_of(book_id: UUID, opened: Mapping[str, Any], *, bound: int, nets: bool, least_top_up: int) -> BookState:
    """Parse the JSON that `wallet_open` returned for at most `bound` oldest shortfalls and newest charges.

    Without `nets`, the newest charges were not read. `least_top_up` is the least amount that can be bought, in the
    currency's smallest unit.
    """
    version, mode, limit, enabled, paused_at, pause_reason, *budget_terms, owes_no_more = opened["terms"]
    rows = (*(opened["grants"] or ()), *(opened["spent"] or ()), *(opened["backing"] or ()))
    grants = {each.number: each for each in map(_grant, rows)}
    number_of = {grant.id: grant.number for grant in grants.values()}
    oldest = [_shortfall(row) for row in opened["shortfalls"] or ()]
    open_count, short_micros = opened["short"]
    shortfalls = {short.number: short for short in oldest}
    charges: dict[int, ChargeState] = {}
    net_count = 0
    for row in opened["charges"] or ():
        charge = _charge(row, number_of)
        charges[charge.number] = charge
        net_count += charge.has_net and charge.left_micros > 0
        if row[9] is not None:
            short = _shortfall(row[9])
            shortfalls[short.number] = short
    return BookState(
        ledger=ledger_state(book_id, opened["ledger"]),
        terms=WalletTerms(version, mode == POSTPAID, limit, enabled, moment(paused_at), pause_reason, owes_no_more),
        grants=grants,
        slices=tuple(
            SliceState(UUID(hold), number_of[grant], amount, is_freeze)
            for _, hold, grant, amount, is_freeze in opened["slices"] or ()
            if grant in number_of
        ),
        shortfalls=shortfalls,
        short_micros=int(short_micros),
        shortfalls_through=oldest[-1].number if open_count > bound else None,
        charges=charges,
        has_more_charges=not nets or net_count >= bound,
        budgets=budgets_state(book_id, opened["budgets"], budget_terms),
        unread=_unread(opened["unread"]) if opened["unread"] else None,
        **watch_state(opened["watch"], opened["ledger"]["unit"], least_top_up=least_top_up),
    )


def _grant(row: Sequence[Any]) -> GrantState:
    given, starts, ends = row[12:15]
    number = int(row[1][-NUMBER_DIGITS:], 16)
    moments = (datetime.fromisoformat(given), moment(starts), moment(ends))
    return GrantState(*[row[0], number, *row[2:12], *moments, *row[15:17], _freezes(row[17]) if row[17] else ()])


def _freezes(rows: Mapping[str, Any]) -> tuple[Freeze, ...]:
    return tuple(Freeze(key, name, left, tuple(map(UUID, holds))) for key, (name, left, holds) in rows.items())


def _unread(row: Sequence[Any]) -> UnreadGrants:
    first_key, spendable, held, quota, quota_held, since, until = row
    return UnreadGrants(first_key, int(spendable + held), int(quota - quota_held), moment(since), moment(until))


def _shortfall(row: Sequence[Any]) -> ShortfallState:
    return ShortfallState(*[*row[:5], datetime.fromisoformat(row[5])])


def _charge(row: Sequence[Any], number_of: Mapping[int | None, int]) -> ChargeState:
    number, pk, key, amount, net, charged, undone, next_key, next_amount, _, parts = row
    return ChargeState(
        id=net,
        number=number,
        transfer_id=pk,
        key=key,
        has_net=net is not None,
        amount_micros=amount if charged is None else charged,
        undone_micros=undone or 0,
        owed_micros=next_amount if next_key is not None and next_key == beside(key, OWED) else 0,
        parts=tuple(GrantPart(number_of[grant], part) for grant, part in parts or ()),
    )


def written(after: BookState, changes: BookChanges) -> dict[str, Any]:
    """Serialize pending changes to the JSON that `wallet_write` takes; empty parts are omitted."""
    parts = {
        **_grants(after, changes),
        "consumptions": [
            {
                "grant_id": after.grants[each.grant].id,
                "grant_number": each.grant,
                "transfer_id": each.transfer_id,
                "transfer_number": each.transfer,
                "number": each.record,
                "amount_micros": each.amount_micros,
                "recorded_at": each.recorded_at.isoformat(),
            }
            for each in changes.consumed
        ],
        "returns": [
            {
                "grant_id": after.grants[each.grant].id,
                "grant_number": each.grant,
                "transfer_number": each.transfer,
            }
            for each in changes.returned
        ],
        **_charges(after, changes),
        **_shortfalls(after, changes),
        "slices": [
            {
                "hold_id": str(each.hold_id),
                "grant_id": after.grants[each.grant].id,
                "grant_number": each.grant,
                "amount_micros": each.amount_micros,
                "is_freeze": each.is_freeze,
            }
            for each in changes.slices
        ],
        "days": [
            {"day": day.isoformat(), "kind": kind, "amount_micros": amount, "entry_count": count}
            for (day, kind), (amount, count) in changes.days.items()
        ],
        "updated_at": changes.updated_at and changes.updated_at.isoformat(),
        **budgets_written(after.budgets, changes.budgets),
        **watch_written(after.alarms, changes.watched),
    }
    ledger = ledger_written(after.ledger, changes.ledger)
    if changes.updated_at is not None and (wallet := after.due_checkpoint()) is not None:
        checked_at = changes.updated_at.isoformat()
        ledger["checkpoints"] = [{"account_id": wallet.id, "through_version": wallet.version, "checked_at": checked_at}]
    return {"ledger": ledger, **filled(parts)}


def _grants(after: BookState, changes: BookChanges) -> dict[str, Any]:
    changed, new = [], []
    for grant in (after.grants[number] for number in sorted(changes.grants)):
        row: dict[str, Any] = {
            "remaining_micros": grant.remaining_micros,
            "held_micros": grant.held_micros,
            "returned_micros": grant.returned_micros,
            "lapsed_micros": grant.lapsed_micros,
            "expires_at": grant.expires_at and grant.expires_at.isoformat(),
            "burn_key": grant.burn_key,
        }
        if grant.freezes:
            row["freezes"] = {
                each.key: [each.dispute, each.left_micros, list(map(str, each.hold_ids))] for each in grant.freezes
            }
        if grant.id is not None:
            changed.append({"id": grant.id, **row})
            continue
        given = {
            "id": grant.drawn_id,
            "number": grant.number,
            "source": grant.source,
            "priority": grant.priority,
            "is_paid": grant.is_paid,
            "amount_micros": grant.amount_micros,
            "paid_micros": grant.paid_micros,
            "granted_at": grant.granted_at.isoformat(),
            "starts_at": grant.starts_at and grant.starts_at.isoformat(),
            "key": grant.key,
            "description": grant.description,
        }
        new.append(given | row)
    return {"grants": changed, "new_grants": new}


def _charges(after: BookState, changes: BookChanges) -> dict[str, Any]:
    charges = [after.charges[number] for number in sorted(changes.charges)]
    return {
        "nets": [{"id": each.id, "undone_micros": each.undone_micros} for each in charges if each.id is not None],
        "new_nets": [
            {"number": each.number, "amount_micros": each.amount_micros, "undone_micros": each.undone_micros}
            for each in charges
            if each.id is None
        ],
        "charge_reversals": [
            {
                "charge_id": after.charges[each.charge].id,
                "charge_number": each.charge,
                "transfer_number": each.transfer,
                "amount_micros": each.amount_micros,
            }
            for each in changes.undone
        ],
    }


def _shortfalls(after: BookState, changes: BookChanges) -> dict[str, Any]:
    shortfalls = [after.shortfalls[number] for number in sorted(changes.shortfalls)]
    return {
        "shortfalls": [
            {"id": each.id, "remaining_micros": each.remaining_micros} for each in shortfalls if each.id is not None
        ],
        "new_shortfalls": [
            {
                "number": each.number,
                "amount_micros": each.amount_micros,
                "remaining_micros": each.remaining_micros,
                "recorded_at": each.recorded_at.isoformat(),
            }
            for each in shortfalls
            if each.id is None
        ],
    }
