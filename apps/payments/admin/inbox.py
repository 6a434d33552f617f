"""Stripe's events on screen: their state, replaying them, and closing them by hand."""

import json
from collections.abc import Collection
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from unfold.decorators import action, display

from apps.common.admin import (
    Change,
    Concern,
    ConfirmForm,
    DayRangeFilter,
    Line,
    Menu,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Review,
    Role,
    Section,
    TextFilter,
    confirm,
    shown_once,
    with_actor_text,
)
from apps.common.errors import BillingError
from apps.payments import services
from apps.payments.models import StripeEvent
from apps.payments.selectors import events_of
from apps.payments.stripe_dashboard import dashboard_link

State = StripeEvent.State
SHOWN = 20  # events named in a review
LABELS = {State.RECEIVED: "warning", State.HANDLED: "success", State.IGNORED: "info", State.PARKED: "danger"}
OFFERED = {State.RECEIVED: ("replay_one",), State.IGNORED: ("replay_one",), State.PARKED: ("replay_one", "dismiss")}
LIST = "admin:payments_stripeevent_changelist"
# What an event is about, by the beginning of its type; the first that fits.
THINGS = {
    "checkout.session.": "a checkout",
    "payment_intent.": "a payment",
    "invoice": "an invoice",
    "charge.dispute.": "a dispute",
    "charge.refund": "a refund",
    "refund.": "a refund",
    "charge.": "a payment",
    "payout.": "a payout",
    "customer.": "a customer",
}
STATE_WORDS = {
    State.RECEIVED: "It will be tried again.",
    State.HANDLED: "It has been handled, and its effects are booked.",
    State.IGNORED: "It has no effect here.",
    State.PARKED: "It could not be handled, and nothing is booked for it. Once the cause below is fixed, replay it. "
    "If you have booked its effects yourself, close it by hand.",
}


class TypeFilter(TextFilter):
    """Filters by a type as Stripe names it, `invoice.paid`, or by a prefix that ends in a dot, `invoice.`."""

    title = "type"
    parameter_name = "type"

    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queryset.filter(type__startswith=text) if text.endswith(".") else queryset.filter(type=text)


class PayerFilter(TextFilter):
    """Filters by customer: events about its objects at Stripe. A customer is named by its slug."""

    title = "customer (slug)"
    parameter_name = "customer"

    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queryset.filter(events_of(text))


