"""Charging for work already done. It is never refused: what no grant covers is owed or overspent, visibly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.errors import IdempotencyMismatch
from apps.ledger.keys import beside
from apps.ledger.models import Transfer
from apps.ledger.services import PostedWith, TransferRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.burndown import burn
from apps.wallets.keys import OWED
from apps.wallets.models import EntryType
from apps.wallets.services.draft import Asked, Draft, Place
from apps.wallets.services.giving_back import give_back_to_grants
from apps.wallets.services.locked import LockedWallet
from apps.wallets.services.locks import lock_wallets
from apps.wallets.services.overpayments import settle_receivables
from apps.wallets.services.overspend import pay_overspend


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What an organization is charged, in micros, under a key made from facts; a negative amount is given back.

    It counts from `effective_at`, or from when it is posted where that is None; what pays is what there is when it is.
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

    @property
    def place(self) -> Place:
        """Its key and the book in which that is unique."""
        return self.organization.pk, self.key

    def request(self, locked: LockedWallet) -> TransferRequest:
        """The transfer between wallet and revenue that the charge is."""
        wallet, revenue = locked.code(Role.WALLET), locked.code(Role.REVENUE)
        about = {"tokens": self.tokens, "trafficSource": self.traffic_source}
        return TransferRequest(
            book_id=locked.book.pk,
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


@serialized
def charge_many(*, charges: Sequence[Charge], now: datetime) -> list[Transfer | None]:
    """Post a batch of charges in a constant number of statements; a zero amount posts nothing and returns None.

    Grants pay in burn order. What they do not cover is owed by a postpaid organization and overspent by a prepaid one.
    A negative amount goes back to the grants last burnt, as far as charges are not given back yet.

    Raises:
        IdempotencyMismatch: a key was used with other inputs, before or in this batch; nothing of the batch is posted.
    """
    posting = [charge for charge in charges if charge.amount]
    if not posting:
        return [None for _ in charges]
    wallets = lock_wallets({charge.organization.pk for charge in posting}, now=now)
    requests = _once_per_key(posting, wallets)
    transfers = ledger.posted_before(list(requests.values()))
    fresh = [charge for place, charge in {each.place: each for each in posting}.items() if place not in transfers]
    taking, giving = (
        [(wallets[charge.organization.pk], requests[charge.place]) for charge in some]
        for some in ([each for each in fresh if each.amount > 0], [each for each in fresh if each.amount < 0])
    )
    # What is taken is posted first, since giving back undoes what was taken last.
    transfers |= _post(take_from_grants, taking, now) | _post(give_back_to_grants, giving, now)
    if giving:
        pay_overspend([locked for locked, _ in giving], now=now)
        moved = [(transfers[request.place], locked) for locked, request in giving]
        settle_receivables(moved, created_by=giving[-1][1].created_by, now=now)
    return [transfers[charge.place] if charge.amount else None for charge in charges]


def _once_per_key(charges: Sequence[Charge], wallets: Mapping[UUID, LockedWallet]) -> dict[Place, TransferRequest]:
    requests: dict[Place, TransferRequest] = {}
    for charge in charges:
        request = charge.request(wallets[charge.organization.pk])
        if requests.setdefault(charge.place, request).fingerprint != request.fingerprint:
            raise IdempotencyMismatch(f"The key {charge.key} stands twice in a batch, with different inputs")
    return requests


def _post(
    apply: Callable[[Draft, Sequence[Asked]], None], asked: Sequence[Asked], now: datetime
) -> dict[Place, Transfer]:
    if not asked:
        return {}
    draft = Draft(now)
    apply(draft, asked)
    return draft.post()


def charge(
    *,
    organization: Organization,
    amount: Micros,
    kind: EntryType | str,
    key: str,
    cause: Cause,
    created_by: str,
    now: datetime,
    description: str = "",
    tokens: int = 0,
    traffic_source: str = "",
    metadata: Mapping[str, object] | None = None,
) -> Transfer | None:
    """Charge one organization; see `charge_many`."""
    one = Charge(
        organization=organization,
        amount=amount,
        kind=kind,
        key=key,
        cause=cause,
        created_by=created_by,
        description=description,
        tokens=tokens,
        traffic_source=traffic_source,
        metadata=metadata or {},
    )
    return charge_many(charges=[one], now=now)[0]


def give_back(
    *,
    organization: Organization,
    amount: Micros,
    kind: EntryType | str,
    key: str,
    cause: Cause,
    created_by: str,
    now: datetime,
    description: str = "",
) -> Transfer | None:
    """Give back a positive amount that was charged too much, to the grants last burnt; see `charge_many`."""
    return charge(
        organization=organization,
        amount=Micros(-amount),
        kind=kind,
        key=key,
        cause=cause,
        created_by=created_by,
        now=now,
        description=description,
    )


def take_from_grants(draft: Draft, asked: Sequence[Asked]) -> None:
    """Burn grants in order, for one charge after the other; what they do not cover is owed or overspent."""
    for locked, request in asked:
        draft.move(locked, request)
        paid = burn((grant.as_slice() for grant in locked.spendable(draft.now)), request.amount)
        draft.consume(locked, paid, request)
        leave_uncovered(draft, locked, paid.uncovered_micros, request)


def leave_uncovered(draft: Draft, locked: LockedWallet, amount_micros: int, request: TransferRequest) -> None:
    """Book what no grant covers of a charge: owed where postpaid, overspent where prepaid."""
    if not amount_micros:
        return
    if locked.organization.billing_mode != Organization.BillingMode.POSTPAID:
        draft.fall_short(amount_micros, request)
        return
    draft.move(
        locked,
        TransferRequest(
            book_id=locked.book.pk,
            key=beside(request.key, OWED),
            source=locked.code(Role.RECEIVABLE),
            destination=locked.code(Role.WALLET),
            amount=Micros(amount_micros),
            kind=EntryType.ADJUSTMENT,
            created_by=request.created_by,
            cause=PostedWith(request.key),
            description="Owed, to be invoiced",
            effective_at=request.effective_at,
        ),
    )
