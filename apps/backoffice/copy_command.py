"""The palette's `copy` command: copies the id of the open page, or of a named customer, to the clipboard.

Its results link to `#copy=<id>`; `backoffice/keys.js` copies the id and opens nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from apps.payments.models import StripeCustomer
from apps.tenants.models import Organization
from apps.tenants.selectors import organizations_named

VERB = "copy"
NAMED = 5


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """A result in the palette."""

    title: str
    description: str
    link: str
    icon: str


def copies(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    """Return the results for `copy` and `copy <customer>`."""
    verb, _, rest = text.partition(" ")
    if verb.lower() != VERB:
        return
    if rest.strip().lower() in ("", "id"):
        yield from _open_page(request)
        return
    if not site._registry[Organization].has_view_permission(request):
        return
    for customer in organizations_named(rest.strip())[:NAMED]:
        yield _line(f"Copy the id of {customer.name}", str(customer.pk))
        yield from _at_stripe(site, request, customer)


def _at_stripe(site: AdminSite, request: HttpRequest, customer: Organization) -> Iterator[PaletteEntry]:
    if site._registry[StripeCustomer].has_view_permission(request):
        rows = StripeCustomer.objects.filter(organization=customer, deleted_at=None)
        for row in rows.order_by("-pk")[:1]:
            yield _line(f"Copy Stripe's id of {customer.name}", row.stripe_id)


def _open_page(request: HttpRequest) -> Iterator[PaletteEntry]:
    """Return the id in the address of the page on which the palette was opened."""
    path = urlsplit(request.headers.get("HX-Current-URL", "")).path
    try:
        identity = resolve(path).kwargs.get("object_id", "") if path else ""
    except Resolver404:
        return
    if identity:
        yield _line("Copy the id of this page", identity)


def _line(title: str, identity: str) -> PaletteEntry:
    return PaletteEntry(title, identity, f"#copy={quote(identity)}", "content_copy")
