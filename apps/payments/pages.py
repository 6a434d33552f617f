"""Pages for payers: the return page of checkout, and in development a page to try a purchase."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.payments import services
from apps.payments.errors import StripeRefused, StripeUnavailable
from apps.payments.top_up_links import read_token
from apps.top_ups.errors import NothingToConfirm

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
RETURNS = {
    "paid": (
        "Thank you",
        "Your account shows what you paid or saved once Stripe has confirmed it, usually within seconds.",
    ),
    "cancelled": ("Nothing was paid", "You can start again whenever you like."),
    "closed": ("Back from the billing portal", "You can close this page."),
}


@require_safe
def returned(request: HttpRequest, outcome: str) -> HttpResponse:
    """Show the page after checkout. A visit is no proof of payment and changes nothing."""
    return _returned(request, *RETURNS[outcome])


@require_http_methods(["GET"])
def confirm_top_up(request: HttpRequest, token: str) -> HttpResponse:
    """Redirect a customer to Stripe's page, where a top-up is authenticated and paid.

    The signed address is the credential. If an email filter opens it, it creates a session that nobody pays.
    """
    attempt_id = read_token(token)
    if attempt_id is None:
        return _returned(request, "This link does not work", "Please open it from the email again.", status=404)
    try:
        return redirect(services.confirm_top_up(attempt_id=attempt_id, now=timezone.now()))
    except NothingToConfirm as error:
        return _returned(request, "There is nothing to confirm", f"{error.title}.")
    except StripeRefused:
        return _returned(request, "This cannot be paid here", "Please buy credit yourself, or save another card.")
    except StripeUnavailable:
        return _returned(request, "Please try again in a minute", "The payment service is not responding.")


@require_safe
def demo_page(request: HttpRequest) -> HttpResponse:
    """Show a page that buys credit through the public API, for newcomers; development only.

    The page keeps a token for its own origin, so it is shown at `PUBLIC_BASE_URL` only.
    """
    if not settings.DEVELOPMENT:
        raise Http404
    if request.get_host() != urlsplit(settings.PUBLIC_BASE_URL).netloc:
        return redirect(settings.PUBLIC_BASE_URL + request.path)  # browsers keep the fragment, which has the token
    return _page(request, "payments/try.html", {"local_stripe": settings.STRIPE_IS_LOCAL and settings.STRIPE_API_BASE})


@csrf_exempt
@require_POST
def receive_event(request: HttpRequest) -> HttpResponse:
    """Accept a webhook like a customer's receiver, for the demo's endpoint; development only."""
    if not settings.DEVELOPMENT:
        raise Http404
    return HttpResponse(status=204)


def _returned(request: HttpRequest, title: str, text: str, status: int = 200) -> HttpResponse:
    context = {"title": title, "text": text, "can_try": settings.DEVELOPMENT}
    return _page(request, "payments/returned.html", context, status)


def _page(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
