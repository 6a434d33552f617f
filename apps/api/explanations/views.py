"""`/v1/billing/explain/{entryId}`: from an amount in the wallet down to the events and grants that make it up."""

from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, organization_of
from apps.api.explanations import presenter
from apps.api.permissions import HasScope
from apps.api.query_parameters import IntegerParameter, read_cursor, read_integers, read_text, write_cursor
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.tenants.models import ApiKey, Organization
from apps.usage.selectors import explain_entry
from apps.wallets.errors import EntryNotFound

LISTING = "explanation"
LIMIT = IntegerParameter("limit", 1, 200, 50)
_MOST_DIGITS = 18


class ExplanationView(ApiView):
    """The explanation of one entry of the wallet."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)

    def get(self, request: Request, entry_id: str) -> Response:
        """Return the entry, its cause, its lines by price, a page of its events, and the grants that paid."""
        organization = organization_of(request)
        (limit,) = read_integers(request, LIMIT)
        cursor = read_text(request, "cursor")
        explanation = explain_entry(organization, _entry_id(entry_id))
        start = _after(organization, explanation.explained.entry.pk, cursor)
        left = [each for each in explanation.rows if each.position > start]
        body = presenter.presented(organization, explanation, left[:limit])
        if len(left) > limit:
            position = [explanation.explained.entry.pk, left[limit - 1].position]
            body["events"]["nextCursor"] = write_cursor(LISTING, organization.pk, position)
        return Response(body)


def _entry_id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise EntryNotFound
    return int(text)


def _after(organization: Organization, entry_id: int, cursor: str) -> int:
    if not cursor:
        return 0
    owner, position = read_cursor(LISTING, organization.pk, cursor)
    return position if owner == entry_id else 0
