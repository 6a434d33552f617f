"""Shows staff what the API returns to a customer, produced by the public views themselves."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import resolve
from rest_framework.response import Response

from apps.api.authentication import Credential
from apps.tenants.models import ApiKey, Organization
from apps.wallets.selectors import recent_reservations

ONE_RESERVATION = "/v1/billing/reservations/{reservation_id}"
PATHS = (
    "/v1/billing/organization/summary",
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
    ONE_RESERVATION,
    "/v1/proofs/{day}",
)
OF_A_MONTH = frozenset({"/v1/organization/costs"})


def address(organization: Organization, path: str, now: datetime) -> str:
    """Return the URL to request: one of `PATHS`, with this month, yesterday or the newest reservation filled in."""
    today = now.astimezone(UTC)
    if path in OF_A_MONTH:
        return f"{path}?year={today.year}&month={today.month}"
    if path == ONE_RESERVATION:
        return path.format(reservation_id=_newest_reservation(organization))
    return path.format(day=today.date() - timedelta(days=1))


def _newest_reservation(organization: Organization) -> str:
    """Return its id, or one that does not exist if the customer has none, which gives the API's 404."""
    return next((each.pk for each in recent_reservations(organization, 1)), str(UUID(int=0)))


def answer(organization: Organization, path: str, now: datetime) -> tuple[int, str]:
    """Return the status and the indented body of a GET of one of `PATHS`, made as if with the customer's own key."""
    asked = address(organization, path, now)
    match = resolve(asked.partition("?")[0])
    view = match.func.cls.as_view(throttle_classes=())  # type: ignore[attr-defined]
    response = view(_request(organization, asked), *match.args, **match.kwargs)
    if isinstance(response, Response):
        response.render()
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
