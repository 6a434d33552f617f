"""Correct all stored totals to the sums of their rows, for one organization or for all."""

from dataclasses import dataclass, replace
from datetime import datetime

from apps.tenants.models import Organization
from apps.usage.services.budgets import rebuild_budget_counters
from apps.wallets import services as wallets


@dataclass(frozen=True, slots=True)
class BackfillResult:
    """How many stored totals were missing or wrong and have been corrected."""

    checkpoints: int = 0
    day_totals: int = 0
    hold_totals: int = 0
    budget_counters: int = 0


def backfill(*, organization: Organization | None, now: datetime) -> BackfillResult:
    """Rebuild the stored totals, each organization in a transaction of its own; nothing is posted.

    Raises:
        ArchiveUnavailable: the file of an archived month cannot be read. Organizations before it are done.
    """
    done = BackfillResult()
    owners = Organization.objects.exclude(wallet=None).order_by("pk") if organization is None else [organization]
    for owner in owners:
        rebuilt = wallets.rebuild_kept_figures(organization=owner, now=now)
        done = replace(
            done,
            checkpoints=done.checkpoints + rebuilt.checkpoints,
            day_totals=done.day_totals + rebuilt.day_totals,
            hold_totals=done.hold_totals + rebuilt.hold_totals,
            budget_counters=done.budget_counters + rebuild_budget_counters(organization=owner, now=now),
        )
    return done
