"""Forms of actions that move money. They require the password again if it was not entered recently."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.common.admin import ConfirmForm, EndField, MicrosField, day_field, money_text
from apps.common.reader import day_text
from apps.ledger.models import Transfer
from apps.wallets.models import Grant

PROVED = "proved_at"


def proved_lately(request: HttpRequest, now: datetime) -> bool:
    """Return whether this session entered a password recently enough to move money."""
    text: str = request.session.get(PROVED) or ""
    window: timedelta = settings.STAFF_PROOF_LASTS
    return text != "" and now - datetime.fromisoformat(text) < window


def prove(request: HttpRequest, now: datetime) -> None:
    """Record that this session has just entered a password."""
    request.session[PROVED] = now.isoformat()


class MoneyForm(ConfirmForm):
    """A reason, and the password if it was not entered recently."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if not proved_lately(request, timezone.now()):
            self.fields["password"] = forms.CharField(
                label="Your password",
                strip=False,
                widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
                help_text="Required before money moves if you last entered it more than 15 minutes ago.",
            )

    def clean_password(self) -> str:
        """Check the password; wrong ones count toward the lockout."""
        name = self.request.user.get_username()
        user = authenticate(self.request, username=name, password=self.cleaned_data["password"])
        if user is None or user.pk != self.request.user.pk:
            raise forms.ValidationError("That is not your password.", code="password")
        prove(self.request, timezone.now())
        return ""


class AmountForm(MoneyForm):
    """An amount."""

    amount = MicrosField(minimum_micros=1)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=currency, **kwargs)
        self.fields["amount"].help_text = f"In whole units of {currency}, up to six decimals."


class SentByBankForm(AmountForm):
    """A refund that was sent by bank transfer."""

    value_date = day_field(help_text="The day from which the bank counts it as sent.")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, currency=currency, **kwargs)
        self.order_fields(["token", "amount", "value_date", "password", "reason"])


class BankRefundForm(MoneyForm):
    """A refund by bank transfer to undo, by default the only one."""

    refund = forms.ModelChoiceField(queryset=Transfer.objects.none(), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, unit: str, refunds: QuerySet[Transfer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["refund"]
        field.queryset, field.initial = refunds, refunds.first()
        field.label_from_instance = lambda row: (
            f"{money_text(row.amount_micros, unit)} on {day_text(row.recorded_at)}: {row.description}"
        )


class GrantForm(AmountForm):
    """Credit given for free."""

    source = forms.ChoiceField(
        label="As",
        choices=[(each.value, each.label) for each in (Grant.Source.BONUS, Grant.Source.ADJUSTMENT)],
        widget=UnfoldAdminSelectWidget,
    )
    expires_at = EndField(
        label="Expires",
        required=False,
        help_text="A date includes that whole day; with a time, credit ends at that time. Empty for never.",
    )

    def clean_source(self) -> Grant.Source:
        """Return the source as an enumeration member: a choice field returns plain text."""
        return Grant.Source(self.cleaned_data["source"])

    def clean_expires_at(self) -> datetime | None:
        expires: datetime | None = self.cleaned_data["expires_at"]
        if expires is not None and expires <= timezone.now():
            raise forms.ValidationError("This date is in the past.", code="past")
        return expires


class BankTransferForm(AmountForm):
    """Money received other than through Stripe."""

    value_date = day_field(help_text="The day from which the bank counts it.")
    reference = forms.CharField(
        max_length=140, widget=UnfoldAdminTextInputWidget, help_text="As shown on the bank statement."
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, currency=currency, **kwargs)
        amount = MicrosField(currency=currency, minimum_micros=1, help_text=f"In {currency}, as received.")
        amount.show_unit(currency)
        self.fields["amount"] = amount
        self.order_fields(["token", "amount", "value_date", "reference", "password", "reason"])


class LimitForm(MoneyForm):
    """The amount that a postpaid customer may owe."""

    amount = MicrosField(label="New limit", minimum_micros=0)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=currency, **kwargs)
        self.fields["amount"].help_text = f"In whole units of {currency}."
