"""The sign-in form: name, password and, once it is set up, a second factor."""

from typing import Any

from django import forms
from django.contrib.auth.signals import user_login_failed
from django.utils import timezone
from unfold.forms import AuthenticationForm
from unfold.widgets import BASE_INPUT_CLASSES

from apps.backoffice import second_factor
from apps.backoffice.forms import prove


class SignInForm(AuthenticationForm):  # type: ignore[misc]
    """Signs in with a code where a device is set up; a wrong code counts towards the lockout like a wrong password."""

    code = forms.CharField(
        label="Code",
        required=False,
        max_length=30,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "class": " ".join(BASE_INPUT_CLASSES), "spellcheck": "false"}
        ),
        help_text="Six digits from your authenticator, or a recovery code. Leave it empty before it is set up.",
    )

    def clean(self) -> Any:
        cleaned = super().clean()
        user = self.get_user()
        if user is not None and self.request is not None:
            prove(self.request, timezone.now())
        if user is None or second_factor.confirmed_device(user) is None:
            return cleaned
        if not cleaned.get("code"):
            raise forms.ValidationError({"code": "Type the code of your second factor too."}, code="code_required")
        try:
            user.otp_device = second_factor.verify(user=user, code=cleaned["code"])
        except second_factor.WrongCode as error:
            user_login_failed.send(
                sender=type(self), credentials={"username": user.get_username()}, request=self.request
            )
            raise forms.ValidationError({"code": error.detail}, code="wrong_code") from error
        return cleaned
