"""Keyboard shortcuts: a page that lists them, the panel behind "?", and the targets of "g" plus a letter."""

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.backoffice.pages import list_address, menu, open_pages

KEYS = (
    ("Ctrl K", "Find anything: an id, a name, a list, a command"),
    ("/", "Search in the list"),
    ("?", "This panel"),
    ("Esc", "Close the open panel"),
    ("Tab, Enter", "Move between links and buttons, and open them"),
)
COMMANDS = (
    (
        "a complete id",
        "Opens the record: a customer, transfer, hold, grant's key, voucher code, cus_…, pi_…, evt_…, request",
    ),
    ("part of a name", "Customers, lists"),
    ("new contract", "Opens the form; works for everything that can be added"),
    ("new contract acme", "Opens the form of a contract, invoice, note or key for this customer"),
    ("grant acme 50", "Opens the form that grants a customer credit, with the amount"),
    ("refund acme, close acme", "Opens the refund of the newest payment, or a month's close"),
    ("copy", "Copies the id of the page that is open"),
    ("copy acme", "Copies a customer's id, or its id at Stripe"),
    ("keys", "This list"),
)


def keys(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show the shortcuts; `?panel=1` returns the list alone, `?go=<letter>` returns the letter's target."""
    places = [("h", "Home", reverse("admin:index")), *_places(site, request)]
    if "go" in request.GET:
        link = next((link for letter, _, link in places if letter == request.GET["go"]), None)
        if link is None:
            raise Http404
        return JsonResponse({"link": link})
    context = {
        **site.each_context(request),
        "title": "Keyboard",
        "keys": KEYS,
        "places": [(f"g {letter}", title) for letter, title, _ in places],
        "commands": COMMANDS,
    }
    panel = request.GET.get("panel") == "1"
    return TemplateResponse(
        request, "admin/keys_list.html" if panel else "admin/keys.html", {**context, "panel": panel}
    )


def _places(site: AdminSite, request: HttpRequest) -> list[tuple[str, str, str]]:
    """Return the lists that letters open, if this person may open them."""
    return [
        (page.shortcut, page.title(), list_address(page))
        for _, page in menu(open_pages(site, request))
        if page.shortcut
    ]
