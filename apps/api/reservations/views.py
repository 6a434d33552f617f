"""`/v1/billing/reservations`: reserve credit before work and capture it afterward; `/v1/billing/estimate`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.api.authentication import BearerOrPlatformAuthentication, credential_of, organization_of
from apps.api.fields import StrictMoment, number, uuid_in_path
from apps.api.idempotency import HEADER, REPLAYED, given_key
from apps.api.permissions import HasScope
from apps.api.problems import FieldError, InvalidInput
from apps.api.query_parameters import (
    IntegerParameter,
    read_choice,
    read_integers,
    read_position,
    read_text,
    read_value,
    write_cursor,
)
from apps.api.request_bodies import read_body
from apps.api.reservations import bodies, presenter
from apps.api.reservations.callers import caller_of
from apps.api.reservations.lifetimes import extended_end
from apps.api.reservations.refusals import WITH_MEMBERS, overdue, refusal_body, refusal_response
from apps.api.reservations.requested_work import estimated
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.common.errors import BillingError
from apps.common.list_positions import Position
from apps.common.money import Micros
from apps.ledger.errors import HoldNotFound, IdempotencyMismatch
from apps.pricing.selectors import counted_model
from apps.tenants.models import ApiKey, Organization
from apps.usage.selectors import work_named
from apps.usage.services import CapturedUsage, EventCapture, capture_usage
from apps.wallets import services
from apps.wallets.budgets.scopes import NAMES, Dimensions
from apps.wallets.decisions.holds import Capture as CaptureCall
from apps.wallets.keys import capture_key
from apps.wallets.kinds import Overage
from apps.wallets.selectors import (
    RESERVATION_STATUSES,
    ReservationFilter,
    exhausted_since,
    find_reservation,
    reservation_page,
)

Outcome = services.ReservationResult | CapturedUsage | Exception
LISTING = "reservations"
LIMIT = IntegerParameter("limit", 1, 200, 50)


class ReservationView(ApiView):
    """The base of these views: a session token for reading, or an API key with the required scope.

    A platform key with platform:reservations may do all of it for any organization, for a gateway that serves many.
    Repeated calls are recognized by the reservation's key or state, not by stored responses, so that a refusal is
    decided again, for example after credit was added.
    """

    authentication_classes = (BearerOrPlatformAuthentication,)
    permission_classes: Any = (HasScope(ApiKey.Scope.RESERVATIONS_WRITE),)
    keeps_answers = False

    def check_permissions(self, request: Request) -> None:
        """Check them for the organization that the caller acts for."""
        request.auth = caller_of(request, finishes_work=self.finishes_work)
        super().check_permissions(request)

    def handle_exception(self, exc: Exception) -> Any:
        """Respond to refusals with their limits, pause or charge."""
        if isinstance(exc, WITH_MEMBERS):
            return refusal_response(self.request, exc, timezone.now())
        return super().handle_exception(exc)


class ReadOrReserve(BasePermission):
    """billing:read to read, reservations:write to reserve."""

    message = "This needs a credential with billing:read to read, or with reservations:write to reserve."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Check the scope required for the method."""
        needed = ApiKey.Scope.RESERVATIONS_WRITE if request.method == "POST" else ApiKey.Scope.BILLING_READ
        return needed in credential_of(request).scopes


class Reservations(ReservationView):
    """List the organization's reservations, or create one."""

    permission_classes = (ReadOrReserve,)

    def get(self, request: Request) -> Response:
        """Return a page, newest first, filtered by status, time and dimensions."""
        organization, now = organization_of(request), timezone.now()
        (limit,) = read_integers(request, LIMIT)
        wanted = _filter(request, organization, now)
        after = read_position(request, LISTING, organization.pk)
        rows = reservation_page(organization, wanted, limit=limit + 1, after=after, now=now)
        body: dict[str, Any] = {"data": [presenter.reservation(organization, row, now) for row in rows[:limit]]}
        if len(rows) > limit:
            last = rows[limit - 1].hold
            position = Position(last.created_at, last.pk)
            body["nextCursor"] = write_cursor(LISTING, organization.pk, position.numbers())
        return Response(body)

    def post(self, request: Request) -> Response:
        """Reserve once per `Idempotency-Key`; a repeated call returns the reservation's current state."""
        organization, now, key = organization_of(request), timezone.now(), _required_key(request)
        asked = read_body(request, bodies.ReservationBody)
        _refuse_wrong_currency(organization, asked.get("currency"))
        amount, metadata, facts, work = _asked(organization, asked, now)
        try:
            reserved = services.reserve(
                organization=organization,
                reservation=services.NewReservation(
                    amount=amount,
                    key=key,
                    expires_at=now + timedelta(seconds=asked["ttlSeconds"]),
                    created_by=credential_of(request).created_by,
                    description=asked["description"],
                    metadata=metadata,
                    facts=facts,
                    work=replace(work, credential=credential_of(request).key_prefix),
                ),
                now=now,
            )
        except IdempotencyMismatch as error:  # its detail names the key as it is stored
            rule = f"This {HEADER} was used before with another amount, estimate or dimensions"
            raise IdempotencyMismatch(rule) from error
        again = reserved.result.is_repeat
        row = find_reservation(organization, reserved.hold.pk) if again else presenter.reserved_row(reserved)
        shown = presenter.reservation_result(organization, row, reserved.result, now)
        response = Response(shown, status=201)
        if again:
            response.headers[REPLAYED] = "true"
        return response


