"""The keys that work on every page: as a page, as the panel behind "?", and where a letter after "g" leads."""

from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.backoffice.navigation import title_of

KEYS = (
    ("Ctrl K", "Find anything: an id, a name, a list, a command"),
    ("/", "Search in the list"),
    ("?", "This panel"),
    ("Esc", "Close what is open"),
    ("Tab, Enter", "Everything that can be clicked"),
)
LETTERS = {
    "o": "tenants.Organization",
    "e": "ledger.Entry",
    "t": "ledger.Transfer",
    "a": "approvals.Approval",
    "c": "contracts.Contract",
    "i": "contracts.Installment",
    "v": "vouchers.Batch",
    "p": "pricing.PriceVersion",
    "u": "usage.UsageEvent",
    "q": "usage.QuarantinedEvent",
    "w": "payments.StripeEvent",
    "l": "auditlog.LogEntry",
}
COMMANDS = (
    ("an id, whole", "Jumps to it: a customer, transfer, hold, grant's key, voucher code, cus_…, pi_…, evt_…, request"),
    ("part of a name", "Customers, lists"),
    ("new contract", "Opens the form; so for everything that can be added"),
    ("copy", "Copies the id of the page that is open"),
    ("copy acme", "Copies a customer's id, or its id at Stripe"),
    ("keys", "This list"),
)


def keys(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show the keys; `?panel=1` is the list alone, `?go=<letter>` says where the letter leads."""
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
    """Return the lists that a letter opens, as far as this person may open them."""
    found = []
    for letter, label in LETTERS.items():
        model = apps.get_model(label)
        page = site._registry.get(model)
        if page is not None and page.has_view_permission(request):
            link = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            found.append((letter, title_of(model), link))
    return found
