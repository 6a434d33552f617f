"""`GET /api/v1/org/ledger`: the wallet's entries, newest first, as a bare array with the next page in a header."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import organization_of
from apps.api.fields import number, usd_number
from apps.api.org_billing.base import OrgBillingView
from apps.api.query_parameters import DAYS, IntegerParameter, read_cursor, read_integers, read_text, write_cursor
from apps.api.responses import Response
from apps.common.periods import window_start
from apps.tenants.models import Organization
from apps.wallets.selectors import EntryCursor, WalletEntry, entries_page

LIMIT = IntegerParameter("limit", 1, 5_000, 1_000)
LISTING = "org-ledger"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class OrgLedger(OrgBillingView):
    """The wallet account's entries in the window."""

    def get(self, request: Request) -> Response:
        """Return a page, with a Link header if there are more."""
        days, limit = read_integers(request, DAYS, LIMIT)
        organization, now = organization_of(request), timezone.now()
        after = _position(organization, read_text(request, "cursor"))
        since = window_start(days, now)
        entries = entries_page(organization, since=since, limit=limit + 1, after=after)
        response = Response([ledger_entry(organization, entry) for entry in entries[:limit]])
        if len(entries) > limit:
            response.headers["Link"] = _next_page(request.path, organization, days, limit, entries[limit - 1])
        return response


def ledger_entry(organization: Organization, entry: WalletEntry) -> dict[str, Any]:
    """Present an entry; `createdBy` and `trafficSource` only if set."""
    about = entry.metadata
    shown: dict[str, Any] = {
        "amountCredits": number(entry.amount_micros),
        "amountUsd": usd_number(entry.amount_micros, organization.usd_rate_micros),
        "createdAt": entry.recorded_at,
    }
    if entry.created_by:
        shown["createdBy"] = entry.created_by
    shown |= {
        "description": entry.description,
        "entryId": str(entry.pk),
        "entryType": entry.kind,
        "tenantId": organization.pk,
        "tokens": about.get("tokens", 0),
    }
    if about.get("trafficSource"):
        shown["trafficSource"] = about["trafficSource"]
    return shown


def _position(organization: Organization, cursor: str) -> EntryCursor | None:
    if not cursor:
        return None
    recorded, version = read_cursor(LISTING, organization.pk, cursor)
    return EntryCursor(_EPOCH + recorded * _MICROSECOND, version)


def _next_page(path: str, organization: Organization, days: int, limit: int, last: WalletEntry) -> str:
    position = [(last.recorded_at - _EPOCH) // _MICROSECOND, last.account_version]
    cursor = write_cursor(LISTING, organization.pk, position)
    query = urlencode({"days": days, "limit": limit, "cursor": cursor})
    return f'<{settings.PUBLIC_BASE_URL}{path}?{query}>; rel="next"'
