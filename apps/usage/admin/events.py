"""Usage on screen: rated events with their charge and price, and events in quarantine."""

import json
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.approvals.pages import confirm_row_action, review_of, submit_all
from apps.common.admin import (
    AmountRangeFilter,
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
    confirm,
    count_text,
    quantity_column,
    quantity_text,
)
from apps.common.errors import Rejected
from apps.common.strict_json import NotStrictJson, read_object
from apps.pricing.models import PriceVersion
from apps.tenants.filters import CustomerFilter
from apps.tenants.models import Organization
from apps.usage.actions import (
    ChargesChanged,
    NewestWaiting,
    RateUsage,
    ReplaceEvent,
    VoidEvent,
    newest_waiting,
    rate_actions,
)
from apps.usage.actions.corrections import is_taken_back
from apps.usage.admin.filters import BillingModeFilter
from apps.usage.event_calls import cost_text, sent_data
from apps.usage.models import QuarantinedEvent, UsageEvent
from apps.usage.selectors import archived_events, newest_archived_month
from apps.usage.selectors.quarantine import QuarantinedGroup, quarantined_groups

SEALED = "usage.rate"
REPORTED = (
    "organization",
    "meter_slug",
    "event_id",
    "source",
    "occurred_at",
    "recorded_at",
    "created_by",
    "fingerprint",
)
AMOUNTS = ("quantity", "input_tokens", "output_tokens", "billing_mode", "traffic_source")
DIMENSIONS = ("model", "operation", "event_type", "operator", "project", "session", "character")
SAID: Any = (
    ("Reported", {"fields": REPORTED}),
    ("Quantity", {"fields": AMOUNTS}),
    ("Dimensions", {"fields": DIMENSIONS}),
)


# Parameters whose filter uses an index in the list's order, so that rated events can be listed by them.
OWN_ORDER = (
    CustomerFilter.parameter_name,
    "organization__id__exact",
    "counted_on_from",
    "counted_on_to",
    "counted_on__exact",
)
INDEXED = (*OWN_ORDER, "posting__id__exact")
# Parameters without an index; they can only filter events selected by the parameters above.
UNINDEXED = (
    BillingModeFilter.parameter_name,
    "charge_micros_from",
    "charge_micros_to",
    "meter__id__exact",
    "price_version__id__exact",
    SEARCH_VAR,
)


def _asks_for(request: HttpRequest, parameters: Iterable[str]) -> bool:
    return any(map(request.GET.get, parameters))


def _asks_too_widely(request: HttpRequest) -> bool:
    return _asks_for(request, UNINDEXED) and not _asks_for(request, INDEXED)


def _with_organizations(events: Iterable[UsageEvent]) -> Iterator[UsageEvent]:
    """Give events their organizations, each fetched once."""
    known: dict[UUID, Organization] = {}
    for event in events:
        if event.organization_id not in known:
            known[event.organization_id] = event.organization
        event.organization = known[event.organization_id]
        yield event


class ContentForm(ConfirmForm):
    """The replacement's content."""

    content = forms.CharField(
        label="Content",
        max_length=8_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12}),
        help_text="The event's data as JSON, as its sender would send it.",
    )

    def clean_content(self) -> str:
        content: str = self.cleaned_data["content"]
        try:
            read_object(content)
        except NotStrictJson as error:
            raise forms.ValidationError(f"The content {error}.") from error
        return content


class _EventAdmin(OffersByState[Any], ReadOnlyModelAdmin[Any]):
    actions_detail = ("void", "replace")
    quantity = staticmethod(quantity_column("quantity_micros", "Quantity"))
    list_select_related = ("organization",)
    money_unit = "organization__currency"
    search_fields = ("event_id__exact",)
    search_help_text = "The event's id, exactly, as its sender wrote it"
    linked_by = (
        "organization__id__exact",
        "posting__id__exact",
        "counted_on__exact",
        "meter__id__exact",
        "price_version__id__exact",
    )

    def buttons_for(self, row: UsageEvent) -> Collection[str]:
        return () if is_taken_back(row) else ("void", "replace")

    def has_void_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(VoidEvent.permission)

    @action(description="Void it", url_path="void", permissions=["void"], icon="undo")
    def void(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request).select_related("organization"), pk=object_id)
        by: Any = request.user
        return confirm_row_action(
            request,
            row,
            VoidEvent,
            admin=self,
            given=lambda _: {"by": by, "now": timezone.now()},
            explanation=(
                "The customer gets its charge back: on the event's own day while its month is open, today once it is "
                "closed. Its id cannot be used again. Alerts already sent are not withdrawn."
            ),
            button="Void it",
            back=reverse(f"admin:usage_{self.opts.model_name}_changelist"),
        )

    @action(description="Replace it", url_path="replace", permissions=["void"], icon="edit_note")
    def replace(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request).select_related("organization", "meter"), pk=object_id)
        by: Any = request.user
        return confirm_row_action(
            request,
            row,
            ReplaceEvent,
            admin=self,
            form=ContentForm,
            initial={"content": json.dumps(sent_data(row), indent=2, ensure_ascii=False)},
            given=lambda cleaned: {"by": by, "now": timezone.now(), "content": cleaned["content"]},
            explanation=(
                "The event is voided and replaced by another with the same id, time and meter: on the event's own day "
                "while its month is open, today once it is closed. The difference is charged or credited."
            ),
            button="Replace it",
            back=reverse(f"admin:usage_{self.opts.model_name}_changelist"),
        )


