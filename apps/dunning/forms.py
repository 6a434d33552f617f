"""Forms of dunning: a policy with its steps, the choice of a customer's policy, and actions on a case."""

from collections.abc import Sequence
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from apps.approvals.pages import Cleaned, reason_and_key
from apps.billing_profiles.models import Seller
from apps.common.admin import ConfirmForm, MicrosField, day_field
from apps.dunning.actions import SetPolicy, StepTerms
from apps.dunning.models import DunningPolicy, DunningStep
from apps.dunning.rules import Letter, Restriction
from apps.dunning.selectors import customers_of
from apps.dunning.services.policies import LONGEST_DAYS, MOST_STEPS

EMPTY_STEPS = 4


class PolicyForm(ConfirmForm):
    """A policy; steps without days are left out."""

    name = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget())
    seller = forms.ModelChoiceField(Seller.objects.order_by("legal_name"), widget=UnfoldAdminSelectWidget())
    currency = forms.RegexField(
        r"^[A-Za-z]{3}\Z",
        initial="EUR",
        widget=UnfoldAdminTextInputWidget(),
        help_text="Three letters; the policy covers only customers billed in it.",
    )
    is_default = forms.BooleanField(
        label="Default",
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text="Covers all customers of the seller in this currency except those with a policy of their own.",
    )
    is_used = forms.BooleanField(label="In use", required=False, initial=True, widget=UnfoldBooleanSwitchWidget())
    is_automatic = forms.BooleanField(
        label="Automatic",
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget(),
        help_text="Otherwise staff take each step.",
    )
    minimum_micros = MicrosField(label="Minimum", initial=0, help_text="A case opens once this much is overdue.")
    grace_days = forms.IntegerField(
        label="Grace",
        initial=0,
        min_value=0,
        max_value=LONGEST_DAYS,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Days after the due date before a case opens.",
    )

    def __init__(
        self, *args: Any, policy: DunningPolicy | None = None, steps: Sequence[DunningStep] = (), **kwargs: Any
    ) -> None:
        """Build the form; with `policy`, that policy is changed, and its seller and currency are fixed."""
        super().__init__(*args, **kwargs)
        for name in ("seller", "currency") if policy else ():
            self.fields[name].disabled, self.fields[name].initial = True, getattr(policy, name)
        for number in range(1, min(MOST_STEPS, len(steps) + EMPTY_STEPS) + 1):
            self._add_step(number, steps[number - 1] if number <= len(steps) else None)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def _add_step(self, number: int, step: DunningStep | None) -> None:
        self.fields[f"days_{number}"] = forms.IntegerField(
            label=f"Step {number}: days",
            required=False,
            min_value=1,
            max_value=LONGEST_DAYS,
            initial=step.days if step else None,
            widget=UnfoldAdminTextInputWidget(),
            help_text="After the oldest due date.",
        )
        for name, choices, first in (
            ("letter", DunningStep.Letter.choices, DunningStep.Letter.REMINDER),
            ("restriction", DunningStep.Restriction.choices, DunningStep.Restriction.NONE),
        ):
            self.fields[f"{name}_{number}"] = forms.ChoiceField(
                label=f"Step {number}: {'letter' if name == 'letter' else 'pause'}",
                choices=choices,
                required=False,
                initial=getattr(step, name) if step else first,
                widget=UnfoldAdminSelectWidget(),
            )
        self.fields[f"fee_{number}"] = MicrosField(
            label=f"Step {number}: fee", required=False, initial=step.fee_micros if step else 0
        )

    @staticmethod
    def action(cleaned: Cleaned, *, policy_id: int | None = None) -> SetPolicy:
        """Return the action that sets the policy of a valid form."""
        numbers = [name.removeprefix("days_") for name, days in cleaned.items() if name.startswith("days_") and days]
        steps = tuple(
            StepTerms(
                cleaned[f"days_{number}"],
                Letter(cleaned[f"letter_{number}"] or Letter.NONE),
                cleaned[f"fee_{number}"] or 0,
                Restriction(cleaned[f"restriction_{number}"] or Restriction.NONE),
            )
            for number in numbers
        )
        covered = DunningPolicy(
            pk=policy_id,
            seller=cleaned["seller"],
            currency=cleaned["currency"].upper(),
            is_default=cleaned["is_default"],
        )
        fees = sum(step.fee_micros for step in steps) if cleaned["is_used"] else 0
        currency = cleaned["currency"].upper()
        return SetPolicy(
            organization_id=None,
            amount_micros=fees * max(1, customers_of(covered)),
            currency=currency,
            policy_id=policy_id,
            name=cleaned["name"],
            seller_id=cleaned["seller"].pk,
            is_default=cleaned["is_default"],
            minimum_micros=cleaned["minimum_micros"],
            grace_days=cleaned["grace_days"],
            is_automatic=cleaned["is_automatic"],
            is_used=cleaned["is_used"],
            steps=steps,
            **reason_and_key(cleaned),
        )


class AssignForm(ConfirmForm):
    """The choice of a customer's policy."""

    FOLLOWS, NONE = "follows", "none"

    policy = forms.ChoiceField(widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, policies: Sequence[DunningPolicy], **kwargs: Any) -> None:
        """Build the form for a choice of these policies."""
        super().__init__(*args, **kwargs)
        field = self.fields["policy"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (self.FOLLOWS, "The seller's default"),
            *((str(each.pk), str(each)) for each in policies),
            (self.NONE, "No dunning"),
        ]


class SkipFirstStepForm(ConfirmForm):
    """The oldest due date of the invoices whose first step was shown; hidden."""

    due = day_field(
        widget=forms.HiddenInput, error_messages={"required": "No case of this customer opens tomorrow with a step."}
    )


class HoldForm(ConfirmForm):
    """The day through which a case is held."""

    until = day_field(label="Hold through", help_text="Last day without a step; a day that has passed is refused.")


class PromiseForm(ConfirmForm):
    """A payment that the customer promises."""

    on = day_field(label="Promised for", help_text="The case waits until the business day after it.")
    amount = MicrosField(label="Promised amount")