class Reservation(ReservationView):
    """One reservation."""

    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)

    def get(self, request: Request, reservation_id: str) -> Response:
        """Return it, in any state, with the available amount for its work."""
        organization, now = organization_of(request), timezone.now()
        row, result = services.reservation_result(organization, uuid_in_path(reservation_id, HoldNotFound), now)
        return Response(presenter.reservation_result(organization, row, result, now))


class Capture(ReservationView):
    """Capture a reservation."""

    finishes_work = True

    def post(self, request: Request, reservation_id: str) -> Response:
        """Charge an amount or a usage event from it; repeating the same one returns the first result."""
        organization, now = organization_of(request), timezone.now()
        asked = read_body(request, bodies.CaptureBody)
        (outcome,) = _captured(request, [(uuid_in_path(reservation_id, HoldNotFound), asked)], atomic=False, now=now)
        if isinstance(outcome, Exception):
            raise outcome
        return Response(_capture_shown(organization, outcome, asked.get("amount", 0), now))


class Captures(ReservationView):
    """Capture several reservations in one call."""

    finishes_work = True

    def post(self, request: Request) -> Response:
        """Capture each on the budget that the one before left; all are committed together."""
        organization, now = organization_of(request), timezone.now()
        asked = read_body(request, bodies.CapturesBody)
        pairs = [(each["reservationId"], each) for each in asked["captures"]]
        outcomes = _captured(request, pairs, atomic=asked["atomic"], now=now)
        results: list[dict[str, Any]] = []
        charged: dict[UUID, int] = {}  # by reservation, since the same reservation may be named twice
        for index, ((hold_id, each), outcome) in enumerate(zip(pairs, outcomes, strict=True)):
            result: dict[str, Any] = {"index": index, "reservationId": hold_id}
            if isinstance(outcome, BillingError):
                result["problem"] = refusal_body(request, outcome, now, within=f"body.captures[{index}]")
            else:
                assert not isinstance(outcome, Exception)
                result["capture"] = _capture_shown(organization, outcome, each.get("amount", 0), now)
                charged[hold_id] = _charged_micros(outcome)
            results.append(result)
        refused = sum("problem" in result for result in results)
        counts = {"captured": len(results) - refused, "refused": refused, "charged": number(sum(charged.values()))}
        return Response({"results": results, **counts})


class Extension(ReservationView):
    """Extend a reservation."""

    finishes_work = True

    def post(self, request: Request, reservation_id: str) -> Response:
        """Move its end to `ttlSeconds` from now, never earlier than before, at most seven days after its creation."""
        organization, now = organization_of(request), timezone.now()
        seconds = read_body(request, bodies.ExtensionBody)["ttlSeconds"]
        hold = find_reservation(organization, uuid_in_path(reservation_id, HoldNotFound)).hold
        end = extended_end(created_at=hold.created_at, seconds=seconds, now=now)
        reserved = services.extend_reservation(
            organization=organization, hold_id=uuid_in_path(reservation_id, HoldNotFound), expires_at=end, now=now
        )
        return Response(presenter.reservation(organization, presenter.reserved_row(reserved), now))


class Release(ReservationView):
    """Release a reservation without a charge."""

    finishes_work = True

    def post(self, request: Request, reservation_id: str) -> Response:
        """Release the whole amount; repeating it returns the same."""
        organization, now = organization_of(request), timezone.now()
        read_body(request, bodies.NoBody)
        hold_id = uuid_in_path(reservation_id, HoldNotFound)
        find_reservation(organization, hold_id)
        services.release_reservation(organization=organization, hold_id=hold_id, now=now)
        return Response(presenter.reservation(organization, find_reservation(organization, hold_id), now))


class EstimateView(ReservationView):
    """Estimate the cost of work."""

    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)

    def post(self, request: Request) -> Response:
        """Return the cost and the room of each limit, and whether it would be admitted; nothing is reserved."""
        organization, now = organization_of(request), timezone.now()
        asked = read_body(request, bodies.EstimateQuestion)
        named = {name: value for name, value in asked["dimensions"].items() if value}
        found, work = estimated(organization, asked["estimate"], named, now)
        work = replace(work, credential=credential_of(request).key_prefix)
        admitted = services.admission(organization=organization, work=work, amount=found.amount, now=now)
        since = exhausted_since(organization) if admitted.available_micros <= 0 else None
        body = presenter.estimate(found, asked["estimate"], admitted, since)
        if admitted.refusal is not None:
            body["refusal"] |= overdue(organization, admitted.refusal, now)
        return Response(body)


