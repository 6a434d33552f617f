"""Giving back what was charged too much: what was burnt last comes back first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from apps.common.money import Micros
from apps.ledger.services import TransferRequest
from apps.wallets.accounts import Role
from apps.wallets.burndown import Part, unwind
from apps.wallets.models import CHARGES, Consumption, EntryType, Grant, Shortfall, Wallet
from apps.wallets.services.draft import Asked, Draft
from apps.wallets.services.locks import LockedWallet, lock_accounts, shortfalls_of

# How many of a wallet's newest consumptions are read first; ten times as many each time that was not enough.
FIRST_LOOK = 50
LOOK_FURTHER = 10


@dataclass(slots=True)
class Taken:
    """What charges took and may come back, newest first; each giving back leaves the next one what is left."""

    overspent: list[Shortfall]
    owed_micros: int
    burnt: list[Part] = field(default_factory=list)

    def from_grants(self, amount_micros: int) -> int:
        """How much of an amount is to come back from grants, in micros: what was neither overspent nor is owed."""
        unpaid = sum(shortfall.remaining_micros for shortfall in self.overspent) + self.owed_micros
        return max(0, amount_micros - unpaid)


def give_back_to_grants(draft: Draft, asked: Sequence[Asked]) -> None:
    """Undo, newest first, what charges took: overspend, then what is owed, then grants in reverse burn order.

    What none of these took was invoiced and paid: it stays on the receivable account and lowers what is owed next.
    It comes to what one posting after the other comes to, in a few statements however many there are.
    """
    taken = _load(asked)
    for locked, request in asked:
        draft.move(locked, request)
        _give_back(draft, locked, taken[locked.wallet.pk], request)


def _give_back(draft: Draft, locked: LockedWallet, taken: Taken, request: TransferRequest) -> None:
    missing = int(request.amount)
    missing -= _lower_overspend(draft, taken, missing)
    owed = min(missing, taken.owed_micros)
    taken.owed_micros -= owed
    back = unwind(taken.burnt, missing - owed)
    for part in back.parts:
        draft.take(locked.grants[part.grant_id], -part.amount_micros, request.key)
    if request.kind in CHARGES:
        taken.burnt[:0] = [Part(part.grant_id, -part.amount_micros) for part in back.parts]
    lower_debt(draft, locked, owed + back.uncovered_micros, request)


def _lower_overspend(draft: Draft, taken: Taken, amount_micros: int) -> int:
    lowered = 0
    for shortfall in taken.overspent:
        if share := min(shortfall.remaining_micros, amount_micros - lowered):
            draft.cover(shortfall, share)
            lowered += share
    return lowered


def lower_debt(draft: Draft, locked: LockedWallet, amount_micros: int, request: TransferRequest) -> None:
    """Move an amount from the wallet to the receivable account, where it lowers what is owed."""
    if amount_micros <= 0:
        return
    draft.move(
        locked,
        TransferRequest(
            key=f"{request.key}:owed-less",
            source=locked.code(Role.WALLET),
            destination=locked.code(Role.RECEIVABLE),
            amount=Micros(amount_micros),
            kind=EntryType.ADJUSTMENT,
            created_by=request.created_by,
            description="Owed less, charged too much before",
            metadata={"owedFor": request.key},
            effective_at=request.effective_at,
        ),
    )


def _load(asked: Sequence[Asked]) -> dict[int, Taken]:
    """Return, by wallet, what may come back, and have the grants at hand that it comes back to."""
    wallets = {locked.wallet.pk: locked for locked, _ in asked}
    receivables = lock_accounts(wallets.values(), Role.RECEIVABLE)
    open_shortfalls = shortfalls_of(wallets)
    taken = {}
    for pk, locked in wallets.items():
        overspent = [each for each in reversed(open_shortfalls[pk]) if each.transfer.kind in CHARGES]
        taken[pk] = Taken(overspent, max(0, -receivables[locked.code(Role.RECEIVABLE)].balance_micros))
    amounts = dict.fromkeys(wallets, 0)
    for locked, request in asked:
        amounts[locked.wallet.pk] += request.amount
    wanted = {pk: amount for pk, total in amounts.items() if (amount := taken[pk].from_grants(total))}
    for pk, burnt in _burnt(wanted).items():
        taken[pk].burnt = burnt
    _load_grants(wallets, {pk: unwind(taken[pk].burnt, amount).parts for pk, amount in wanted.items()})
    return taken


def _load_grants(wallets: Mapping[int, LockedWallet], parts: Mapping[int, Iterable[Part]]) -> None:
    spent = {
        part.grant_id: pk for pk, some in parts.items() for part in some if part.grant_id not in wallets[pk].grants
    }
    for grant in Grant.objects.filter(pk__in=spent) if spent else ():
        wallets[spent[grant.pk]].grants[grant.pk] = grant


def _burnt(wanted: Mapping[int, int]) -> dict[int, list[Part]]:
    """Return, by wallet, consumptions newest first, as far back as the amount that is wanted of each reaches."""
    found: dict[int, list[Part]] = {}
    missing, look = set(wanted), FIRST_LOOK
    while missing:
        read = _newest_consumptions(missing, look)
        found |= read
        missing = {
            pk for pk, parts in read.items() if len(parts) == look and unwind(parts, wanted[pk]).uncovered_micros
        }
        look *= LOOK_FURTHER
    return found


def _newest_consumptions(wallet_ids: Collection[int], look: int) -> dict[int, list[Part]]:
    """What charges took and what went back of it already, reversed or given back: the newest of each wallet."""
    newest = Consumption.objects.filter(_of_charges("transfer"), wallet=OuterRef("pk")).order_by("-pk").values("pk")
    rows = Wallet.objects.filter(
        _of_charges("consumptions__transfer"),
        pk__in=wallet_ids,
        consumptions__pk__gte=Coalesce(Subquery(newest[look - 1 : look]), 0),
    ).order_by("-consumptions__pk")
    found: dict[int, list[Part]] = {pk: [] for pk in wallet_ids}
    for pk, grant_id, amount in rows.values_list("pk", "consumptions__grant", "consumptions__amount_micros"):
        found[pk].append(Part(grant_id, amount))
    return found


def _of_charges(transfer: str) -> Q:
    return Q((f"{transfer}__kind__in", CHARGES)) | Q((f"{transfer}__reverses__kind__in", CHARGES))
