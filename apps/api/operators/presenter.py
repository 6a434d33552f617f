"""Present reservations and wallets to operators; amounts over all organizations are in US dollars."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.api.billing_summary.presenter import reconciliation
from apps.api.fields import usd_number
from apps.api.reservations.presenter import reservation
from apps.tenants.models import Organization
from apps.usage.services import BackfillResult
from apps.wallets.selectors import RESERVATION_STATUSES, ReservationRow, ReservationStats, WalletFigures
from apps.wallets.services import ClosedReservation


def reservations(rows: Sequence[tuple[Organization, ReservationRow]], now: datetime) -> list[dict[str, Any]]:
    """Present reservations as the customer's API does, each with its organization."""
    return [{"organizationId": owner.pk, **reservation(owner, row, now)} for owner, row in rows]


def stats(found: Iterable[tuple[Organization, ReservationStats]]) -> dict[str, Any]:
    """Present reservations counted and summed over organizations, each at its own rate to the dollar."""
    counts, amounts = dict.fromkeys(RESERVATION_STATUSES, 0), dict.fromkeys(RESERVATION_STATUSES, Decimal(0))
    oldest: list[datetime] = []
    unswept = 0
    for organization, each in found:
        for status, total in each.by_status.items():
            counts[status] += total.count
            amounts[status] += usd_number(total.amount_micros, organization.usd_rate_micros)
        oldest += [] if each.oldest_pending_at is None else [each.oldest_pending_at]
        unswept += each.unswept_count
    by_status = {status: {"count": counts[status], "amountUsd": amounts[status]} for status in RESERVATION_STATUSES}
    return {"byStatus": by_status, **({"oldestPendingAt": min(oldest)} if oldest else {}), "pastExpiryCount": unswept}


def cleanup(closed: Sequence[ClosedReservation], has_more: bool) -> dict[str, Any]:
    """Present the closed reservations and the amounts they freed, in dollars at each organization's rate."""
    released = [usd_number(each.amount_micros, each.organization.usd_rate_micros) for each in closed]
    return {
        "expired": len(closed),
        "releasedUsd": sum(released, Decimal(0)),
        "reservationIds": [each.hold_id for each in closed],
        "hasMore": has_more,
    }


def backfilled(done: BackfillResult) -> dict[str, Any]:
    """Present how many stored totals were wrong; `mirrored` is 0, since every movement is posted to the journal."""
    rebuilt = {
        "checkpoints": done.checkpoints,
        "dayTotals": done.day_totals,
        "holdTotals": done.hold_totals,
        "budgetCounters": done.budget_counters,
    }
    return {"mirrored": 0, "rebuilt": rebuilt}


def reconciled(organization: Organization, figures: WalletFigures, now: datetime) -> dict[str, Any]:
    """Present whether a wallet agrees with its journal, as the summary does."""
    compared = reconciliation(figures, organization.usd_rate_micros)
    return {"organizationId": organization.pk, **compared, "checkedAt": now}