@admin.register(UsageEvent)
class UsageEventAdmin(_EventAdmin):
    """Rated events: each charge, and the price version, counter and posting behind it."""

    menu = Menu(Section.PRICES_AND_USAGE, 90, "list_alt", (Role.VIEWER, Role.SUPPORT))
    shortcut = "u"
    explained_by = ("event", "pk")
    list_display = (
        "occurred_at",
        "organization",
        "meter_slug",
        "quantity",
        "input_tokens",
        "output_tokens",
        "model",
        "charge_micros",
        "event_id",
    )
    list_filter = (
        CustomerFilter,
        BillingModeFilter,
        ("counted_on", DayRangeFilter),
        ("charge_micros", AmountRangeFilter),
    )
    fieldsets: ClassVar[Any] = (
        *SAID,
        ("Charge", {"fields": ("charge_micros", "price", "cost", "counted_on", "corrects_month", "posting")}),
    )

    def get_keyset(self, request: HttpRequest) -> tuple[str, ...]:
        """Order by day for one organization or some days, which have an index; by id otherwise."""
        return ("counted_on", "id") if _asks_for(request, OWN_ORDER) else ("id",)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if _asks_too_widely(request):
            messages.warning(request, "Choose a customer or days first: this filter has no index over all events.")
        elif (month := newest_archived_month()) is not None:
            messages.info(
                request, f"Events recorded up to {month:%Y-%m} are archived: only a file of the list has them."
            )
        answer: HttpResponse = super().changelist_view(request, extra_context)
        return answer

    def rows_for_file(self, rows: QuerySet[UsageEvent], *, chunk_size: int) -> Iterator[UsageEvent]:
        archived = archived_events(rows)
        return chain(super().rows_for_file(rows, chunk_size=chunk_size), _with_organizations(archived))

    def get_queryset(self, request: HttpRequest) -> QuerySet[UsageEvent]:
        rows = super().get_queryset(request).filter(state=UsageEvent.State.RATED)
        return rows.none() if _asks_too_widely(request) else rows

    @admin.display(description="Price")
    def price(self, event: UsageEvent) -> str:
        if event.price_version is None:
            return "Free: it used the customer's own keys, or its character is charged instead."
        link = reverse("admin:pricing_priceversion_change", args=[event.price_version_id])
        page: Any = self.admin_site.get_model_admin(PriceVersion)
        title = page.row_title(event.price_version)
        return format_html('<a class="underline" href="{}">{}</a>', link, title)

    @admin.display(description="What it cost us")
    def cost(self, event: UsageEvent) -> str:
        return cost_text(event)


