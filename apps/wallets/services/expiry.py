"""Post the expiry of grants and close ended reservations. Reads already treat both as ended before this runs."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from apps.common.transactions import all_or_nothing
from apps.common.values import value_class
from apps.ledger.models import Hold
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.decisions.expiry import decide_ends, decide_ends_of, decide_expiry
from apps.wallets.models import Grant, Shortfall, Wallet
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide

logger = logging.getLogger(__name__)

BATCH = 500


def expire_grants(*, now: datetime, limit: int = BATCH) -> int:
    """Post the expiry of all expired grants, one wallet at a time; return how many wallets had some.

    Ended reservations are closed first, so that credit of an expired grant that they free expires too. Credit that has
    started covers open shortfalls before it can expire. A wallet that fails is logged and does not stop the others.
    """
    expire_reservations(now=now, limit=limit)
    begun = Grant.objects.filter(is_open=True, remaining_micros__gt=F("held_micros"), starts_at__lte=now).values(
        "organization"
    )
    uncovered = Shortfall.objects.filter(organization=OuterRef("organization"), remaining_micros__gt=0)
    _for_each(Wallet.objects.filter(Exists(uncovered), organization__in=begun), _close_ended, now, limit)
    lapsed = Grant.objects.filter(is_open=True, remaining_micros__gt=F("held_micros"), expires_at__lte=now).values(
        "organization"
    )
    return _for_each(Wallet.objects.filter(organization__in=lapsed), _expire_wallet, now, limit)


def expire_reservations(*, now: datetime, limit: int = BATCH) -> int:
    """Close all reservations whose end has passed, one wallet at a time; return how many wallets had some."""
    ended = Hold.objects.filter(status=Hold.Status.PENDING, expires_at__lte=now).values("book")
    return _for_each(Wallet.objects.filter(organization__in=ended), _close_ended, now, limit)


@value_class(frozen=True, slots=True)
class ClosedReservation:
    """A reservation that was closed because its end had passed, and the micros that it freed."""

    organization: Organization
    hold_id: UUID
    amount_micros: int


def close_reservations(
    *, organization: Organization | None, until: datetime, limit: int, now: datetime
) -> tuple[list[ClosedReservation], bool]:
    """Close at most `limit` reservations that ended by `until`, of one organization or of all, oldest first.

    An `until` after `now` counts as `now`. A wallet that fails is logged and does not stop the others. Return the
    closed reservations, and whether there are more.
    """
    ended = Hold.objects.filter(status=Hold.Status.PENDING, expires_at__lte=min(until, now))
    if organization is not None:
        ended = ended.filter(book=organization.pk)
    found = list(ended.order_by("expires_at", "pk").values_list("pk", "book_id")[: limit + 1])
    position = {pk: index for index, (pk, _) in enumerate(found[:limit])}
    closed: list[ClosedReservation] = []
    books = {book for _, book in found[:limit]}
    for wallet in Wallet.objects.filter(organization__in=books).select_related("organization").order_by("pk"):
        some: list[ClosedReservation] = []
        if _logged(wallet, partial(_close_some, position.keys(), some), now):
            closed += some
    return sorted(closed, key=lambda each: position[each.hold_id]), len(found) > limit


def _close_some(
    hold_ids: Collection[UUID], closed: list[ClosedReservation], *, organization: Organization, now: datetime
) -> bool:
    holds = decide(organization.pk, BookQuery(), lambda state: decide_ends_of(state, now, hold_ids), now).result
    closed.extend(ClosedReservation(organization, hold.id, hold.amount_micros) for hold in holds)
    return bool(holds)


def _for_each(wallets: QuerySet[Wallet], end: Callable[..., bool], now: datetime, limit: int) -> int:
    """Call `end` for each wallet, reading `limit` of them at a time; return how often it returned True."""
    last, done = 0, 0
    while some := list(wallets.filter(pk__gt=last).select_related("organization").order_by("pk")[:limit]):
        done += sum(_logged(wallet, end, now) for wallet in some)
        last = some[-1].pk
    return done


def _logged(wallet: Wallet, end: Callable[..., bool], now: datetime) -> bool:
    try:
        with all_or_nothing():
            return end(organization=wallet.organization, now=now)
    except Exception:
        logger.exception("expiry of wallet %s of %s could not be posted", wallet.pk, wallet.organization_id)
        return False


def _close_ended(*, organization: Organization, now: datetime) -> bool:
    return decide(organization.pk, BookQuery(), lambda state: decide_ends(state, now), now).result


def _expire_wallet(*, organization: Organization, now: datetime) -> bool:
    query = BookQuery(roles=(Role.BREAKAGE, Role.PROMOTIONS))
    return decide(organization.pk, query, lambda state: decide_expiry(state, now), now).result
