"""Charge for work already done. A charge is never refused: what no grant covers is owed or becomes a shortfall."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.rows import RowWriter
from apps.common.values import value_class
from apps.ledger.keys import beside as key_beside
from apps.ledger.models import Transfer
from apps.ledger.requests import TransferKey, TransferRequest
from apps.ledger.state import TransferState
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.budgets.counters import Spending
from apps.wallets.budgets.scopes import labels_of
from apps.wallets.decisions.charges import decide_charges
from apps.wallets.keys import OVERPAID, OVERPAID_USED, OWED, OWED_REDUCED, RETURNED_BEFORE
from apps.wallets.models import EntryType
from apps.wallets.services.books import BookCall, BookQuery, decide_each
from apps.wallets.services.group_commit import decide
from apps.wallets.services.rows import transfer_row
from apps.wallets.state import BookDecision

# Key suffixes of the transfers that may accompany a charge (True) and a credit back (False).
BESIDE = {True: (OWED,), False: (OWED_REDUCED, RETURNED_BEFORE, OVERPAID, OVERPAID_USED)}


@value_class(frozen=True, slots=True, kw_only=True)
class Charge:
    """An amount, in micros, to charge an organization under an idempotency key; a negative amount is credited back.

    It takes effect at `effective_at`, or at the time of posting if that is None. Credit available at posting pays for
    it. `spending` is what budgets count.
    """

    organization: Organization
    amount: Micros
    kind: EntryType | str
    key: str
    cause: Cause
    created_by: str
    description: str = ""
    tokens: int = 0
    traffic_source: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
    effective_at: datetime | None = None
    spending: Sequence[Spending] = ()

    @property
    def transfer_key(self) -> TransferKey:
        """The book and the key, which is unique in it."""
        return self.organization.pk, self.key

    def request(self) -> TransferRequest:
        """Return the charge as a transfer between wallet and revenue."""
        wallet, revenue = (code_of(self.organization.pk, role) for role in (Role.WALLET, Role.REVENUE))
        about = {"tokens": self.tokens, "trafficSource": self.traffic_source}
        return TransferRequest(
            book_id=self.organization.pk,
            key=self.key,
            source=wallet if self.amount > 0 else revenue,
            destination=revenue if self.amount > 0 else wallet,
            amount=Micros(abs(self.amount)),
            kind=EntryType(self.kind),
            created_by=self.created_by,
            cause=self.cause,
            description=self.description or EntryType(self.kind).label,
            metadata={name: value for name, value in about.items() if value} | dict(self.metadata),
            effective_at=self.effective_at,
        )


# SQL for the id of a transfer written by the same statement, by its book and number.
POSTED = "(SELECT (moved.ids -> 'transfers' ->> {number}::text)::bigint FROM moved WHERE moved.book = {book})"


def charge_many(
    *, charges: Sequence[Charge], now: datetime, beside: Callable[[Mapping[TransferKey, int]], RowWriter] | None = None
) -> list[Transfer | None]:
    """Post a batch of charges in a constant number of statements; a zero amount posts nothing and returns None.

    `beside` takes the numbers of the new transfers and returns further rows to write in the same statement, inside the
    caller's transaction; a column with the expression `POSTED` gets the id of a transfer.

    Grants pay in burn order. What they do not cover becomes a debt if the organization is postpaid, otherwise a
    shortfall. A negative amount returns to the grants burned last, up to what is left of earlier charges.

    Raises:
        IdempotencyMismatch: a key was used with other inputs, before or in this batch; nothing of the batch is posted.
    """
    by_book: dict[UUID, list[Charge]] = {}
    for charge in charges:
        if charge.amount or charge.spending:
            by_book.setdefault(charge.organization.pk, []).append(charge)
    calls = [charge_call(pk, some, now) for pk, some in by_book.items()]
    if beside is not None:
        answers = decide_each(calls, now=now, beside=partial(_beside, beside))
    elif len(calls) == 1:
        (call,) = calls
        answers = [decide(call.organization_id, call.query, call.decision, now)]
    else:
        answers = decide_each(calls, now=now) if calls else []
    posted: dict[TransferKey, Transfer] = {}
    for answer in answers:
        for key, transfer in answer.result.items():
            posted[answer.after.book_id, key] = transfer_row(answer, transfer)
    return [posted[charge.transfer_key] if charge.amount else None for charge in charges]


def _beside(
    make: Callable[[Mapping[TransferKey, int]], RowWriter], decided: Sequence[BookDecision[dict[str, TransferState]]]
) -> RowWriter:
    posted = [(each.after.book_id, key, transfer) for each in decided for key, transfer in each.result.items()]
    assert all(transfer.id is None for _, _, transfer in posted), "rows can be added to new transfers only"
    return make({(book_id, key): transfer.number for book_id, key, transfer in posted})


def charge_call(book_id: UUID, charges: Sequence[Charge], now: datetime) -> BookCall[dict[str, TransferState]]:
    """Return the call that posts charges to one book: its reads and its decision."""
    requests = [charge.request() for charge in charges if charge.amount]
    spending = {charge.key: charge.spending for charge in charges if charge.spending}
    decision = partial(decide_charges, requests=requests, spending=spending, now=now)
    return BookCall(book_id, replace(_asks(requests), **counters_of(spending.values(), now)), decision)


def counters_of(spending: Iterable[Iterable[Spending]], now: datetime) -> dict[str, Any]:
    """Return the part of `BookQuery` with the counters that some work needs; empty without work."""
    works = [each for some in spending for each in some]
    if not works:
        return {}
    days = {now.astimezone(UTC).date(), *(each.day for each in works)}
    return {"days": tuple(sorted(days)), "labels": tuple(sorted(labels_of(each.work for each in works)))}


def _asks(requests: Sequence[TransferRequest]) -> BookQuery:
    wallets = {code_of(request.book_id, Role.WALLET) for request in requests}
    takes = {request.key: request.source in wallets for request in requests}
    parts = [key_beside(key, part) for key, is_taken in takes.items() for part in BESIDE[is_taken]]
    has_credits = not all(takes.values())
    return BookQuery(roles=(Role.REVENUE,), keys=(*takes, *parts), nets=has_credits, first_grants=not has_credits)


def charge(*, charge: Charge, now: datetime) -> Transfer | None:
    """Post one charge; see `charge_many`, also for errors."""
    return charge_many(charges=[charge], now=now)[0]
