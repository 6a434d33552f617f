"""Pages of a wallet's entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from apps.common.queries import Query, fetch
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.selectors.explanations import wallet_entries_of

MOST = 5_001
_OF_TRANSFER = ("kind", "description", "created_by", "metadata")


class WalletEntry(NamedTuple):
    """An entry of a wallet account with the facts of its transfer; amounts in micros."""

    pk: int
    account_version: int
    amount_micros: int
    balance_after_micros: int
    effective_at: datetime
    recorded_at: datetime
    transfer_id: int
    kind: str
    description: str
    created_by: str
    metadata: Mapping[str, Any]


_COLUMNS = [name if name not in _OF_TRANSFER else f"transfer__{name}" for name in WalletEntry._fields]


@dataclass(frozen=True, slots=True)
class EntryCursor:
    """The last entry of a page; the next page begins after it."""

    recorded_at: datetime
    account_version: int


def entries_page(
    organization: Organization, *, since: datetime, limit: int, after: EntryCursor | None = None
) -> list[WalletEntry]:
    """Return up to `limit` entries of the wallet account, at most `MOST`, newest first, in one statement."""
    return fetch(entries_query(organization, since=since, limit=limit, after=after))


def entries_query(
    organization: Organization, *, since: datetime, limit: int, after: EntryCursor | None = None
) -> Query[list[WalletEntry]]:
    """Return the query of `entries_page`."""
    assert limit <= MOST
    behind = (None, None) if after is None else (after.recorded_at, after.account_version)
    values = (organization.pk, code_of(organization.pk, Role.WALLET), since, *behind, limit)
    return Query("wallet_entries(%s, %s, %s, %s, %s, %s)", values, _entries)


def wallet_records(
    organization: Organization, *, since: datetime | None, until: datetime | None, limit: int, offset: int
) -> tuple[list[WalletEntry], int]:
    """Return some entries of a wallet, newest first, and the number recorded in the half-open period.

    None leaves it open.
    """
    rows = wallet_entries_of(organization)
    rows = rows if since is None else rows.filter(recorded_at__gte=since)
    rows = rows if until is None else rows.filter(recorded_at__lt=until)
    page = rows.order_by("-recorded_at", "-account_version").values_list(*_COLUMNS)[offset : offset + limit]
    return [WalletEntry(*row) for row in page], rows.count()


def _entries(rows: Sequence[Sequence[Any]] | None) -> list[WalletEntry]:
    return [
        WalletEntry(
            pk,
            version,
            amount,
            balance,
            datetime.fromisoformat(effective),
            datetime.fromisoformat(recorded),
            *transfer,
        )
        for pk, version, amount, balance, effective, recorded, *transfer in rows or ()
    ]
