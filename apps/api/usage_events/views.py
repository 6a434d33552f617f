"""`POST /v1/usage/events`: usage as CloudEvents, and corrections; `POST /v1/usage/{vendor}`: vendors' responses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.api.authentication import Credential, PlatformAuthentication, ReportSignature, credential_of
from apps.api.fields import StrictText, number
from apps.api.permissions import HasScope
from apps.api.problems import CONTENT_TYPE, FieldError, InvalidInput, MalformedBody, Problem, problem_body, status_of
from apps.api.query_parameters import read_flag, read_text
from apps.api.request_bodies import NotDecodable, RequestBody, attribute_headers, attributes_of, read_body
from apps.api.responses import Response
from apps.api.usage_events.parsers import (
    TOO_MANY,
    BatchParser,
    EventsParser,
    LinesParser,
    OneEventParser,
    PlainLinesParser,
    ProtobufParser,
    body_of,
    is_protobuf,
)
from apps.api.views import ApiView
from apps.common.strict_json import write_json
from apps.tenants.models import ApiKey
from apps.usage.errors import EventsRefused, UnknownEvent
from apps.usage.event_amounts import Unreadable
from apps.usage.event_reader import ID_LENGTH, MAX_BATCH, Refusal, ReportedEvent, UnparsedEvent, shown_id
from apps.usage.models import ReportEndpoint
from apps.usage.otlp import NotTraces, protobuf_answer, span_id, spans, unread_members
from apps.usage.selectors import named_or_token_meter
from apps.usage.services import Correction, CorrectionResult, IngestResult, correct_event, ingest, source_of
from apps.usage.vendor_reports import read_report
from apps.usage.vendor_tables import VENDOR_TABLES


class VoidBody(RequestBody):
    """Why an event is voided."""

    reason = StrictText(min_length=3, max_length=500)


class ReplaceBody(VoidBody):
    """Why an event is replaced, and the CloudEvent that replaces it."""

    event: Any = serializers.DictField()


WRAPPED = "response"
MAX_REPORT_BYTES, MAX_UNPACKED_BYTES = 2_621_440, 8_000_000
MAX_SPANS = 10_000  # of which at most MAX_BATCH may be calls of a model
SHOWN = 20


class MaySendUsage(BasePermission):
    """An organization's key with usage:write, or a platform key with platform:usage."""

    message = "This needs a key with the scope usage:write, or a platform key with platform:usage."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Check the scope required for the kind of key."""
        credential = credential_of(request)
        needed = ApiKey.Scope.USAGE_WRITE if credential.organization else ApiKey.Scope.PLATFORM_USAGE
        return credential.kind == "api_key" and needed in credential.scopes


class MaySendReports(BasePermission):
    """Whoever signs with a secret of the endpoint."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Check that the caller is an endpoint."""
        return credential_of(request).kind == "report"


class UsageEvents(ApiView):
    """Ingests usage of the caller's organization; for a platform key, each event's `subject` names it."""

    authentication_classes = (PlatformAuthentication,)
    permission_classes = (MaySendUsage,)
    parser_classes = (EventsParser, OneEventParser, BatchParser, LinesParser, PlainLinesParser)
    max_body_bytes = 2_000_000
    takes_gzip = True

    def post(self, request: Request) -> HttpResponse | Response:
        """Ingest the events and return their outcome."""
        atomic, events, caller = read_flag(request, "atomic"), _events(request), credential_of(request)
        try:
            result = ingest(
                events=events,
                organization=caller.organization,
                created_by=caller.created_by,
                credential=caller.key_prefix,
                now=timezone.now(),
                atomic=atomic,
            )
        except EventsRefused as error:
            return _nothing_taken(request, error)
        return Response(outcome(result))


def outcome(result: IngestResult) -> dict[str, Any]:
    """Present the result of a batch."""
    return {
        "accepted": result.accepted + result.replaced,
        "duplicate": result.duplicate,
        "quarantined": result.quarantined,
        "rejected": len(result.refusals),
        "rejections": [
            {"index": each.index, "id": each.id, "code": each.code, "reason": each.reason} for each in result.refusals
        ],
    }


def _events(request: Request) -> list[Any]:
    """Return the events of the body, or in binary mode the one event in headers and body."""
    headers = attribute_headers(request._request)
    return [_event_of(headers, request)] if headers else _listed(body_of(request))


def _listed(body: Any) -> list[Any]:
    events = body if isinstance(body, list) else [body]
    if not isinstance(body, (list, dict)):
        raise InvalidInput([FieldError("body", "must be an event or an array of events")])
    if len(events) > MAX_BATCH:
        raise InvalidInput([FieldError("body", TOO_MANY)])
    return events


