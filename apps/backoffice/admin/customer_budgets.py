"""The buttons on a customer's page that set, raise and end budgets, and pause new work."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.serializers import ValidationError as InvalidScope
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.api.budgets.bodies import BUDGET_ID, DEFAULT_THRESHOLDS, MOST_PERCENT, MOST_THRESHOLDS, ScopeField
from apps.approvals.actions import person
from apps.backoffice.audit_trail import record_action
from apps.backoffice.customer_page.budget_tab import scope_text
from apps.backoffice.customer_page.summary import tab_of
from apps.common.admin import (
    Change,
    ConfirmForm,
    MicrosField,
    Question,
    Review,
    confirm,
    day_field,
    day_text,
    money_text,
)
from apps.common.money import decimal_text
from apps.tenants.models import Organization
from apps.usage.services import add_to_budget, put_budget
from apps.wallets import services as wallets
from apps.wallets.budgets.scopes import NAMES, scope_of
from apps.wallets.budgets.state import ONCE, BudgetState, Scope
from apps.wallets.decisions.budget_changes import STAFF, AddToBudget
from apps.wallets.models import Budget, BudgetAddition

TAB = "budgets"
REASON_LENGTH = BudgetAddition._meta.get_field("reason").max_length


class BudgetForm(ConfirmForm):
    """A new or changed budget."""

    budget = forms.RegexField(
        label="Id",
        regex=f"^{BUDGET_ID}$",
        widget=UnfoldAdminTextInputWidget,
        help_text="A new id creates a budget, a known one changes it: letters a-z, digits, - and _.",
    )
    name = forms.CharField(max_length=100, required=False, widget=UnfoldAdminTextInputWidget)
    scope = forms.CharField(
        label="For",
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=f'"user=bob, project=web", or "user=*" for each user; of {", ".join(NAMES)}. Empty: all work.',
    )
    period = forms.ChoiceField(choices=Budget.Period.choices, widget=UnfoldAdminSelectWidget)
    limit = MicrosField(minimum_micros=0)
    mode = forms.ChoiceField(label="At the limit", choices=Budget.Mode.choices, widget=UnfoldAdminSelectWidget)
    thresholds = forms.CharField(
        label="Notices at",
        initial=", ".join(map(str, DEFAULT_THRESHOLDS)),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=f"Up to {MOST_THRESHOLDS} percentages from 1 to 1000. 100 is always included.",
    )
    when_missing = forms.ChoiceField(
        label="Work without the dimension",
        choices=Budget.WhenMissing.choices,
        widget=UnfoldAdminSelectWidget,
        help_text="Whether a reservation is refused that has no value of the dimension.",
    )
    starts_on = day_field(label="First day", required=False, help_text="Only for the period “once”. Empty: today.")
    ends_on = day_field(label="Last day", required=False, help_text="Only for the period “once”. Empty: no end.")

    def clean_thresholds(self) -> tuple[int, ...]:
        """Read the percentages, by the rules of the API."""
        texts = [part.strip() for part in self.cleaned_data["thresholds"].split(",") if part.strip()]
        if not all(text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_PERCENT for text in texts):
            raise forms.ValidationError(f"Write whole percentages from 1 to {MOST_PERCENT}.", code="thresholds")
        found = tuple(sorted(set(map(int, texts))))
        if len(found) > MOST_THRESHOLDS:
            raise forms.ValidationError(f"Write at most {MOST_THRESHOLDS}.", code="thresholds")
        return found

    def clean(self) -> None:
        """Allow dates only for a budget of one period, in order."""
        super().clean()
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if self.cleaned_data.get("period") != ONCE:
            for name in ("starts_on", "ends_on"):
                if self.cleaned_data.get(name):
                    self.add_error(name, "Only a budget for one period has a first and last day.")
        elif starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day is before the first day.")

    def clean_scope(self) -> Scope:
        """Read the selectors, by the rules of the API."""
        pairs = [part.split("=", 1) for part in self.cleaned_data["scope"].split(",") if part.strip()]
        if any(len(pair) != 2 for pair in pairs):
            raise forms.ValidationError("Write each selector as dimension=value.", code="scope")
        try:
            selectors = ScopeField().to_internal_value({name.strip(): value.strip() for name, value in pairs})
        except InvalidScope as error:
            raise forms.ValidationError([f"It {each}." for each in error.detail], code="scope") from error
        return scope_of(selectors)


class OneBudgetForm(ConfirmForm):
    """The budget to end."""

    budget = forms.ChoiceField(widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["budget"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.slug, f"{each.slug}: {scope_text(each)}") for each in _live(organization).values()]


class AdditionForm(OneBudgetForm):
    """The amount by which to raise a budget's limit for its current period."""

    bucket = forms.CharField(
        label="Value",
        max_length=128,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="The user, project or other value, if the budget has one bucket for each; otherwise empty.",
    )
    amount = MicrosField(minimum_micros=1)


class PauseForm(ConfirmForm):
    """The reason for the pause, which the customer reads."""

    shown = forms.CharField(
        label="Reason for the customer",
        max_length=Organization._meta.get_field("work_pause_reason").max_length,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Refused calls return it. Leave empty to end the pause.",
    )


