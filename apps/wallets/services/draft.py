"""What a service is about to write, for any number of wallets, written together in a constant number of statements."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from apps.common.writing import add_rows, insert_rows, update_rows
from apps.ledger import services as ledger
from apps.ledger.models import Transfer
from apps.ledger.services import TransferRequest
from apps.wallets.accounts import Role
from apps.wallets.burndown import Burn
from apps.wallets.models import CHARGES, ChargeNet, Consumption, DayTotal, Grant, GrantReturn, Shortfall, Undoing
from apps.wallets.services.locked import LockedWallet

GRANT_FIGURES = ("remaining_micros", "held_micros", "returned_micros", "lapsed_micros")

# A transfer by its book and its key.
Place = tuple[UUID, str]
# A transfer that is asked of a locked wallet.
Asked = tuple[LockedWallet, TransferRequest]


@dataclass(slots=True)
class Draft:
    """Transfers to post, and what they take from and give back to grants; `post` writes it all."""

    now: datetime
    requests: list[TransferRequest] = field(default_factory=list)
    wallets: dict[Place, LockedWallet] = field(default_factory=dict)
    grants: dict[int, Grant] = field(default_factory=dict)
    shortfalls: dict[int, Shortfall] = field(default_factory=dict)
    consumed: list[tuple[Grant, TransferRequest, int]] = field(default_factory=list)
    uncovered: list[tuple[TransferRequest, int]] = field(default_factory=list)
    nets: dict[int, ChargeNet] = field(default_factory=dict)
    undone: list[tuple[ChargeNet, TransferRequest, int]] = field(default_factory=list)
    returns: list[tuple[Grant, TransferRequest]] = field(default_factory=list)

    def move(self, locked: LockedWallet, request: TransferRequest) -> None:
        """Add a transfer that moves a locked wallet."""
        self.requests.append(request)
        self.wallets[locked.book.pk, locked.code(Role.WALLET)] = locked

    def consume(self, locked: LockedWallet, burn: Burn, request: TransferRequest) -> None:
        """Take the parts of a burn from their grants for a transfer."""
        for part in burn.parts:
            self.take(locked.grants[part.grant_id], part.amount_micros, request)

    def take(self, grant: Grant, amount_micros: int, request: TransferRequest) -> None:
        """Take from a grant (or give back, where negative) for a transfer."""
        if not amount_micros:
            return
        self.grants[grant.pk] = grant
        grant.remaining_micros -= amount_micros
        request.effects.parts.append((grant.number, amount_micros))
        self.consumed.append((grant, request, amount_micros))

    def count_returned(self, grant: Grant, request: TransferRequest) -> None:
        """Count that a transfer gives back what a grant brought."""
        self.grants[grant.pk] = grant
        grant.returned_micros += request.amount
        self.returns.append((grant, request))

    def count_kept(self, grant: Grant, amount_micros: int) -> None:
        """Count that what was given back of what a grant brought was not after all."""
        self.grants[grant.pk] = grant
        grant.returned_micros -= amount_micros

    def lapse(self, grant: Grant, request: TransferRequest) -> None:
        """Take the free rest of a lapsed grant for a transfer."""
        grant.lapsed_micros += grant.free_micros
        self.take(grant, grant.free_micros, request)

    def fall_short(self, amount_micros: int, request: TransferRequest) -> None:
        """Note what no grant covers of a transfer."""
        if amount_micros:
            request.effects.short += amount_micros
            self.uncovered.append((request, amount_micros))

    def cover(self, shortfall: Shortfall, amount_micros: int) -> None:
        """Lower an open shortfall."""
        shortfall.remaining_micros -= amount_micros
        self.shortfalls[shortfall.pk] = shortfall

    def undo(self, net: ChargeNet, amount_micros: int, request: TransferRequest) -> None:
        """Note how much of a charge a transfer undoes."""
        net.undone_micros += amount_micros
        self.nets[net.pk] = net
        request.effects.undoes.append((net.transfer.number, amount_micros))
        self.undone.append((net, request, amount_micros))

    def post(self) -> dict[Place, Transfer]:
        """Post the transfers, write what they did to grants and shortfalls, and return them by book and key."""
        posted = ledger.post(self.requests, now=self.now)
        transfers = {(transfer.book_id, transfer.key): transfer for transfer in posted}
        update_rows(list(self.grants.values()), *GRANT_FIGURES)
        update_rows(list(self.shortfalls.values()), "remaining_micros")
        self._write_consumptions(transfers)
        self._write_shortfalls(transfers)
        self._write_charges(transfers)
        insert_rows(
            [
                GrantReturn(organization_id=grant.organization_id, grant=grant, transfer=transfers[request.place])
                for grant, request in self.returns
            ]
        )
        self._add_to_days()
        wallets = [locked.wallet for locked in self.wallets.values()]
        for wallet in wallets:
            wallet.updated_at = self.now
        update_rows(wallets, "updated_at")
        return transfers

    def _write_consumptions(self, transfers: dict[Place, Transfer]) -> None:
        consumptions = [
            Consumption(
                organization_id=request.book_id,
                grant=grant,
                transfer=transfers[request.place],
                number=transfers[request.place].number,
                amount_micros=amount,
                recorded_at=self.now,
            )
            for grant, request, amount in self.consumed
        ]
        insert_rows(consumptions)

    def _write_shortfalls(self, transfers: dict[Place, Transfer]) -> None:
        uncovered = [
            Shortfall(
                organization_id=request.book_id,
                transfer=transfers[request.place],
                amount_micros=amount,
                remaining_micros=amount,
                recorded_at=self.now,
            )
            for request, amount in self.uncovered
        ]
        insert_rows(uncovered)

    def _write_charges(self, transfers: dict[Place, Transfer]) -> None:
        """Write what was charged, of which nothing is undone yet, and what was undone of charges before."""
        charged = [
            ChargeNet(organization_id=each.book_id, transfer=transfers[each.place], amount_micros=each.amount)
            for each in self.requests
            if each.kind in CHARGES and (each.book_id, each.source) in self.wallets
        ]
        insert_rows(charged)
        update_rows(list(self.nets.values()), "undone_micros")
        insert_rows(
            [
                Undoing(
                    organization_id=request.book_id, charge=net, transfer=transfers[request.place], amount_micros=part
                )
                for net, request, part in self.undone
            ]
        )

    def _add_to_days(self) -> None:
        totals: dict[tuple[UUID, date, str], list[int]] = {}
        for request in self.requests:
            day = (request.effective_at or self.now).astimezone(UTC).date()
            for code, amount in ((request.source, -request.amount), (request.destination, request.amount)):
                if (request.book_id, code) in self.wallets:
                    kind = counted_kind(request)
                    total = totals.setdefault((request.book_id, day, kind), [0, 0])
                    total[0] += amount
                    total[1] += 1 if kind == request.kind else -1
        rows = [(*key, *sums) for key, sums in totals.items()]
        add_rows(DayTotal, ("organization_id", "day", "kind"), ("amount_micros", "entry_count"), rows)


def counted_kind(request: TransferRequest) -> str:
    """Return the kind that a day counts a transfer as: the reversal of a charge lowers what was charged."""
    original = request.reverses
    return original.kind if original is not None and original.kind in CHARGES else request.kind
