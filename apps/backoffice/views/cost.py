"""The cost of a call for a customer: its price, and the limits that apply."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.backoffice.components import Block, Cell, Facts, Table, moment, money, state
from apps.backoffice.customer_page.summary import tab_of
from apps.common.admin import MicrosField
from apps.common.errors import BillingError
from apps.pricing.model_names import normal_model
from apps.pricing.models import Meter
from apps.tenants.models import Organization
from apps.usage.event_amounts import MAX_TOKENS
from apps.usage.selectors import Estimate, FutureWork, estimate_charge
from apps.wallets.budgets.limits import Limit
from apps.wallets.budgets.scopes import Dimensions
from apps.wallets.decisions.holds import Admission
from apps.wallets.models import Refusal
from apps.wallets.services import admission

PERMISSION = "tenants.view_organization"


def _tokens(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=MAX_TOKENS, required=False, widget=UnfoldAdminIntegerFieldWidget
    )


def _text(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=128, required=False, widget=UnfoldAdminTextInputWidget)


class CallForm(forms.Form):
    """A call as a gateway would estimate it: a quantity of a meter, or the tokens of a model."""

    meter = forms.ModelChoiceField(
        queryset=Meter.objects.order_by("slug"), to_field_name="slug", widget=UnfoldAdminSelectWidget
    )
    model = _text("Model")
    quantity = MicrosField(minimum_micros=0, required=False)
    input_tokens = _tokens("Input tokens")
    output_tokens = _tokens("Maximum output tokens")
    project = _text("Project")
    user = _text("User")
    agent = _text("Agent")
    tag = _text("Tag")

    def clean(self) -> None:
        """Require either a quantity or tokens."""
        super().clean()
        given = self.cleaned_data
        tokens = given.get("input_tokens") is not None or given.get("output_tokens") is not None
        if not self.errors and tokens == (given.get("quantity") is not None):
            self.add_error("quantity", "Give either a quantity or tokens.")


def cost_page(request: HttpRequest, site: AdminSite, organization_id: UUID) -> HttpResponse:
    """Show the cost of a call for a customer now, and whether it would be admitted, without reserving anything."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    organization, now = get_object_or_404(Organization, pk=organization_id), timezone.now()
    form = CallForm(request.GET or None)
    blocks: Sequence[Block] = []
    if form.is_valid():
        try:
            blocks = _answer(organization, form.cleaned_data, now)
        except BillingError as error:
            form.add_error(None, _words(error))
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": "What would this call cost?",
        "subtitle": None,
        "organization": organization,
        "back": tab_of(organization, "budgets"),
        "form": form,
        "blocks": blocks,
    }
    return TemplateResponse(request, "admin/cost.html", context)


def _answer(organization: Organization, given: dict[str, Any], now: datetime) -> Sequence[Block]:
    has_tokens = given["quantity"] is None
    work = FutureWork(
        meter=given["meter"].slug,
        model=normal_model(given["model"]),
        quantity_micros=given["quantity"],
        input_tokens=(given["input_tokens"] or 0) if has_tokens else None,
        output_tokens=(given["output_tokens"] or 0) if has_tokens else None,
    )
    found = estimate_charge(organization, work, now)
    named = {name: given[name] for name in ("project", "user", "agent", "tag")}
    dimensions = Dimensions(**named, meter=found.meter, model=found.model, resource=found.resource)
    admitted = admission(organization=organization, work=dimensions, amount=found.amount, now=now)
    unit = organization.currency
    return [
        Facts(
            title="Cost",
            rows=[
                ("At most", money(found.amount, unit)),
                ("Price", _price(found)),
                ("Available", money(admitted.available_micros, unit)),
                ("Would a reservation be admitted now?", Cell(_decision(admitted))),
            ],
            explanation="In addition to this month's usage, rounded up to the micro, as for a reservation by estimate.",
        ),
        Table(
            title="Limits",
            columns=["Limit", "Budget", "Room", "Missing", "Resets", "Decision"],
            rows=[_limit(each, unit) for each in admitted.limits],
            explanation="In the order in which a refusal names them; soft budgets are not included.",
        ),
    ]


def _words(error: BillingError) -> str:
    """Return an error as a sentence."""
    return error.title if error.detail == error.title else f"{error.title}: {error.detail}"


def _decision(admitted: Admission) -> str:
    """Return whether the call would be admitted, or why not and the budgets that refuse it."""
    if admitted.refusal is None:
        return "Yes"
    names = ", ".join(filter(None, (_budget_name(each) for each in admitted.limits if each.refuses)))
    return f"No: {_words(admitted.refusal)}{f' ({names})' if names else ''}"


def _budget_name(limit: Limit) -> str:
    slug = limit.budget.slug if limit.budget is not None else ""
    return f"{slug} {limit.bucket}".strip()


def _price(found: Estimate) -> Cell:
    if found.price_version_id is None:
        return Cell("Free")
    address = reverse("admin:pricing_priceversion_change", args=[found.price_version_id])
    return Cell(f"Price version {found.price_version_id}", address)


def _limit(limit: Limit, unit: str) -> list[Cell]:
    decision = "refuses" if limit.refuses else "admits"
    return [
        Cell(str(Refusal.Reason(limit.kind).label)),
        Cell(_budget_name(limit)),
        money(limit.room_micros, unit),
        money(max(0, limit.missing_micros), unit),
        moment(limit.resets_on),
        state(decision, decision.capitalize(), {"refuses": "danger", "admits": "success"}),
    ]