def _event_of(headers: Mapping[str, str], request: Request) -> Any:
    try:
        attributes = attributes_of(headers)
    except NotDecodable as error:
        return UnparsedEvent(str(error))
    return {**attributes, "data": request.data}


def _nothing_taken(request: Request, error: EventsRefused) -> HttpResponse:
    """Respond to a refused all-or-nothing batch with a problem that lists every refusal."""
    refusals: list[Refusal] = error.context["refusals"]
    located = tuple(FieldError(f"body[{refusal.index}]", refusal.reason) for refusal in refusals)
    problem = Problem(status_of(type(error)), error.code, error.title, error.detail, located)
    counts = outcome(IngestResult(refusals=refusals))
    body = write_json({**problem_body(problem, request._request), **counts})
    return HttpResponse(body, status=problem.status, content_type=CONTENT_TYPE)


class VendorReports(ApiView):
    """Ingests responses of a vendor's API, or `{"events": [{"response": …, "time": …, "project": …}]}`.

    The events go to the meter that `?meter=` names; it is optional if exactly one meter counts tokens.
    """

    authentication_classes = (PlatformAuthentication,)
    permission_classes = (MaySendUsage,)
    parser_classes = (EventsParser, LinesParser, PlainLinesParser)
    max_body_bytes, max_unpacked_bytes = MAX_REPORT_BYTES, MAX_UNPACKED_BYTES
    takes_gzip = True
    vendor = ""

    def post(self, request: Request) -> HttpResponse | Response:
        """Ingest the reports and return their outcome."""
        events = _reported_events(self.vendor, _reports(body_of(request)), _meter(read_text(request, "meter")))
        return Response(reported(_take(credential_of(request), events)))


class Traces(ApiView):
    """Ingests OTLP/HTTP exports of traces: the spans that call a model, by their GenAI attributes."""

    keeps_answers = False  # exporters send no key; the vendor's id identifies a repeat

    authentication_classes = (PlatformAuthentication,)
    permission_classes = (MaySendUsage,)
    parser_classes = (EventsParser, ProtobufParser)
    max_body_bytes, max_unpacked_bytes = MAX_REPORT_BYTES, MAX_UNPACKED_BYTES
    takes_gzip = True

    def post(self, request: Request) -> HttpResponse | Response:
        """Ingest the spans; the response has the request's format and says how many were rejected, and why."""
        body = body_of(request)
        exported = _spans(body, has_span_ids=read_flag(request, "span_ids"))
        events = _reported_events("otel", exported, _meter(read_text(request, "meter")))
        refusals = _take(credential_of(request), events).result.refusals
        reasons = "; ".join(f"{each.id or each.index}: {each.code}, {each.reason}" for each in refusals[:SHOWN])
        if is_protobuf(request):
            return HttpResponse(protobuf_answer(len(refusals), reasons), content_type=ProtobufParser.media_type)
        told = reasons or _warning(unread_members(body))
        partial = {"partialSuccess": {"rejectedSpans": str(len(refusals)), "errorMessage": told}}
        return Response(partial if told else {})


def _warning(unread: Sequence[str]) -> str:
    """Warn that an export has no spans but other members; empty if it has none, since exporters may send nothing."""
    return f"nothing was taken: the body has no resourceSpans, but {', '.join(unread)}" if unread else ""


@dataclass(frozen=True, slots=True)
class Reported:
    """The outcome of a batch of reports, and how many of them were not model calls."""

    result: IngestResult
    ignored: int


def reported(taken: Reported) -> dict[str, Any]:
    """Present the result of a batch of reports."""
    counts = {"accepted": taken.result.accepted, "replaced": taken.result.replaced, "ignored": taken.ignored}
    return outcome(taken.result) | counts


def _meter(slug: str | None) -> str:
    return named_or_token_meter(slug or "", field="query.meter").slug


def _reported_events(vendor: str, reports: Sequence[Any], meter: str) -> list[Any]:
    return [_reported_event(vendor, report, meter) for report in reports]


def _take(caller: Credential, events: Sequence[Any]) -> Reported:
    """Ingest the events of reports; a None stands for a report that is no model call, and is skipped."""
    places = [index for index, each in enumerate(events) if each is not None]
    if len(places) > MAX_BATCH:
        raise InvalidInput([FieldError("body", TOO_MANY)])
    result = ingest(
        events=[events[index] for index in places],
        organization=caller.organization,
        created_by=caller.created_by,
        credential=caller.key_prefix,
        now=timezone.now(),
    )
    result.refusals = [replace(each, index=places[each.index]) for each in result.refusals]
    return Reported(result, len(events) - len(places))


