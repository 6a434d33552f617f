"""Correct the stored totals of a wallet to the sums of its entries and holds."""

from datetime import datetime

from django.db import connection

from apps.common.transactions import serialized
from apps.common.values import value_class
from apps.ledger import services as ledger
from apps.tenants.models import Organization
from apps.wallets.consistency import ENTRIES_BY_KIND
from apps.wallets.models import Wallet
from apps.wallets.services.locks import lock_wallet


@value_class(frozen=True, slots=True)
class RebuildResult:
    """How many stored totals were missing or wrong and have been corrected."""

    checkpoints: int
    day_totals: int
    hold_totals: int


@serialized
def rebuild_kept_figures(*, organization: Organization, now: datetime) -> RebuildResult:
    """Add up a wallet's entries and ended holds again, and correct their stored totals. No balance is changed.

    Raises:
        WalletNotFound: the organization has no wallet.
    """
    lock_wallet(organization, now=now)
    account = Wallet.objects.select_related("account").get(organization=organization).account
    with connection.cursor() as cursor:
        cursor.execute(_DAY_TOTALS, {"organization": organization.pk})
        day_totals = cursor.rowcount
    checkpoints = int(ledger.rebuild_checkpoint(account, now=now))
    return RebuildResult(checkpoints, day_totals, ledger.rebuild_hold_totals(account))


_DAY_TOTALS = f"""
    INSERT INTO wallets_daytotal AS kept (organization_id, day, kind, amount_micros, entry_count)
    SELECT %(organization)s, x.day, x.kind, sum(x.amount_micros), sum(x.entries) FROM (
      SELECT day, kind, amount_micros, entries FROM ({ENTRIES_BY_KIND}) e WHERE organization_id = %(organization)s
      UNION ALL SELECT day, kind, 0, 0 FROM wallets_daytotal WHERE organization_id = %(organization)s) x
    GROUP BY x.day, x.kind
    ON CONFLICT (organization_id, day, kind) DO UPDATE
    SET amount_micros = EXCLUDED.amount_micros, entry_count = EXCLUDED.entry_count
    WHERE (kept.amount_micros, kept.entry_count) <> (EXCLUDED.amount_micros, EXCLUDED.entry_count)
"""  # noqa: S608 (made of this project's own names)
