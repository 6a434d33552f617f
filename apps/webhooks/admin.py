"""Pages of webhook endpoints, events and deliveries; events can be sent again."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.decorators import action, display

from apps.common.admin import (
    Concern,
    ConfirmForm,
    DayRangeFilter,
    Menu,
    Question,
    ReadOnlyModelAdmin,
    Role,
    Section,
    TextFilter,
    confirm,
    confirm_step,
)
from apps.common.reader import moment_words
from apps.tenants.filters import CustomerFilter
from apps.webhooks import services
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent

State = WebhookDelivery.State
ENDPOINT_STATES = {"enabled": "success", "failing": "warning", "disabled": "danger"}
STATES: dict[str, str] = {
    State.PENDING: "info",
    State.DELIVERED: "success",
    State.FAILED: "danger",
    State.SKIPPED: "warning",
}
REPLAYED = timedelta(days=30)
# The question before an endpoint is disabled (False) or enabled (True).
SWITCHES = {
    False: ("Disable the endpoint", "Pending and later events are skipped until it is enabled."),
    True: ("Enable the endpoint", "It gets events from now on; skipped ones are sent only on request."),
}


def _send_again(title: str, explanation: str) -> Question:
    return Question(title=title, form=ConfirmForm, explanation=explanation, button="Send again")


def _in_words(attempt: dict[str, Any]) -> str:
    """Describe the result of a try: how the customer's server answered, or why it did not."""
    status, error, took = attempt.get("status"), attempt.get("error", ""), f"after {attempt['milliseconds']} ms"
    if status is None:
        return f"No answer {took}: {error or 'the connection failed'}"
    if 200 <= status < 300:
        return f"Accepted with {status} {took}"
    return f"Refused with {status} {took}" + (f": {error}" if error else "")


class TypeFilter(TextFilter):
    """Filters by an event's type, `invoice.paid`, or by a prefix that ends in a dot."""

    title = "type"
    parameter_name = "type"

    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        if text.endswith("."):
            return queryset.filter(event__type__startswith=text)
        return queryset.filter(event__type=text)


