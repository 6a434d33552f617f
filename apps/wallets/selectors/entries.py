"""The entries of a wallet, by pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.common.prepared import PreparedRows
from apps.ledger.models import Entry
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.selectors.subqueries import account_id

# What a page holds, by the name that other apps know it by.
WalletEntry: TypeAlias = Entry


@dataclass(frozen=True, slots=True)
class EntryCursor:
    """Where a page of entries ended; the next one begins right behind it."""

    recorded_at: datetime
    account_version: int


def entries_page(
    organization: Organization, *, since: datetime, limit: int, after: EntryCursor | None = None
) -> list[Entry]:
    """Return up to `limit` entries of the wallet account, newest first, with their transfers, in one statement."""
    code = code_of(organization.pk, Role.WALLET)
    if after is None:
        return _PAGE.rows(book_id=organization.pk, code=code, since=since, limit=limit)
    at, version = after.recorded_at, after.account_version
    return _PAGE_BEHIND.rows(book_id=organization.pk, code=code, since=since, limit=limit, at=at, version=version)


def _page(*, book_id: UUID, code: str, since: datetime, limit: int) -> QuerySet[Entry]:
    return _newest_first(Entry.objects.filter(account=account_id(book_id, code), recorded_at__gte=since), limit)


def _page_behind(
    *, book_id: UUID, code: str, since: datetime, limit: int, at: datetime, version: int
) -> QuerySet[Entry]:
    rows = Entry.objects.filter(account=account_id(book_id, code), recorded_at__gte=since, recorded_at__lte=at)
    return _newest_first(rows.filter(Q(recorded_at__lt=at) | Q(recorded_at=at, account_version__lt=version)), limit)


def _newest_first(rows: QuerySet[Entry], limit: int) -> QuerySet[Entry]:
    return rows.select_related("transfer").order_by("-recorded_at", "-account_version")[:limit]


_PAGE = PreparedRows[Entry](_page, shaped_by=["limit"])
_PAGE_BEHIND = PreparedRows[Entry](_page_behind, shaped_by=["limit"])
