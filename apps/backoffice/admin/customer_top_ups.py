"""The buttons on a customer's page that switch automatic top-up off, and resume it after a stop."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from unfold.decorators import action

from apps.approvals.pages import ask, stated
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.forms import MoneyForm
from apps.payments.actions import ResumeTopUp, SwitchOffTopUp, TopUpAction
from apps.tenants.models import Organization
from apps.top_ups.models import TopUp

TAB = "top-up"


class CustomerTopUpsMixin:
    """Buttons for automatic top-up; mixed into the organization's admin."""

    TOP_UP: Any = {
        "title": "Automatic top-up",
        "icon": "autorenew",
        "items": ["resume_top_up", "switch_off_top_up"],
    }

    @action(description="Resume top-up", url_path="resume-top-up", permissions=["move"], icon="play_arrow")
    def resume_top_up(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = "The card is charged again, within the amounts that the customer agreed to."
        return self._ask_top_up(request, object_id, ResumeTopUp, explanation)

    @action(description="Switch top-up off", url_path="switch-off-top-up", permissions=["move"], icon="stop")
    def switch_off_top_up(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = "The card is charged no more. Only an admin of the customer can switch it on again."
        return self._ask_top_up(request, object_id, SwitchOffTopUp, explanation)

    def _ask_top_up(
        self, request: HttpRequest, object_id: str, kind: type[TopUpAction], explanation: str
    ) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)
        top_up = TopUp.objects.filter(pk=organization.pk).first()

        def build(cleaned: Mapping[str, Any]) -> TopUpAction:
            return kind(
                organization_id=organization.pk,
                amount_micros=top_up.most_per_charge_micros if top_up is not None else 0,
                currency=organization.currency,
                **stated(cleaned),
            )

        return ask(
            request,
            admin=self,
            action=kind,
            build=build,
            form=MoneyForm,
            form_options={"request": request},
            explanation=explanation,
            back=tab_of(organization, TAB),
            subject=organization,
        )