@admin.register(StripeEvent)
class StripeEventAdmin(OffersByState[StripeEvent], ReadOnlyModelAdmin[StripeEvent]):
    menu = Menu(Section.STRIPE, 10, "webhook", (Role.SUPPORT, Role.ADMINISTRATOR))
    shortcut = "w"
    found_by = ("event_id",)
    concern = Concern(
        title="Parked webhooks",
        rank=100,
        rows=lambda _: StripeEvent.objects.filter(state=StripeEvent.State.PARKED),
        query={"state__exact": "parked"},
        line=lambda row: Line(organization=None, day=row.received_at.date(), item=row.type),
        order="received_at",
        related=(),
    )
    list_display = ("event_id", "type", "labeled_state", "attempts", "received_at", "source", "short_error")
    list_filter = ("state", TypeFilter, PayerFilter, "source", "livemode", ("received_at", DayRangeFilter))
    search_fields = ("event_id__exact", "object_id__exact", "type__exact")
    search_help_text = "An event's id, an object's id, or a type"
    keyset = ("id",)
    actions = ("replay",)
    actions_list = ("replay_all",)
    actions_detail = ("replay_one", "dismiss")
    fieldsets = (
        (None, {"fields": ("in_plain_words", "at_stripe", "type", "labeled_state", "error", "noted", "waits_for")}),
        ("Tries", {"fields": ("attempts", "next_attempt_at", "settled_at")}),
        ("Source", {"fields": ("source", "livemode", "api_version", "account", "object_id")}),
        ("Times", {"fields": ("created_at", "received_at")}),
        ("Payload", {"fields": ("readable_payload",)}),
    )

    @display(description="State", label=LABELS)
    def labeled_state(self, event: StripeEvent) -> tuple[str, str]:
        return event.state, event.get_state_display()

    @admin.display(description="Error")
    def short_error(self, event: StripeEvent) -> str:
        return Truncator(event.error).chars(80)

    @admin.display(description="In plain words")
    @shown_once
    def in_plain_words(self, event: StripeEvent) -> str:
        thing = next((word for start, word in THINGS.items() if event.type.startswith(start)), "something")
        moved = services.moved_by(event)
        over = f" over {moved}" if moved and moved.amount_micros != 0 else ""
        whose = f" of {moved.organization}" if moved and moved.organization else ""
        return f"Stripe reports {thing}{over}{whose} ({event.type}). {STATE_WORDS[State(event.state)]}"

    @admin.display(description="Note")
    def noted(self, event: StripeEvent) -> str:
        return with_actor_text(event.note)

    @admin.display(description="At Stripe")
    def at_stripe(self, event: StripeEvent) -> str:
        return dashboard_link("events", event.event_id)

    @admin.display(description="Payload")
    def readable_payload(self, event: StripeEvent) -> str:
        try:
            text = json.dumps(json.loads(event.payload), indent=2, ensure_ascii=True)
        except (ValueError, RecursionError):
            text = event.payload
        return format_html("<pre>{}</pre>", text)

    def buttons_for(self, row: StripeEvent) -> Collection[str]:
        return OFFERED.get(State(row.state), ())

    def has_replay_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.replay_work")

    @admin.action(description="Replay", permissions=["replay"])
    def replay(self, request: HttpRequest, events: QuerySet[StripeEvent]) -> HttpResponse:
        ids = list(events.exclude(state=State.HANDLED).order_by("created_at", "pk").values_list("event_id", flat=True))
        if not ids:
            messages.error(request, "All of these are handled; there is nothing to replay.")
            return HttpResponseRedirect(request.get_full_path())
        return self._replay(request, ids, back=reverse(LIST))

    @action(description="Replay all that are parked", url_path="replay-all", permissions=["replay"], icon="replay")
    def replay_all(self, request: HttpRequest) -> HttpResponse:
        parked = StripeEvent.objects.filter(state=State.PARKED).order_by("created_at", "pk")
        ids = list(parked.values_list("event_id", flat=True)[:1_000])
        if not ids:
            messages.info(request, "No event is parked.")
            return HttpResponseRedirect(reverse(LIST))
        return self._replay(request, ids, back=reverse(LIST))

    @action(description="Replay", url_path="replay", permissions=["replay"], icon="replay")
    def replay_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        event = self.row_or_404(request, object_id)
        return self._replay(request, [event.event_id], back=_page(object_id))

    def _replay(self, request: HttpRequest, event_ids: list[str], *, back: str) -> HttpResponse:
        def perform(_cleaned: Any) -> str:
            done = 0
            for event_id in event_ids:
                try:
                    services.replay_event(event_id=event_id, by=f"staff:{request.user}", now=timezone.now())
                    done += 1
                except BillingError:
                    continue  # handled meanwhile, or a worker has it
            return f"{done} event{pluralize(done)} will be tried again."

        return confirm(
            request,
            admin=self,
            question=Question(
                title=f"Replay {len(event_ids)} event{pluralize(event_ids)}",
                form=ConfirmForm,
                initial={"reason": "Replayed after its cause was fixed"},
                review=lambda _: Review(_tried_again(event_ids)),
                explanation="Each event is applied from the start. Effects it had before are not repeated.",
                button="Replay",
                history=StripeEvent.objects.filter(event_id__in=event_ids),
            ),
            perform=perform,
            back=back,
        )

    @action(description="Close by hand", url_path="dismiss", permissions=["replay"], icon="done")
    def dismiss(self, request: HttpRequest, object_id: str) -> HttpResponse:
        event = self.row_or_404(request, object_id)

        def perform(cleaned: Any) -> str:
            services.dismiss_event(
                event_id=event.event_id, reason=cleaned["reason"], by=f"staff:{request.user}", now=timezone.now()
            )
            return "Closed."

        return confirm(
            request,
            admin=self,
            question=Question(
                title=f"Close {event.event_id} by hand",
                explanation="Nothing is posted. Do this after you have booked its effect yourself, or if it has none.",
                button="Close",
            ),
            perform=perform,
            back=_page(object_id),
            subject=event,
        )


def _tried_again(event_ids: list[str]) -> list[Change]:
    """Describe what a replay does to the first events, with customer and amount if known."""
    events = StripeEvent.objects.filter(event_id__in=event_ids[:SHOWN]).order_by("created_at", "pk")
    changes = []
    for event in events:
        moved = services.moved_by(event)
        amount = str(moved) if moved else ""
        customer = str(moved.organization or "") if moved else ""
        what = ", ".join(filter(None, (event.type, customer, amount)))
        changes.append(Change(what, event.get_state_display(), "Tried again"))
    if more := len(event_ids) - len(changes):
        changes.append(Change(f"{more} more", "", "Tried again"))
    return changes


def _page(object_id: str) -> str:
    return reverse("admin:payments_stripeevent_change", args=[object_id])