@admin.register(QuarantinedEvent)
class QuarantinedEventAdmin(_EventAdmin):
    """Events in quarantine, waiting for a meter or a price, and the action that rates them."""

    menu = Menu(Section.PRICES_AND_USAGE, 60, "hourglass_top", (Role.SUPPORT, Role.BILLING))
    list_title = "Usage without a price"
    shortcut = "q"
    concern = Concern(
        title="Usage without a price",
        rank=50,
        rows=lambda _: QuarantinedEvent.objects.filter(state=QuarantinedEvent.State.QUARANTINED),
        line=lambda group: Line(organization=group.organization, day=group.first_on, item=_waiting_text(group)),
        groups=quarantined_groups,
    )
    explained_by = ("event", "pk")
    list_display = ("occurred_at", "organization", "meter_slug", "reason", "model", "recorded_at", "event_id")
    list_filter = (CustomerFilter, "reason")
    keyset = ("id",)
    actions = ("rate_chosen",)
    actions_list = ("rate_all",)
    fieldsets: ClassVar[Any] = (
        ("Why it waits", {"fields": ("reason",)}),
        *SAID,
    )

    def page_to_handle(self, request: HttpRequest, row: QuarantinedGroup) -> str:
        """Return the page of the only event of a group on the home page, or the list that has the group."""
        if row.event_count == 1:
            return reverse("admin:usage_quarantinedevent_change", args=[row.first])
        query = {CustomerFilter.parameter_name: str(row.organization.pk), "reason__exact": row.reason}
        return f"{reverse('admin:usage_quarantinedevent_changelist')}?{urlencode(query)}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuarantinedEvent]:
        rows: QuerySet[QuarantinedEvent] = super().get_queryset(request)
        return rows.filter(state=UsageEvent.State.QUARANTINED)

    def has_rate_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("pricing.change_priceversion")

    @admin.action(description="Rate the chosen events", permissions=["rate"])
    def rate_chosen(self, request: HttpRequest, events: QuerySet[QuarantinedEvent]) -> HttpResponse:
        return self._rate(request, list(events.values_list("pk", flat=True)))

    @action(description="Rate all that have a price", url_path="rate", permissions=["rate"], icon="price_check")
    def rate_all(self, request: HttpRequest) -> HttpResponse:
        return self._rate(request, None)

    def _rate(self, request: HttpRequest, event_pks: list[int] | None) -> HttpResponse:
        question = Question(
            title="Rate usage in quarantine" if event_pks is None else f"Rate {len(event_pks)} events",
            explanation=(
                "Each event is charged at the price of its own time. Events of closed months become corrections in the "
                "open month. Events without a price stay in quarantine, and so do events that arrive after the review."
            ),
            review=(look := _RatingReview(request, event_pks)).review,
            seen=look.sealed,
            button="Rate",
            always_review=True,
        )
        back = reverse("admin:usage_quarantinedevent_changelist")

        def perform(cleaned: Any) -> HttpResponse:
            submit_all(request, look.confirmed(cleaned))
            return HttpResponseRedirect(back)

        return confirm(request, admin=self, question=question, perform=perform, back=back)


def _waiting_text(group: QuarantinedGroup) -> str:
    """Write what waits: the meter, the model, the number of events, and their tokens and quantity."""
    events = "" if group.event_count == 1 else f"{count_text(group.event_count)} events"
    tokens = f"{count_text(group.tokens)} tokens" if group.tokens else ""
    quantity = "" if group.quantity_micros is None else quantity_text(group.quantity_micros)
    return ", ".join(filter(None, (group.meter_slug, group.model, events, tokens, quantity)))


class _RatingReview:
    """The review of a rating. Its figures are signed into the page, so that exactly these are charged."""

    def __init__(self, request: HttpRequest, event_pks: list[int] | None) -> None:
        self.request, self.event_pks = request, event_pks
        self.by: Any = request.user
        self.shown: list[RateUsage] = []
        self.newest = newest_waiting()

    def review(self, cleaned: Any) -> Review:
        now = timezone.now()
        self.shown = self._actions(cleaned)
        if not self.shown:
            raise Rejected("None of these events has a price yet.")
        rows = [row for action in self.shown for row in action.preview(by=self.by, now=now)]
        return review_of(rows, self.shown, by=self.by, now=now)

    def sealed(self) -> str:
        """Return the newest rows and the charges of the review, as a signed text."""
        return signing.dumps([self.newest.event, self.newest.character, self._charges(self.shown)], salt=SEALED)

    def confirmed(self, cleaned: Any) -> list[RateUsage]:
        """Return the actions that the review showed.

        Raises:
            ChargesChanged: the amounts have changed since the review, or there was none.
        """
        try:
            event, character, charges = signing.loads(self.request.POST.get("_seen", ""), salt=SEALED)
        except signing.BadSignature as error:
            raise ChargesChanged from error
        self.newest = NewestWaiting(event, character)
        actions = self._actions(cleaned)
        if self._charges(actions) != charges:
            raise ChargesChanged
        return actions

    def _actions(self, cleaned: Any) -> list[RateUsage]:
        key, reason = f"staff:{cleaned['token']}", cleaned["reason"]
        return rate_actions(self.event_pks, self.newest, reason=reason, key=key, by=self.by, now=timezone.now())

    def _charges(self, actions: list[RateUsage]) -> list[list[str]]:
        return [[action.currency, action.charges] for action in actions]