def _found(model: Any, object_id: str) -> Any:
    try:
        return get_object_or_404(model, pk=UUID(object_id))
    except ValueError as error:
        raise Http404 from error


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyModelAdmin[WebhookEndpoint]):
    """Where customers receive events. Customers make them over the API; staff can disable, enable and test them."""

    menu = Menu(Section.CUSTOMERS, 21, "webhook")
    concern = Concern(
        title="Disabled webhook endpoints",
        rank=115,
        rows=lambda _: WebhookEndpoint.objects.filter(disabled_because__in=["failing", "gone"]),
        query={"disabled_because__in": "failing,gone"},
    )
    list_display = ("url", "organization", "labeled_state", "secret_hint", "failing_since", "last_success_at")
    list_filter = ("disabled_because",)
    list_select_related = ("organization",)
    search_fields = ("organization__name",)
    ordering = ("-created_at", "id")
    actions_detail = ("replay", "switch", "send_test")
    fieldsets = (
        (None, {"fields": ("organization", "url", "description", "types", "labeled_state", "disabled_because")}),
        ("Secret", {"fields": ("secret_hint", "previous_secret_until")}),
        ("Tries", {"fields": ("last_success_at", "last_failure_at", "failing_since", "failures", "disabled_at")}),
        ("Times", {"fields": ("created_by", "created_at", "updated_at", "version")}),
    )

    @display(description="State", label=ENDPOINT_STATES)
    def labeled_state(self, endpoint: WebhookEndpoint) -> tuple[str, str]:
        return endpoint.state.value, str(endpoint.state.label)

    def has_replay_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.replay_work")

    @action(description="Send failed events again", url_path="replay", permissions=["replay"], icon="replay")
    def replay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the failed and skipped events of the last 30 days again."""
        endpoint = _found(WebhookEndpoint, object_id)

        def perform(_cleaned: Any) -> str:
            now = timezone.now()
            count = services.replay(
                organization=endpoint.organization,
                endpoint_id=endpoint.pk,
                chosen=services.EventFilter(since=now - REPLAYED, until=now, states=[State.FAILED, State.SKIPPED]),
                now=now,
            )
            return f"{count} sent again."

        explanation = "The failed and skipped events of the last 30 days are sent again with the same ids."
        return confirm(
            request,
            admin=self,
            question=replace(_send_again("Send failed events again", explanation), history=[endpoint]),
            perform=perform,
            subject=endpoint,
        )

    has_switch_permission = has_send_test_permission = has_replay_permission

    @action(description="Disable or enable", url_path="switch", permissions=["switch"], icon="toggle_on")
    def switch(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Disable an enabled endpoint, or enable a disabled one."""
        endpoint = _found(WebhookEndpoint, object_id)
        enables = endpoint.disabled_at is not None

        def perform(_cleaned: Any) -> str:
            services.change_endpoint(
                organization=endpoint.organization, endpoint_id=endpoint.pk, is_enabled=enables, now=timezone.now()
            )
            return "It is enabled." if enables else "It is disabled."

        title, explanation = SWITCHES[enables]
        question = Question(title=title, form=ConfirmForm, explanation=explanation, button=title, history=[endpoint])
        return confirm(request, admin=self, question=question, perform=perform, subject=endpoint)

    @action(description="Send a test event", url_path="test", permissions=["send_test"], icon="send")
    def send_test(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the endpoint a `webhook.test` event."""
        endpoint = _found(WebhookEndpoint, object_id)
        explanation = "An event of the type webhook.test is sent to the customer's server."
        return confirm_step(
            request,
            endpoint,
            admin=self,
            question=Question(title="Send a test event", form=ConfirmForm, explanation=explanation, button="Send"),
            perform=lambda _: services.send_test(
                organization=endpoint.organization, endpoint_id=endpoint.pk, now=timezone.now()
            ),
            done="The test event will be sent in a moment.",
        )


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyModelAdmin[WebhookEvent]):
    """Events that customers receive."""

    menu = Menu(Section.CUSTOMERS, 22, "campaign")
    list_display = ("sequence", "type", "organization", "occurred_at")
    list_filter = ("type",)
    list_select_related = ("organization",)
    search_fields = ("organization__name",)
    ordering = ("-created_at", "id")
    fields = ("organization", "sequence", "type", "key", "readable_body", "occurred_at", "created_at")

    @admin.display(description="Body")
    def readable_body(self, event: WebhookEvent) -> str:
        return format_html("<pre>{}</pre>", event.body)

    def row_title(self, row: WebhookEvent) -> str:
        return f"{row.get_type_display()}, {row.organization}"


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyModelAdmin[WebhookDelivery]):
    """Deliveries of events to endpoints, with every try."""

    menu = Menu(Section.CUSTOMERS, 23, "outgoing_mail", (Role.SUPPORT,))
    list_display = ("event_type", "organization", "endpoint", "labeled_state", "last_answer", "created_at")
    list_filter = ("state", TypeFilter, CustomerFilter, ("created_at", DayRangeFilter))
    list_select_related = ("organization", "endpoint", "event")
    search_fields = ("organization__name",)
    ordering = ("-created_at", "id")
    actions_detail = ("retry",)
    fields = (
        *("organization", "event", "endpoint", "labeled_state", "next_try_at", "created_at"),
        *("readable_tries", "payload"),
    )

    @admin.display(description="Payload")
    def payload(self, delivery: WebhookDelivery) -> str:
        return format_html("<pre>{}</pre>", delivery.event.body)

    @admin.display(description="Last answer")
    def last_answer(self, delivery: WebhookDelivery) -> str:
        return _in_words(delivery.tries[-1]) if delivery.tries else "Not tried yet"

    @admin.display(description="Event")
    def event_type(self, delivery: WebhookDelivery) -> str:
        return f"{delivery.event.get_type_display()}, #{delivery.event.sequence}"

    @display(description="State", label=STATES)
    def labeled_state(self, delivery: WebhookDelivery) -> tuple[str, str]:
        return delivery.state, delivery.get_state_display()

    @admin.display(description="Tries")
    def readable_tries(self, delivery: WebhookDelivery) -> str:
        if not delivery.tries:
            return "Not tried yet"
        rows = ((moment_words(datetime.fromisoformat(each["at"])), _in_words(each)) for each in delivery.tries)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", rows))

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.replay_work")

    @action(description="Send again", url_path="retry", permissions=["retry"], icon="replay")
    def retry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the event again now."""
        delivery = _found(WebhookDelivery, object_id)
        explanation = "The event is sent again with the same id. If that fails, its schedule starts again."
        return confirm_step(
            request,
            delivery,
            admin=self,
            question=_send_again("Send again", explanation),
            perform=lambda _: services.retry_delivery(
                organization=delivery.organization, delivery_id=delivery.pk, now=timezone.now()
            ),
            done="It will be sent again in a moment.",
        )

    def row_title(self, row: WebhookDelivery) -> str:
        return f"{row.event.get_type_display()}, to {row.endpoint.url}"
