"""What no grant covered of the work already done, and how credit that comes free pays it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.common.prepared import PreparedRows
from apps.common.writing import insert_rows, update_rows
from apps.ledger import services as ledger
from apps.ledger.records import COVER, cover
from apps.wallets.burndown import burn
from apps.wallets.models import Consumption, Shortfall
from apps.wallets.services.locked import LockedWallet

SHORTFALLS_AT_ONCE = 500


def overspend_micros(locked: LockedWallet) -> int:
    """Return what is still uncovered of a locked wallet, in micros, however many charges left it so."""
    rows = Shortfall.objects.filter(organization=locked.organization, remaining_micros__gt=0)
    return int(rows.aggregate(total=Coalesce(Sum("remaining_micros"), 0))["total"])


def open_shortfalls(locked: LockedWallet) -> Iterator[Shortfall]:
    """Yield what is still uncovered, oldest first, reading no further than it is asked for."""
    last, more = 0, True
    while more:
        some = _SHORTFALLS.rows(organization=locked.organization.pk, after=last)
        yield from some
        more = len(some) == SHORTFALLS_AT_ONCE
        last = some[-1].pk if more else last


def _shortfalls(*, organization: UUID, after: int) -> QuerySet[Shortfall]:
    rows = Shortfall.objects.filter(organization=organization, remaining_micros__gt=0, pk__gt=after)
    return rows.select_related("transfer").order_by("pk")[:SHORTFALLS_AT_ONCE]


_SHORTFALLS = PreparedRows[Shortfall](_shortfalls)


def pay_overspend(wallets: Sequence[LockedWallet], *, now: datetime) -> None:
    """Let credit of locked wallets that has come free pay what is uncovered, oldest first, as a new grant does.

    Otherwise it would lapse, or wait, beside a debt that it could have paid. The balance is the same before and after.
    """
    free = {each.organization.pk: each for each in wallets if any(grant.free_micros for grant in each.spendable(now))}
    uncovered = Shortfall.objects.filter(organization__in=list(free), remaining_micros__gt=0)
    for pk in uncovered.order_by("organization").values_list("organization", flat=True).distinct() if free else ():
        _pay_overspend(free[pk], now)


def _pay_overspend(locked: LockedWallet, now: datetime) -> None:
    paid: list[Shortfall] = []
    consumed: list[Consumption] = []
    parts: list[tuple[int, int, int]] = []
    for shortfall in open_shortfalls(locked):
        burnt = burn((grant.as_slice() for grant in locked.spendable(now)), shortfall.remaining_micros)
        if not burnt.parts:
            break
        shortfall.remaining_micros = burnt.uncovered_micros
        paid.append(shortfall)
        for part in burnt.parts:
            grant = locked.grants[part.grant_id]
            grant.remaining_micros -= part.amount_micros
            parts.append((grant.number, shortfall.transfer.number, part.amount_micros))
            consumed.append(
                Consumption(
                    organization=locked.organization,
                    grant_id=part.grant_id,
                    transfer_id=shortfall.transfer_id,
                    amount_micros=part.amount_micros,
                    recorded_at=now,
                )
            )
    if not consumed:
        return
    number = ledger.add_note(locked.book.pk, COVER, cover(parts), now=now)
    for each in consumed:
        each.number = number
    update_rows(paid, "remaining_micros")
    update_rows([locked.grants[pk] for pk in {each.grant_id for each in consumed}], "remaining_micros")
    insert_rows(consumed)
