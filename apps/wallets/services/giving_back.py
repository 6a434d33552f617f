"""Giving back what was charged too much: the newest charge first, and of each what was burnt last."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from apps.common.money import Micros
from apps.ledger.keys import beside
from apps.ledger.models import Transfer
from apps.ledger.services import PostedWith, TransferRequest
from apps.wallets.accounts import Role
from apps.wallets.burndown import Part, drop_first, take_in_order
from apps.wallets.keys import OWED, OWED_REDUCED, RETURNED_BEFORE
from apps.wallets.models import ChargeNet, Consumption, EntryType, Grant, Shortfall
from apps.wallets.services.draft import Asked, Draft
from apps.wallets.services.locked import LockedWallet

# How many of a wallet's newest charges are read first; ten times as many each time that was not enough.
FIRST_LOOK = 50
LOOK_FURTHER = 10


@dataclass(slots=True)
class Left:
    """What is left to undo of a transfer out of the wallet, in the order in which it is undone.

    First what no grant has covered yet, then what a postpaid customer came to owe for it, then its grants, the one
    burnt last first. Each undoing leaves the next one what is left.
    """

    left_micros: int
    net: ChargeNet | None
    shortfall: Shortfall | None
    owed_micros: int
    parts: list[Part]


def give_back_to_grants(draft: Draft, asked: Sequence[Asked]) -> None:
    """Undo charges, the newest first, as far as they are not undone yet.

    What exceeds all that is left was given back before, as when a charge was reversed by hand and usage then made it
    smaller: it stays earned, and nothing comes back twice. It comes to what one posting after the other comes to, in a
    few statements however many there are.
    """
    left = _load(asked)
    for locked, request in asked:
        draft.move(locked, request)
        missing, owed = int(request.amount), 0
        for each in left[locked.organization.pk]:
            if missing and each.left_micros:
                amount = min(missing, each.left_micros)
                owed += undo(draft, locked, each, amount, request)
                missing -= amount
        lower_debt(draft, locked, owed, request)
        _keep_earned(draft, locked, missing, request)


def undo(draft: Draft, locked: LockedWallet, left: Left, amount_micros: int, request: TransferRequest) -> int:
    """Undo that much of what is left of a transfer, for another one; return how much of it was owed."""
    rest = amount_micros
    left.left_micros -= rest
    if left.net is not None:
        draft.undo(left.net, rest, request)
    if left.shortfall is not None:
        uncovered = min(rest, left.shortfall.remaining_micros)
        draft.cover(left.shortfall, uncovered)
        rest -= uncovered
    owed = min(rest, left.owed_micros)
    left.owed_micros -= owed
    rest -= owed
    for part in take_in_order(left.parts, rest).parts:
        draft.take(locked.grants[part.grant_id], -part.amount_micros, request)
    left.parts = drop_first(left.parts, rest)
    return owed


def lower_debt(draft: Draft, locked: LockedWallet, amount_micros: int, request: TransferRequest) -> None:
    """Move an amount from the wallet to the receivable account, where it lowers what is owed."""
    _move_on(draft, locked, amount_micros, request, Role.RECEIVABLE, OWED_REDUCED, "Owed less, charged too much before")


def _keep_earned(draft: Draft, locked: LockedWallet, amount_micros: int, request: TransferRequest) -> None:
    _move_on(draft, locked, amount_micros, request, Role.REVENUE, RETURNED_BEFORE, "Was given back before")


def _move_on(
    draft: Draft,
    locked: LockedWallet,
    amount_micros: int,
    request: TransferRequest,
    to: Role,
    suffix: str,
    description: str,
) -> None:
    """Move what came into the wallet, and is not the customer's to spend, on to another account."""
    if amount_micros <= 0:
        return
    draft.move(
        locked,
        TransferRequest(
            book_id=locked.book.pk,
            key=beside(request.key, suffix),
            source=locked.code(Role.WALLET),
            destination=locked.code(to),
            amount=Micros(amount_micros),
            kind=EntryType.ADJUSTMENT,
            created_by=request.created_by,
            cause=PostedWith(request.key),
            description=description,
            effective_at=request.effective_at,
        ),
    )