def _reports(body: Any) -> list[Any]:
    reports = body.get("events", [body]) if isinstance(body, Mapping) else body
    if not isinstance(reports, list):
        raise InvalidInput([FieldError("body", "must be a response, an array of them, or an object with events")])
    if len(reports) > MAX_BATCH:
        raise InvalidInput([FieldError("body", TOO_MANY)])
    return reports


def _reported_event(vendor: str, report: Any, meter: str) -> ReportedEvent | UnparsedEvent | None:
    if isinstance(report, UnparsedEvent):
        return report
    if not isinstance(report, Mapping):
        return UnparsedEvent("each event is a JSON object")
    response, wrapper = (report[WRAPPED], report) if WRAPPED in report else (report, {})
    if not isinstance(response, Mapping):
        return UnparsedEvent("response must be the vendor's JSON object")
    try:
        return read_report(VENDOR_TABLES[vendor], response, wrapper, meter=meter)
    except Unreadable as error:
        return UnparsedEvent(error.reason, error.code, shown_id(response))


class SignedReports(ApiView):
    """Ingests reports that an endpoint's secret signed, in the format of the endpoint."""

    authentication_classes = (ReportSignature,)
    permission_classes = (MaySendReports,)
    parser_classes = (EventsParser, OneEventParser, BatchParser, LinesParser, PlainLinesParser, ProtobufParser)
    max_body_bytes, max_unpacked_bytes = MAX_REPORT_BYTES, MAX_UNPACKED_BYTES
    takes_gzip = True
    keeps_answers = False  # the ids of events make a repeat harmless

    def post(self, request: Request, endpoint: UUID) -> Response:
        """Ingest the reports for the endpoint's organization; a body is refused if an event in it has a `subject`."""
        caller = credential_of(request)
        assert caller.endpoint is not None, "a signed report has its endpoint"
        report_format, body = caller.endpoint.report_format, body_of(request)
        if report_format == ReportEndpoint.Format.EVENTS:
            events = _listed(body)  # attributes in headers are not signed
        else:
            meter = caller.endpoint.meter.slug if caller.endpoint.meter else _meter("")
            is_traced = report_format == ReportEndpoint.Format.OTEL
            sent = _spans(body, has_span_ids=caller.endpoint.has_span_ids) if is_traced else _reports(body)
            events = _reported_events(report_format, sent, meter)
        named = [index for index, each in enumerate(events) if _subject(each)]
        if named:
            rule = "is not accepted here: the endpoint belongs to one organization"
            raise InvalidInput([FieldError(f"body[{index}].subject", rule) for index in named])
        return Response(reported(_take(caller, events)))


def _subject(sent: Any) -> Any:
    event = sent.event if isinstance(sent, ReportedEvent) else sent
    return event.get("subject") if isinstance(event, Mapping) else None


def _spans(body: Any, *, has_span_ids: bool) -> list[Any]:
    """Return the spans of an export; with `has_span_ids`, one without a response id is identified by its own."""
    try:
        exported = spans(body)
    except NotTraces as error:
        raise MalformedBody(str(error)) from error
    if len(exported) > MAX_SPANS:
        raise InvalidInput([FieldError("body", f"must have at most {MAX_SPANS} spans")])
    return [{WRAPPED: span, "id": span_id(span)} for span in exported] if has_span_ids else list(exported)


class EventCorrections(ApiView):
    """Voids or replaces an event of the caller's organization."""

    authentication_classes = (PlatformAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.USAGE_CORRECT),)
    replaces = False

    def post(self, request: Request, event_id: str) -> Response:
        """Correct the event that `source` and the id in the path name."""
        body = read_body(request, ReplaceBody if self.replaces else VoidBody)
        caller = credential_of(request)
        if len(event_id) > ID_LENGTH or not event_id.isprintable() or caller.organization is None:
            raise UnknownEvent
        source = read_text(request, "source") or source_of(caller.organization, event_id)
        correction = Correction(
            organization=caller.organization,
            source=source,
            event_id=event_id,
            reason=body["reason"],
            created_by=caller.created_by,
            credential=caller.key_prefix,
            event=body.get("event"),
        )
        return Response(_shown(correction, correct_event(correction, now=timezone.now())))


def _shown(correction: Correction, done: CorrectionResult) -> dict[str, Any]:
    return {
        "id": correction.event_id,
        "source": correction.source,
        "state": done.state,
        "charge": number(done.charge_micros),
        "countedOn": done.counted_on,
        "waitsFor": done.reason or None,
    }
