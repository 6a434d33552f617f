"""Admin pages of service agreements: create, change, stop, resume."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display

from apps.approvals.pages import confirm_action, confirm_row_action, reason_and_key
from apps.common.admin import (
    Change,
    DayRangeFilter,
    Menu,
    Question,
    ReadOnlyModelAdmin,
    Review,
    Role,
    Section,
    confirm_step,
)
from apps.contracts import services
from apps.contracts.actions import ChangeAgreement, ResumeAgreement, WriteAgreement
from apps.contracts.confirmations import AgreementForm
from apps.contracts.models import ServiceAgreement
from apps.tenants.forms import customer_in_address

STATES = {"active": "success", "stopped": "default"}


@admin.register(ServiceAgreement)
class ServiceAgreementAdmin(ReadOnlyModelAdmin[ServiceAgreement]):
    menu = Menu(Section.CONTRACTS, 30, "handshake", (Role.BILLING,))
    newest_by = "-created_at"
    found_by = ("pk",)
    list_display = (
        "description",
        "organization",
        "project",
        "charge_type",
        "amount_micros",
        "state",
        "next_due_date",
        "billed_at",
    )
    list_filter = ("active", "charge_type", ("billed_at", DayRangeFilter))
    linked_by = ("organization", "organization__id__exact")
    list_select_related = ("organization", "project")
    money_unit = "organization__currency"
    search_fields = ("id__exact", "description", "organization__slug", "organization__name")
    ordering = ("-created_at", "pk")
    actions_detail = ("change", "stop", "resume")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("organization", "project"),
                    "description",
                    ("charge_type", "amount_micros"),
                    ("bill_by", "state"),
                )
            },
        ),
        ("Periods", {"fields": (("start_date", "end_date"), ("next_due_date", "billed_at"))}),
        ("History", {"fields": (("created_by", "created_at"), ("updated_at", "revision"))}),
    )

    @display(description="State", label=STATES, ordering="active")
    def state(self, agreement: ServiceAgreement) -> tuple[str, str]:
        return ("active", "Active") if agreement.active else ("stopped", "Stopped")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("contracts.add_serviceagreement")

    def has_write_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("contracts.change_serviceagreement")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return confirm_action(
            request,
            admin=self,
            action=WriteAgreement,
            build=lambda cleaned: WriteAgreement.of(
                cleaned["organization"],
                AgreementForm.terms(cleaned),
                **reason_and_key(cleaned),
                now=timezone.now(),
            ),
            form=AgreementForm,
            initial={"organization": customer_in_address(request)},
            explanation="Each period is charged to the wallet, or invoiced, when it begins; past periods immediately.",
            button="Create agreement",
            back=reverse("admin:contracts_serviceagreement_changelist"),
        )

    @action(description="Change", url_path="edit", permissions=["write"], icon="edit")
    def change(self, request: HttpRequest, object_id: str) -> HttpResponse:
        agreement = self._agreement(object_id)
        return confirm_row_action(
            request,
            agreement,
            ChangeAgreement,
            admin=self,
            given=lambda cleaned: {
                "terms": AgreementForm.terms(cleaned),
                "seen_revision": cleaned["seen_revision"] or 0,
                "now": timezone.now(),
            },
            form=AgreementForm,
            form_options={"customer": agreement.organization},
            initial=_as_written(agreement),
            explanation="Applies to periods not yet billed. After the first bill, the start and charge type are fixed.",
            button="Save changes",
        )

    @action(description="Stop", url_path="stop", permissions=["write"], icon="pause_circle")
    def stop(self, request: HttpRequest, object_id: str) -> HttpResponse:
        agreement = self._agreement(object_id)
        return confirm_step(
            request,
            agreement,
            admin=self,
            question=Question(
                title="Stop the service agreement",
                explanation="No further periods are billed. Past charges stay.",
                review=lambda _: Review([Change("State", self.state(agreement)[1], "Stopped")]),
                button="Stop billing",
                danger=True,
            ),
            perform=lambda _: services.stop_agreement(agreement_id=agreement.pk, now=timezone.now()),
            done="Stopped.",
        )

    @action(description="Resume", url_path="resume", permissions=["write"], icon="play_circle")
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        agreement = self._agreement(object_id)
        return confirm_row_action(
            request,
            agreement,
            ResumeAgreement,
            admin=self,
            explanation="A period that begins today is billed; those that began while it was stopped are not.",
            button="Resume billing",
        )

    def _agreement(self, object_id: str) -> ServiceAgreement:
        try:
            found = (
                ServiceAgreement.objects.select_related("organization", "project").filter(pk=UUID(object_id)).first()
            )
        except ValueError:
            found = None
        if found is None:
            raise Http404
        return found


def _as_written(agreement: ServiceAgreement) -> dict[str, Any]:
    return {
        "project": agreement.project,
        "description": agreement.description,
        "charge_type": agreement.charge_type,
        "amount_micros": agreement.amount_micros,
        "bill_by": agreement.bill_by,
        "start_date": agreement.start_date,
        "end_date": agreement.end_date,
        "seen_revision": agreement.revision,
    }