def _required_key(request: Request) -> str:
    """Return the reservation's key: the caller's `Idempotency-Key`, hashed to fit its column."""
    given = given_key(request)
    if given is None:
        raise InvalidInput(
            [FieldError(f"header.{HEADER}", "is required: without it, a lost response would leave credit reserved")]
        )
    return f"api:{sha256(given.encode()).hexdigest()}"


def _refuse_wrong_currency(organization: Organization, currency: str | None) -> None:
    if currency is not None and currency != organization.currency:
        raise InvalidInput([FieldError("body.currency", f"must be {organization.currency}", currency)])


def _asked(
    organization: Organization, asked: dict[str, Any], now: datetime
) -> tuple[Micros, dict[str, Any], dict[str, Any], Dimensions]:
    """Return the amount, the metadata to store, the facts that a repeat must match, and the work."""
    kept = {name: dict(asked[name]) for name in ("dimensions", "metadata") if asked[name]}
    facts: dict[str, Any] = {"dimensions": kept["dimensions"]} if "dimensions" in kept else {}
    named = {name: value for name, value in asked["dimensions"].items() if value}
    if "amount" in asked:
        return asked["amount"], kept, facts, work_named(organization, named, now)
    estimate = bodies.kept_estimate(asked["estimate"])
    found, work = estimated(organization, asked["estimate"], named, now)
    facts |= {"amount": None, "estimate": estimate}
    return found.amount, {**kept, "estimate": estimate}, facts, work


def _captured(
    request: Request, captures: list[tuple[UUID, dict[str, Any]]], *, atomic: bool, now: datetime
) -> list[Outcome]:
    organization, credential = organization_of(request), credential_of(request)
    sends_usage = any("event" in asked or asked["overage"] == Overage.OWE for _, asked in captures)
    if sends_usage and ApiKey.Scope.USAGE_WRITE not in credential.scopes:
        raise PermissionDenied('A capture by an event, or with the overage "owe", also needs the scope usage:write.')
    calls = [_capture_call(hold_id, asked, credential.created_by) for hold_id, asked in captures]
    amounts = [each for each in calls if isinstance(each, CaptureCall)]
    outcomes: Sequence[Outcome]
    if len(amounts) == len(calls):
        outcomes = services.capture_reservations(organization=organization, captures=amounts, atomic=atomic, now=now)
    else:
        outcomes = capture_usage(
            organization=organization,
            captures=calls,
            created_by=credential.created_by,
            credential=credential.key_prefix,
            atomic=atomic,
            now=now,
        )
    return list(outcomes)


def _capture_call(hold_id: UUID, asked: dict[str, Any], created_by: str) -> CaptureCall | EventCapture:
    rule, description, metadata = Overage(asked["overage"]), asked["description"], asked["metadata"]
    if "event" in asked:
        return EventCapture(
            hold_id=hold_id, event=asked["event"], overage=rule, description=description, metadata=metadata
        )
    return CaptureCall(
        hold_id=hold_id,
        amount=asked["amount"],
        key=capture_key(hold_id),
        created_by=created_by,
        overage=rule,
        description=description,
        metadata=metadata,
    )


def _charged_micros(outcome: services.ReservationResult | CapturedUsage) -> int:
    if isinstance(outcome, CapturedUsage):
        return outcome.charge_micros
    return outcome.transfer.amount_micros if outcome.transfer is not None else 0


def _capture_shown(
    organization: Organization, outcome: services.ReservationResult | CapturedUsage, asked_micros: int, now: datetime
) -> dict[str, Any]:
    reserved = outcome.reserved if isinstance(outcome, CapturedUsage) else outcome
    again = reserved.result.is_repeat
    row = find_reservation(organization, reserved.hold.pk) if again else presenter.reserved_row(reserved)
    if isinstance(outcome, CapturedUsage):
        return presenter.captured_usage(organization, row, outcome, now)
    return presenter.capture(organization, row, reserved, asked_micros, now)


def _filter(request: Request, organization: Organization, now: datetime) -> ReservationFilter:
    given = {name: value for name in NAMES if (value := read_text(request, name))}
    if "model" in given:
        _, given["model"] = counted_model(organization, given.get("meter", ""), given["model"], now)
    return ReservationFilter(
        status=read_choice(request, "status", RESERVATION_STATUSES),
        since=read_value(request, "from", StrictMoment()),
        until=read_value(request, "to", StrictMoment()),
        dimensions=given,
    )
