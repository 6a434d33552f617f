"""The page on which a contact unsubscribes from a notice."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.mail import services
from apps.mail.errors import ContactNotFound
from apps.mail.templates import MAIL_TEMPLATES
from apps.mail.unsubscribe_links import read_token

CONTENT_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, because email filters open links, and unsubscribe on POST (RFC 8058).

    The signed address is the credential: email programs post to it without a cookie.
    """
    named = read_token(token)
    if named is None or named[1] not in MAIL_TEMPLATES:
        return _page(request, "mail_pages/broken_link.html", {}, status=404)
    contact_id, template = named
    if request.method == "POST":
        try:
            services.unsubscribe(contact_id=contact_id, template=template, now=timezone.now())
        except ContactNotFound:
            return _page(request, "mail_pages/broken_link.html", {}, status=404)
    about = {"notice": MAIL_TEMPLATES[template].title, "is_done": request.method == "POST"}
    return _page(request, "mail_pages/unsubscribe.html", about)


def _page(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
