"""Posting what time has ended already: lapsed grants and ended reservations. Reads are true before this has run."""

from datetime import datetime

from django.db.models import F

from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.ledger.models import Hold
from apps.ledger.services import TransferRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.models import Consumption, EntryType, Grant, Wallet
from apps.wallets.services.draft import Draft
from apps.wallets.services.locks import LockedWallet, lock_wallet

BATCH = 500


def expire_grants(*, now: datetime, limit: int = BATCH) -> int:
    """Post the expiry of lapsed grants, a wallet at a time; return how many wallets had some.

    Reservations that have ended are closed first: what they return to a lapsed grant expires with it.
    """
    expire_reservations(now=now, limit=limit)
    return sum(_expire_wallet(organization=organization, now=now) > 0 for organization in _with_lapsed(now, limit))


def expire_reservations(*, now: datetime, limit: int = BATCH) -> int:
    """Close reservations whose end has come, a wallet at a time; return how many wallets had some."""
    ended = Hold.objects.filter(status=Hold.Status.PENDING, expires_at__lte=now).values("account")
    wallets = Wallet.objects.filter(account__in=ended).select_related("organization").order_by("pk")[:limit]
    return sum(_close_ended(organization=wallet.organization, now=now) for wallet in wallets)


@serialized
def _close_ended(*, organization: Organization, now: datetime) -> bool:
    lock_wallet(organization, now=now)
    return True


@serialized
def _expire_wallet(*, organization: Organization, now: datetime) -> int:
    locked = lock_wallet(organization, now=now)
    lapsed = [
        grant
        for grant in Grant.objects.filter(wallet=locked.wallet, remaining_micros__gt=0, expires_at__lte=now).order_by(
            "pk"
        )
        if grant.free_micros > 0
    ]
    draft = Draft(now)
    for grant in lapsed:
        post_expiry(draft, locked, grant)
    if draft.requests:
        draft.post()
    return len(lapsed)


def post_expiry(draft: Draft, locked: LockedWallet, grant: Grant) -> None:
    """Add to a draft that the free rest of a lapsed grant goes: paid credit to breakage, unpaid back to promotions."""
    times = Consumption.objects.filter(grant=grant, transfer__kind=EntryType.EXPIRY).count()
    request = TransferRequest(
        key=f"grant-expiry:{grant.pk}:{times + 1}",
        source=locked.code(Role.WALLET),
        destination=locked.code(Role.BREAKAGE if grant.is_paid else Role.PROMOTIONS),
        amount=Micros(grant.free_micros),
        kind=EntryType.EXPIRY,
        created_by="system:expiry",
        description=f"Expired: {grant.description}"[:500],
    )
    draft.move(locked, request)
    draft.take(grant, grant.free_micros, request.key)


def _with_lapsed(now: datetime, limit: int) -> list[Organization]:
    """Organizations with a lapsed grant of which something is free."""
    lapsed = Grant.objects.filter(remaining_micros__gt=F("held_micros"), expires_at__lte=now).values("wallet")
    return list(Organization.objects.filter(wallet__in=lapsed).order_by("pk")[:limit])