class CustomerBudgetsMixin:
    """Buttons to set and end budgets and to pause new work; mixed into the organization's admin."""

    BUDGETS: Any = {
        "title": "Budgets",
        "icon": "savings",
        "items": ["set_budget", "add_to_budget", "end_budget", "pause_work"],
    }

    @action(description="Set a budget", url_path="budget", permissions=["change"], icon="savings")
    def set_budget(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)

        def perform(cleaned: Any) -> str:
            budget = _budget(cleaned, person(request.user))
            made = put_budget(organization=organization, budget=budget, now=timezone.now())
            limit = money_text(cleaned["limit"], organization.currency)
            record_action(organization, what="budget", budget=budget.slug, limit=limit, reason=cleaned["reason"])
            return f"The budget {budget.slug} was {'created' if made.is_new else 'changed'}."

        def review(cleaned: Any) -> Review:
            known = _live(organization).get(cleaned["budget"])
            before = "-" if known is None else money_text(known.limit_micros or 0, organization.currency)
            limit = Change("Limit", before, money_text(cleaned["limit"], organization.currency))
            told = "-" if known is None else _percentages(known.thresholds)
            return Review([limit, Change("Notices at", told, _percentages(cleaned["thresholds"]))])

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Set a budget",
                explanation="The customer can see it, but not change it. It includes the cost of its period so far.",
                form=BudgetForm,
                form_options={"unit": organization.currency},
                initial=_initial(organization, request.GET.get("budget", "")),
                review=review,
                rehearsal=perform,
                button="Set",
            ),
            perform=perform,
            subject=organization,
            back=tab_of(organization, TAB),
        )

    @action(description="Add to a period", url_path="add-to-budget", permissions=["change"], icon="add_circle")
    def add_to_budget(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)

        def perform(cleaned: Any) -> str:
            call = AddToBudget(
                slug=cleaned["budget"],
                bucket=cleaned["bucket"],
                amount=cleaned["amount"],
                reason=cleaned["reason"][:REASON_LENGTH],
                created_by=person(request.user),
                set_by=STAFF,
            )
            added = add_to_budget(organization=organization, call=call, now=timezone.now())
            amount = money_text(cleaned["amount"], organization.currency)
            record_action(
                organization, what="budget addition", budget=call.slug, amount=amount, reason=cleaned["reason"]
            )
            until = f"before {day_text(added.period.ends_on)}" if added.period.ends_on else "without an end"
            return f"{amount} added to {call.slug} for the period from {day_text(added.period.starts_on)}, {until}."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Add to a period",
                explanation="Raises the limit for the current period only. The next period has the budget's own limit.",
                form=AdditionForm,
                form_options={"organization": organization, "unit": organization.currency},
                review=lambda cleaned: Review(
                    [
                        Change("Budget", "", f"{cleaned['budget']} {cleaned['bucket']}".strip()),
                        Change("Added", "-", money_text(cleaned["amount"], organization.currency)),
                    ]
                ),
                rehearsal=perform,
                button="Add",
            ),
            perform=perform,
            subject=organization,
            back=tab_of(organization, TAB),
        )

    @action(description="End a budget", url_path="end-budget", permissions=["change"], icon="block")
    def end_budget(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)

        def perform(cleaned: Any) -> str:
            slug = cleaned["budget"]
            wallets.end_budget(organization=organization, slug=slug, set_by=STAFF, now=timezone.now())
            record_action(organization, what="budget", budget=slug, limit="ended", reason=cleaned["reason"])
            return f"The budget {slug} has ended."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="End a budget",
                explanation="It no longer counts or refuses work.",
                form=OneBudgetForm,
                form_options={"organization": organization},
                review=lambda cleaned: Review([Change("Budget", cleaned["budget"], "ended")]),
                rehearsal=perform,
                button="End",
            ),
            perform=perform,
            subject=organization,
            back=tab_of(organization, TAB),
        )

    @action(description="Pause new work", url_path="pause-work", permissions=["change"], icon="pause_circle")
    def pause_work(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)

        def perform(cleaned: Any) -> str:
            shown = cleaned["shown"]
            wallets.set_work_pause(organization=organization, reason=shown, now=timezone.now())
            record_action(organization, what="work pause", shown=shown, reason=cleaned["reason"])
            return "New work is paused." if shown else "New work may begin again."

        before = organization.work_pause_reason
        return confirm(
            request,
            admin=self,
            question=Question(
                title="Pause new work",
                explanation="New reservations are refused. Work that has begun can go on: captures, extensions and "
                "usage are accepted.",
                form=PauseForm,
                initial={"shown": before},
                review=lambda cleaned: Review([Change("Paused", before or "no", cleaned["shown"] or "no")]),
                rehearsal=perform,
                button="Save",
            ),
            perform=perform,
            subject=organization,
            back=tab_of(organization, TAB),
        )


def _live(organization: Organization) -> dict[str, BudgetState]:
    """Return a customer's budgets that have not ended, by their ids."""
    return {each.budget.slug: each.budget for each in wallets.budget_statuses(organization, timezone.now())}


def _initial(organization: Organization, slug: str) -> dict[str, Any]:
    """Return the initial form values of a budget to change."""
    known = _live(organization).get(slug) if slug else None
    if known is None:
        return {}
    return {
        "budget": known.slug,
        "name": known.name,
        "scope": ", ".join(f"{name}={value}" for name, value in known.scope),
        "period": known.period,
        "limit": decimal_text(known.limit_micros or 0),
        "mode": known.mode,
        "thresholds": _percentages(known.thresholds),
        "when_missing": known.when_missing,
        "starts_on": known.starts_on,
        "ends_on": known.ends_on,
    }


def _percentages(found: tuple[int, ...]) -> str:
    return ", ".join(map(str, found))


def _budget(cleaned: Any, created_by: str) -> BudgetState:
    return BudgetState(
        id=uuid4(),
        slug=cleaned["budget"],
        name=cleaned["name"],
        scope=cleaned["scope"],
        period=cleaned["period"],
        limit_micros=cleaned["limit"],
        starts_on=cleaned["starts_on"],
        ends_on=cleaned["ends_on"],
        mode=cleaned["mode"],
        thresholds=cleaned["thresholds"],
        when_missing=cleaned["when_missing"],
        counts_from=date.min,
        set_by=STAFF,
        created_by=created_by,
    )