def left_of(transfers: Sequence[Transfer], wallets: Mapping[UUID, LockedWallet]) -> dict[int, Left]:
    """Return, by transfer, what is left to undo of transfers out of locked wallets, and have their grants at hand."""
    by_pk = {transfer.pk: transfer for transfer in transfers}
    pks = list(by_pk)
    of, within = list(wallets), {"organization__in": list(wallets), "transfer__in": pks}
    nets = {net.transfer_id: net for net in ChargeNet.objects.filter(**within)}
    for net in nets.values():
        net.transfer = by_pk[net.transfer_id]
    shortfalls = {each.transfer_id: each for each in Shortfall.objects.filter(**within)}
    beside_them = {(transfer.book_id, beside(transfer.key, OWED)): transfer.pk for transfer in transfers}
    rows = Transfer.objects.filter(book__in=of, key__in={key for _, key in beside_them})
    owed = {
        beside_them[book, key]: amount
        for book, key, amount in rows.values_list("book", "key", "amount_micros")
        if (book, key) in beside_them
    }
    parts = _parts_of(pks, wallets)
    return {
        each.pk: _left(each, nets.get(each.pk), shortfalls.get(each.pk), owed.get(each.pk, 0), parts.get(each.pk, []))
        for each in transfers
    }


def _left(
    transfer: Transfer, net: ChargeNet | None, shortfall: Shortfall | None, owed_micros: int, parts: list[Part]
) -> Left:
    """Reckon what is left: what was undone before was undone in the same order, and a shortfall is kept current."""
    left = net.left_micros if net else transfer.amount_micros
    still_short = shortfall.remaining_micros if shortfall else 0
    undone = still_short + owed_micros + sum(part.amount_micros for part in parts) - left
    of_owed = min(undone, owed_micros)
    return Left(left, net, shortfall, owed_micros - of_owed, drop_first(parts, undone - of_owed))


def _parts_of(transfers: Collection[int], wallets: Mapping[UUID, LockedWallet]) -> dict[int, list[Part]]:
    """What grants paid for transfers, by transfer, the part burnt last first."""
    found: dict[int, list[Part]] = {}
    spent: dict[int, UUID] = {}
    for each in Consumption.objects.filter(transfer__in=transfers).order_by("-pk"):
        found.setdefault(each.transfer_id, []).append(Part(each.grant_id, each.amount_micros))
        if each.grant_id not in wallets[each.organization_id].grants:
            spent[each.grant_id] = each.organization_id
    for grant in Grant.objects.filter(pk__in=spent) if spent else ():
        wallets[spent[grant.pk]].grants[grant.pk] = grant
    return found


def _load(asked: Sequence[Asked]) -> dict[UUID, list[Left]]:
    """Return, by organization, what may come back, newest charge first, as far back as what is asked for reaches."""
    wallets = {locked.organization.pk: locked for locked, _ in asked}
    wanted = dict.fromkeys(wallets, 0)
    for locked, request in asked:
        wanted[locked.organization.pk] += request.amount
    nets = _open_charges(wanted)
    left = left_of([net.transfer for some in nets.values() for net in some], wallets)
    return {pk: [left[net.transfer_id] for net in some] for pk, some in nets.items()}


def _open_charges(wanted: Mapping[UUID, int]) -> dict[UUID, list[ChargeNet]]:
    """Return, by organization, its newest charges that are not undone altogether, until they come to what is wanted."""
    found: dict[UUID, list[ChargeNet]] = {}
    missing, look = set(wanted), FIRST_LOOK
    while missing:
        read = _newest_open(missing, look)
        found |= {pk: _enough(nets, wanted[pk]) for pk, nets in read.items()}
        missing = {
            pk for pk, nets in read.items() if len(nets) == look and sum(net.left_micros for net in nets) < wanted[pk]
        }
        look *= LOOK_FURTHER
    return found


def _enough(nets: Sequence[ChargeNet], wanted_micros: int) -> list[ChargeNet]:
    some: list[ChargeNet] = []
    for net in nets:
        if wanted_micros <= 0:
            break
        some.append(net)
        wanted_micros -= net.left_micros
    return some


def _newest_open(organization_ids: Collection[UUID], look: int) -> dict[UUID, list[ChargeNet]]:
    not_undone = ChargeNet.objects.filter(organization__in=organization_ids, undone_micros__lt=F("amount_micros"))
    newest = ChargeNet.objects.filter(organization=OuterRef("organization"), undone_micros__lt=F("amount_micros"))
    first = Subquery(newest.order_by("-pk").values("pk")[look - 1 : look])
    rows = not_undone.filter(pk__gte=Coalesce(first, 0)).select_related("transfer").order_by("-pk")
    found: dict[UUID, list[ChargeNet]] = {pk: [] for pk in organization_ids}
    for net in rows:
        found[net.organization_id].append(net)
    return found
