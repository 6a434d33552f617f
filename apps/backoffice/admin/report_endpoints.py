"""Pages of the endpoints by which customers' runtimes report usage with a signature."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from apps.approvals.actions import person
from apps.approvals.pages import confirm_action, reason_and_key
from apps.backoffice.actions import OpenReportEndpoint
from apps.common.admin import (
    ConfirmForm,
    Menu,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Role,
    Section,
    confirm,
    confirm_step,
)
from apps.pricing.models import Meter
from apps.tenants.forms import CustomerField, customer_in_address
from apps.usage.models import ReportEndpoint
from apps.usage.services import close_report_endpoint, new_report_secret

STATES = {"works": "success", "waits": "warning", "closed": "danger"}
OVERLAPS = {"0": "not at all", "24": "for a day", "168": "for a week"}


class EndpointForm(ConfirmForm):
    """Whose endpoint it is, and what is reported there."""

    organization = CustomerField(ReportEndpoint._meta.get_field("organization"))
    name = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget())
    report_format = forms.ChoiceField(
        label="Format of its reports", choices=ReportEndpoint.Format.choices, widget=UnfoldAdminSelectWidget
    )
    meter = forms.ModelChoiceField(
        Meter.objects.filter(counts=Meter.Counts.TOKENS).order_by("slug"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="Meter of its model calls. Empty: the only meter that counts tokens. CloudEvents name their own.",
    )
    has_span_ids = forms.BooleanField(
        label="Spans identify calls",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Only for OpenTelemetry, and only if nothing else reports these calls: a span without the vendor's "
        "response id is identified by its own, so the same call reported elsewhere would count twice.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("has_span_ids") and cleaned.get("report_format") != ReportEndpoint.Format.OTEL:
            self.add_error("has_span_ids", "Only OpenTelemetry reports spans.")
        return cleaned


class SecretForm(ConfirmForm):
    """How long the present secret remains valid."""

    overlap = forms.ChoiceField(
        label="The present secret still works",
        choices=[*OVERLAPS.items()],
        initial="24",
        widget=UnfoldAdminSelectWidget,
    )


@admin.register(ReportEndpoint)
class ReportEndpointAdmin(OffersByState[ReportEndpoint], ReadOnlyModelAdmin[ReportEndpoint]):
    menu = Menu(Section.CUSTOMERS, 32, "vpn_lock", (Role.SUPPORT,))
    list_title = "Report endpoints"
    made_by = "open_endpoint"
    list_display = ("name", "organization", "report_format", "state", "secret_hint", "created_at")
    list_filter = ("report_format", "created_at")
    list_select_related = ("organization",)
    search_fields = ("name", "organization__slug", "organization__name")
    ordering = ("-created_at", "pk")
    actions_list = ("open_endpoint",)
    actions_detail = ("renew_secret", "close")
    fieldsets = (
        (None, {"fields": ("name", "organization", "report_format", "meter", "has_span_ids", "path", "state")}),
        ("Secret", {"fields": ("secret_hint", "previous_secret_until")}),
        ("Validity", {"fields": ("created_at", "created_by", "closed_at", "closed_by")}),
    )

    @display(description="State", label=STATES)
    def state(self, endpoint: ReportEndpoint) -> tuple[str, str]:
        if endpoint.closed_at is not None:
            return "closed", "Closed"
        return ("waits", "Has no secret yet") if endpoint.secret is None else ("works", "Open")

    @admin.display(description="Path")
    def path(self, endpoint: ReportEndpoint) -> str:
        return reverse("usage-reports", args=[endpoint.pk])

    def buttons_for(self, row: ReportEndpoint) -> tuple[str, ...]:
        return () if row.closed_at is not None else ("renew_secret", "close")

    def has_open_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(OpenReportEndpoint.permission)

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("usage.change_reportendpoint")

    @action(description="Open an endpoint", url_path="open", permissions=["open"], icon="add_link")
    def open_endpoint(self, request: HttpRequest) -> HttpResponse:
        return confirm_action(
            request,
            admin=self,
            action=OpenReportEndpoint,
            build=open_action,
            form=EndpointForm,
            initial={"organization": customer_in_address(request)},
            explanation="Whoever has its secret can report usage that charges the customer. Create the secret "
            "afterward.",
            button="Open",
            back=reverse("admin:usage_reportendpoint_changelist"),
        )

    @action(description="New secret", url_path="secret", permissions=["move"], icon="key")
    def renew_secret(self, request: HttpRequest, object_id: str) -> HttpResponse:
        endpoint = self._found(request, object_id)

        def perform(cleaned: Any) -> HttpResponse:
            overlap = timedelta(hours=int(cleaned["overlap"]))
            secret = new_report_secret(endpoint_id=endpoint.pk, overlap=overlap, now=timezone.now())
            self.log_change(request, endpoint, f"New secret: {cleaned['reason']}")
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": "The new secret",
                "endpoint": endpoint,
                "path": self.path(endpoint),
                "text": secret,
                "back": self._page(endpoint),
            }
            answer = TemplateResponse(request, "admin/usage/report_secret.html", context)
            add_never_cache_headers(answer)
            return answer

        return confirm(
            request,
            admin=self,
            question=Question(
                title="New secret",
                form=SecretForm,
                explanation="The secret is shown once, on the next page.",
                button="Make a secret",
            ),
            perform=perform,
            subject=endpoint,
        )

    @action(description="Close", url_path="close", permissions=["move"], icon="block")
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        endpoint = self._found(request, object_id)
        return confirm_step(
            request,
            endpoint,
            admin=self,
            question=Question(
                title="Close this endpoint",
                explanation="Reports to it are refused from now on; this cannot be undone.",
                button="Close",
                danger=True,
            ),
            perform=lambda _: close_report_endpoint(
                endpoint_id=endpoint.pk, closed_by=person(request.user), now=timezone.now()
            ),
            done=f"{endpoint} is closed and accepts no more reports.",
        )

    def _found(self, request: HttpRequest, object_id: str) -> ReportEndpoint:
        try:
            return get_object_or_404(self.get_queryset(request), pk=object_id)
        except (ValueError, forms.ValidationError) as error:
            raise Http404 from error

    def _page(self, endpoint: ReportEndpoint) -> str:
        return reverse("admin:usage_reportendpoint_change", args=[endpoint.pk])


def open_action(cleaned: Any) -> OpenReportEndpoint:
    """Return the action for the endpoint described in the form."""
    meter = cleaned["meter"]
    return OpenReportEndpoint(
        organization_id=cleaned["organization"].pk,
        currency=cleaned["organization"].currency,
        name=cleaned["name"],
        report_format=cleaned["report_format"],
        meter_id=meter.pk if meter else None,
        has_span_ids=cleaned["has_span_ids"],
        **reason_and_key(cleaned),
    )
