"""The page of an invitation's link, where a new colleague chooses a password."""

from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.urls import reverse_lazy
from unfold.widgets import UnfoldAdminPasswordWidget


class InvitationForm(SetPasswordForm):  # type: ignore[type-arg]  # no generic when it runs
    """The same password twice, checked by the validators in the settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})


class Invitation(PasswordResetConfirmView):
    """Lets the holder of an invitation's link set the account's password, once, and leads on to the sign-in.

    Django keeps the token in the session and takes it out of the address, so that it reaches no log or other site.
    """

    site: Any = None
    form_class = InvitationForm
    template_name = "admin/invitation.html"
    success_url = reverse_lazy("admin:login")
    title = "Choose your password"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """Add what the layout of pages without a menu needs."""
        return {**self.site.each_context(self.request), **super().get_context_data(**context)}
