"""Alerts about low credit and automatic top-up, which movements of credit trigger. No database access."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from apps.common.money import from_micros
from apps.common.values import value_class
from apps.top_ups.decisions import CappedTopUp, Charge, decide_top_up
from apps.top_ups.state import LiveAttempt, TopUpState
from apps.wallets.accounts import Role
from apps.wallets.balance_alerts import AlarmChanges, AlarmState, Balance, NewAttempt, crossings
from apps.wallets.budgets.state import Notice
from apps.wallets.decisions.availability import available_micros
from apps.wallets.decisions.shortfalls import begin
from apps.wallets.state import BookChanges, BookDecision, BookState
from apps.wallets.wallet_posting import WalletPosting


@value_class(frozen=True, slots=True)
class LowCreditResult:
    """The alarms and the top-up after a movement, their rows to write, and the notices to send."""

    alarms: AlarmState
    top_up: TopUpState | None
    changes: AlarmChanges
    notices: tuple[Notice, ...]


def watch(posting: WalletPosting) -> LowCreditResult:
    """Check the credit that is left after a movement: which thresholds it crosses, and whether to buy credit."""
    state, available = posting.state, available_micros(posting)
    alarms, notices = _alarms(posting, available)
    changes = AlarmChanges(alarms=alarms != state.alarms)
    refused = posting.refused_micros
    top_up, wanted = state.top_up, None
    if top_up is not None:
        if refused:
            # A refusal does not close ended holds, so the available amount of its error is used.
            available = posting.refused_available_micros
        wanted = decide_top_up(top_up, available, posting.now, refused_micros=refused)
    if top_up is not None and isinstance(wanted, Charge):
        unit = state.ledger.unit
        attempt = NewAttempt(uuid4(), wanted.amount_micros, unit, bool(refused), posting.now)
        changes = replace(changes, attempt=attempt)
        top_up = _with_attempt(top_up, attempt)
    if top_up is not None and isinstance(wanted, CappedTopUp) and top_up.capped_until != wanted.until:
        changes = replace(changes, capped_until=wanted.until)
        top_up = replace(top_up, capped_until=wanted.until)
        notices.append(_capped(wanted, posting))
    return LowCreditResult(alarms, top_up, changes, tuple(notices))


def _alarms(posting: WalletPosting, available: int) -> tuple[AlarmState, list[Notice]]:
    """Return the alarms after the movement; a wallet that never had credit is not low."""
    before, wallet = posting.state.alarms, posting.account(Role.WALLET)
    if not wallet.version:
        return before, []
    after = before.after(available + wallet.held_micros)
    if after is before:
        return before, []
    balance = posting.credit_micros - posting.short_micros
    told = Balance(posting.book_id, balance, available, posting.state.ledger.unit)
    return crossings(before, after, told, posting.now)


def _with_attempt(top_up: TopUpState, attempt: NewAttempt) -> TopUpState:
    return replace(
        top_up,
        live=LiveAttempt(attempt.id, attempt.amount_micros, "requested"),
        used_today_micros=top_up.used_today_micros + attempt.amount_micros,
        used_this_month_micros=top_up.used_this_month_micros + attempt.amount_micros,
    )


def _capped(capped: CappedTopUp, posting: WalletPosting) -> Notice:
    data = {
        "id": str(posting.book_id),
        "cap": capped.cap,
        "limit": from_micros(capped.limit_micros),
        "currency": posting.state.ledger.unit,
        "until": capped.until,
        "version": posting.state.ledger.version,
    }
    return Notice("top_up.capped", f"{capped.cap}:{capped.until.date()}", data, posting.now)


def decide_touch(state: BookState) -> BookDecision[None]:
    """Give the book a new version, so that decisions based on the terms before the caller's change are not written."""
    return BookDecision(state, BookChanges(watched=AlarmChanges(is_touched=True)), None)


def decide_thresholds(
    state: BookState, thresholds: Sequence[int], now: datetime, *, by_mail: bool
) -> BookDecision[AlarmState]:
    """Set the thresholds of the alerts, in micros; one that is already reached sends its notice at once."""
    alarms = state.alarms.with_thresholds(thresholds, by_mail=by_mail)
    posting = WalletPosting(replace(state, alarms=alarms), now)
    begin(posting)
    decided = posting.decided(None)
    watched = replace(decided.changes.watched, alarms=True)
    return BookDecision(decided.after, replace(decided.changes, watched=watched), decided.after.alarms)


def decide_review(state: BookState, now: datetime) -> BookDecision[None]:
    """Check the current credit, after terms changed or a waiting time ended."""
    posting = WalletPosting(state, now)
    begin(posting)
    return posting.decided(None)
