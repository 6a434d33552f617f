"""The page on which a person sets up their second factor."""

from base64 import b32encode
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as mark_as_verified
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.backoffice import second_factor


@method_decorator(sensitive_post_parameters("code"), name="dispatch")
class SecondFactor(View):
    """Sets up the second factor; later replaces it or the recovery codes.

    A password alone opens this page only until a device is set up; after that, the session must have passed the second
    factor.
    """

    site: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not (user.is_authenticated and user.is_active and user.is_staff):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if second_factor.confirmed_device(user) is not None and not user.is_verified():
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if "renew" in request.POST and second_factor.confirmed_device(user) is not None:
            return self._page(request, codes=second_factor.renew_recovery_codes(user=user))
        try:
            device, codes = second_factor.confirm_device(user=user, code=request.POST.get("code", ""))
        except second_factor.WrongCode as error:
            return self._page(request, error=error.detail)
        mark_as_verified(request, device)
        return self._page(request, codes=codes)

    def _page(self, request: HttpRequest, *, error: str = "", codes: list[str] | None = None) -> HttpResponse:
        user: Any = request.user
        pending = None if codes else second_factor.pending_device(user)
        context = {
            **self.site.each_context(request),
            "title": "Second factor",
            "is_set_up": second_factor.confirmed_device(user) is not None,
            "error": error,
            "codes": codes,
            "secret": _secret(pending) if pending else "",
            "picture": _picture(pending) if pending else "",
            "onwards": _onwards(request),
        }
        return TemplateResponse(request, "admin/second_factor.html", context, status=422 if error else 200)


def _secret(device: TOTPDevice) -> str:
    """Return the key for manual entry into an authenticator: base 32 in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _picture(device: TOTPDevice) -> str:
    import segno  # only a new device needs it

    code = segno.make(device.config_url, error="m")
    return mark_safe(code.svg_inline(scale=5, light="#fff", border=3, title="Scan this with your authenticator"))  # noqa: S308


def _onwards(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted else reverse("admin:index")
