"""The sign-in form: name, password and, once a device is set up, a second-factor code."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from unfold.forms import AuthenticationForm
from unfold.widgets import BASE_INPUT_CLASSES

from apps.backoffice import second_factor
from apps.backoffice.forms import prove
from apps.backoffice.lockout import wrong_tries_since_last_sign_in


class SignInForm(AuthenticationForm):  # type: ignore[misc]
    """Requires a code once a device is set up; a wrong code counts toward the lockout like a wrong password."""

    code = forms.CharField(
        label="Code",
        required=False,
        max_length=30,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "class": " ".join(BASE_INPUT_CLASSES), "spellcheck": "false"}
        ),
        help_text="Six digits from your authenticator, or a recovery code. Leave empty if you have not set one up yet.",
    )

    def clean(self) -> Any:
        cleaned = self._checked()
        if self.request is not None and self.get_user() is not None:
            tell_of_wrong_tries(self.request, self.get_user())
        return cleaned

    def _checked(self) -> Any:
        cleaned = super().clean()
        user = self.get_user()
        if user is not None and self.request is not None:
            prove(self.request, timezone.now())
        if user is None or second_factor.confirmed_device(user) is None:
            return cleaned
        if not cleaned.get("code"):
            raise forms.ValidationError({"code": "Enter the code of your second factor too."}, code="code_required")
        try:
            user.otp_device = second_factor.verify(user=user, code=cleaned["code"])
        except second_factor.WrongCode as error:
            user_login_failed.send(
                sender=type(self), credentials={"username": user.get_username()}, request=self.request
            )
            raise forms.ValidationError({"code": error.detail}, code="wrong_code") from error
        return cleaned


def tell_of_wrong_tries(request: HttpRequest, person: User) -> None:
    """Warn a person who signs in of failed sign-ins with their name since their last visit."""
    count, last = wrong_tries_since_last_sign_in(person)
    if last is not None:
        tries = "One failed attempt" if count == 1 else f"{count:,} failed attempts"
        messages.warning(
            request,
            f"{tries} to sign in as {person} since your last sign-in, the latest at "
            f"{date_format(last, 'DATETIME_FORMAT')} UTC. If that was not you, change your password.",
        )
