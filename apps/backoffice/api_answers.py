"""Shows staff what the API returns to a customer, produced by the public views themselves."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import resolve

from apps.api.authentication import Credential
from apps.api.openapi import description
from apps.invoices.selectors import DocumentFilter, document_page
from apps.tenants.models import ApiKey, Organization
from apps.wallets.models import Budget
from apps.wallets.selectors import entries_page, recent_reservations

PATHS = (
    "/v1/billing/organization/summary",
    "/v1/billing/budget",
    "/v1/billing/records",
    "/v1/costs/summary",
    "/v1/organization",
    "/v1/organization/balance",
    "/v1/organization/costs",
    "/api/v1/org/billing",
    "/api/v1/org/ledger",
    "/api/v1/org/usage-summary",
    "/api/v1/org/service-usage",
    "/api/v1/org/characters",
    "/api/v1/org/events",
    "/api/v1/org/model-pricing",
    "/api/v1/org/contract",
    "/api/v1/org/service-agreements",
    "/api/v1/account/organization/usage",
    "/v1/billing/reservations",
    "/v1/billing/reservations/{reservation_id}",
    "/v1/billing/explain/{entry_id}",
    "/v1/billing/budgets",
    "/v1/billing/budgets/{budget_id}",
    "/v1/billing/budgets/{budget_id}/usage",
    "/v1/billing/preferences",
    "/v1/billing/alerts/balance",
    "/v1/billing/top-up",
    "/v1/billing/top-up/attempts",
    "/v1/billing/contacts",
    "/v1/billing/invoices",
    "/v1/billing/invoices/{invoice_id}",
    "/v1/webhooks/endpoints",
    "/v1/webhooks/endpoints/{endpoint_id}",
    "/v1/webhooks/events",
    "/v1/webhooks/events/{event_id}",
    "/v1/webhooks/deliveries",
    "/v1/proofs/{day}",
    "/v1/usage/breakdown",
    "/v1/usage/forecast",
)
PLACES = re.compile(r"\{(?P<what>[a-z_]+)\}")
# The id of the customer's newest row, to fill in a path; without one, the API's 404 for an id that does not exist.
NEWEST: dict[str, Callable[[Organization], Iterable[object]]] = {
    "reservation_id": lambda customer: (each.pk for each in recent_reservations(customer, 1)),
    "entry_id": lambda customer: (each.pk for each in entries_page(customer, since=customer.created_at, limit=1)),
    "budget_id": lambda customer: (
        Budget.objects.filter(organization=customer, ended_at=None)
        .exclude(slug="")
        .order_by("-created_at")
        .values_list("slug", flat=True)[:1]
    ),
    "invoice_id": lambda customer: (each.pk for each in document_page(customer, DocumentFilter(), limit=1)),
    "endpoint_id": lambda customer: customer.webhook_endpoints.order_by("-created_at").values_list("pk", flat=True)[:1],
    "event_id": lambda customer: (each.public_id for each in customer.webhook_events.order_by("-sequence")[:1]),
}
OF_A_MONTH = frozenset({"/v1/organization/costs"})


def areas() -> dict[str, dict[str, str]]:
    """Return the paths by the area of the API that they belong to, each with what it returns, as the API's own
    documentation says.
    """
    found: dict[str, dict[str, str]] = {}
    for path in PATHS:
        described = description()["paths"][path]["get"]
        found.setdefault(described["tags"][0], {})[path] = described["summary"].partition(". Needs ")[0].rstrip(".")
    return found


def address(organization: Organization, path: str, now: datetime) -> str:
    """Return the URL to request: one of `PATHS`, with this month, yesterday or the newest reservation filled in."""
    today = now.astimezone(UTC)
    if path == "/v1/usage/breakdown":
        return f"{path}?group_by=model"
    if path in OF_A_MONTH:
        return f"{path}?year={today.year}&month={today.month}"
    named = PLACES.search(path)
    if named is None:
        return path
    if named["what"] == "day":
        return path.format(day=today.date() - timedelta(days=1))
    return path.format(**{named["what"]: next(iter(NEWEST[named["what"]](organization)), UUID(int=0))})


def answer(organization: Organization, path: str, now: datetime) -> tuple[int, str]:
    """Return the status and the indented body of a GET of one of `PATHS`, made as if with the customer's own key."""
    asked = address(organization, path, now)
    match = resolve(asked.partition("?")[0])
    view = match.func.cls.as_view(throttle_classes=())  # type: ignore[attr-defined]
    response = view(_request(organization, asked), *match.args, **match.kwargs)
    return response.status_code, indented(response.content.decode())


def _request(organization: Organization, asked: str) -> HttpRequest:
    path, _, query = asked.partition("?")
    request = HttpRequest()
    request.GET = QueryDict(query)
    request.method, request.path, request.path_info = "GET", path, path
    request.META = {
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "REMOTE_ADDR": "",
    }
    who = Credential(
        organization=organization,
        kind="session",
        user_id="staff",
        actor_user_id="staff",
        role="org:admin",
        scopes=frozenset(ApiKey.Scope.values),
        created_by="staff",
    )
    request._force_auth_user = request._force_auth_token = who  # type: ignore[attr-defined]
    return request


def indented(text: str) -> str:
    """Indent JSON text without parsing its numbers, so that every digit stays as the API wrote it."""
    out: list[str] = []
    depth, in_string, escaped = 0, False, False
    for character in text:
        if in_string:
            out.append(character)
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character in "{[":
            depth += 1
            out.append(character + _line(depth))
        elif character in "}]":
            depth -= 1
            out.append(_line(depth) + character)
        elif character == ",":
            out.append(character + _line(depth))
        elif character == ":":
            out.append(": ")
        elif not character.isspace():
            in_string = character == '"'
            out.append(character)
    return "".join(out)


def _line(depth: int) -> str:
    return "\n" + "  " * depth
