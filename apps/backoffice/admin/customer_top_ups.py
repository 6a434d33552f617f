"""The buttons on a customer's page that switch automatic top-up off, lower its amounts, and resume it after a stop."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from unfold.decorators import action

from apps.approvals.pages import confirm_action, reason_and_key
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.forms import MoneyForm
from apps.common.admin import MicrosField
from apps.payments.actions import LowerTopUp, ResumeTopUp, SwitchOffTopUp, TopUpAction
from apps.tenants.models import Organization
from apps.top_ups.errors import TopUpIsOff
from apps.top_ups.models import TopUp
from apps.top_ups.terms import MEMBERS, TITLES, TopUpTerms

TAB = "top-up"


class LowerTopUpForm(MoneyForm):
    """The amounts of automatic top-up, none above what the customer agreed to."""

    def __init__(self, *args: Any, terms: TopUpTerms, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for member, name in MEMBERS.items():
            agreed = getattr(terms, name)
            if agreed is not None:
                field = MicrosField(label=TITLES[name], minimum_micros=0, maximum_micros=agreed, initial=agreed)
                field.show_unit(currency)
                self.fields[member] = field
        self.order_fields(["token", *MEMBERS, "password", "reason"])


class CustomerTopUpsMixin:
    """Buttons for automatic top-up; mixed into the organization's admin."""

    TOP_UP: Any = {
        "title": "Top-up",
        "icon": "autorenew",
        "items": ["resume_top_up", "lower_top_up", "switch_off_top_up"],
    }

    @action(description="Resume top-up", url_path="resume-top-up", permissions=["move"], icon="play_arrow")
    def resume_top_up(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = "The card is charged again, within the amounts that the customer agreed to."
        return self._ask_top_up(request, object_id, ResumeTopUp, explanation)

    @action(description="Lower top-up", url_path="lower-top-up", permissions=["move"], icon="south")
    def lower_top_up(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)
        agreed = TopUp.objects.filter(pk=organization.pk, is_enabled=True).first()
        if agreed is None:
            messages.error(request, TopUpIsOff.title)
            return HttpResponseRedirect(tab_of(organization, TAB))

        def build(cleaned: Mapping[str, Any]) -> LowerTopUp:
            return LowerTopUp(
                organization_id=organization.pk,
                amount_micros=cleaned["mostPerCharge"],
                currency=organization.currency,
                threshold_micros=cleaned["threshold"],
                bought_micros=cleaned["amount"] if "amount" in cleaned else cleaned["upTo"],
                most_per_charge_micros=cleaned["mostPerCharge"],
                most_per_day_micros=cleaned["mostPerDay"],
                most_per_month_micros=cleaned["mostPerMonth"],
                **reason_and_key(cleaned),
            )

        return confirm_action(
            request,
            admin=self,
            action=LowerTopUp,
            build=build,
            form=LowerTopUpForm,
            form_options={"request": request, "terms": agreed.terms, "currency": organization.currency},
            explanation="Only an admin of the customer can raise them again.",
            back=tab_of(organization, TAB),
            subject=organization,
        )

    @action(description="Switch top-up off", url_path="switch-off-top-up", permissions=["move"], icon="stop")
    def switch_off_top_up(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = "The card is no longer charged. Only an admin of the customer can switch it on again."
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
                **reason_and_key(cleaned),
            )

        return confirm_action(
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
