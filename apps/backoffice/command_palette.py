"""Finding anything by what identifies it, and a customer by its name: what Ctrl-K asks. Exact ids come first.

Every finder uses an index; what a person may not open is not found. Ids are compared as typed: case counts in Stripe's.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.admin import AdminSite
from django.db.models import Model, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from apps.backoffice.copy_command import Found, copies
from apps.backoffice.navigation import title_of
from apps.vouchers.selectors import voucher_with_code

MOST = 20
NAMED = 8
HELP = ("keys", "keyboard", "shortcuts", "help", "commands")
LONGEST = 200

ICONS = {"tenants.Organization": "apartment", "vouchers.Voucher": "confirmation_number"}

# Lists whose rows have a UUID for a key, and those that have a number.
BY_UUID = (
    "tenants.Organization",
    "tenants.Project",
    "contracts.Contract",
    "contracts.ServiceAgreement",
    "ledger.Hold",
    "vouchers.Batch",
    "vouchers.Redemption",
    "plans.Subscription",
    "payments.CheckoutSession",
    "payments.Refund",
    "idempotency.IdempotentCall",
)
# Columns with a unique index, beginning with what the id begins with.
BY_TEXT = (
    ("tenants.Organization", "slug"),
    ("tenants.ApiKey", "prefix"),
    ("tenants.IdentityLink", "external_organization_id"),
    ("ledger.Transfer", "key"),
    ("ledger.Hold", "key"),
    ("ledger.Account", "code"),
    ("wallets.Grant", "key"),
    ("payments.StripeEvent", "event_id"),
    ("payments.StripeCustomer", "stripe_id"),
    ("payments.CheckoutSession", "stripe_id"),
    ("payments.PaymentLink", "stripe_id"),
    ("payments.StripePayment", "payment_intent_id"),
    ("payments.StripeInvoice", "stripe_id"),
    ("payments.Refund", "stripe_id"),
    ("payments.Dispute", "stripe_id"),
    ("auth.User", "username"),
)


Finder = Callable[[AdminSite, HttpRequest, str], Iterator[Found]]


def find(site: AdminSite, request: HttpRequest, text: str) -> list[Found]:
    """Return what a text leads to: exact ids, then customers by name, then lists and commands."""
    wanted = text.strip().replace("\x00", "")[:LONGEST]
    if not wanted:
        return []
    found: dict[str, Found] = {}
    for finder in (_by_uuid, _by_number, _by_text, _by_voucher_code, copies, _by_name, _commands, _lists):
        for each in finder(site, request, wanted):
            found.setdefault(each.link, each)
        if len(found) >= MOST:
            break
    return list(found.values())[:MOST]


def _open_pages(site: AdminSite, request: HttpRequest, labels: tuple[str, ...]) -> Iterator[type[Model]]:
    for label in labels:
        try:
            model = apps.get_model(label)
        except LookupError:
            continue
        page = site._registry.get(model)
        if page is not None and page.has_view_permission(request):
            yield model


def _line(row: Model) -> Found:
    options = row._meta
    owner = getattr(row, "organization", None)
    about = f"{options.verbose_name}" + (f" of {owner}" if owner else "")
    link = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])
    return Found(str(row), capfirst(about), link, ICONS.get(options.label, "tag"))


def _rows(model: type[Model], which: Q) -> Iterator[Found]:
    rows: Any = model._default_manager.filter(which)
    if any(field.name == "organization" for field in model._meta.fields):
        rows = rows.select_related("organization")
    yield from map(_line, rows[:3])


def _by_uuid(site: AdminSite, request: HttpRequest, text: str) -> Iterator[Found]:
    try:
        wanted = UUID(text)
    except ValueError:
        return
    for model in _open_pages(site, request, BY_UUID):
        yield from _rows(model, Q(pk=wanted))


def _by_number(site: AdminSite, request: HttpRequest, text: str) -> Iterator[Found]:
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        return
    for model in _open_pages(site, request, ("ledger.Transfer", "approvals.Approval")):
        yield from _rows(model, Q(pk=int(digits)))


def _by_text(site: AdminSite, request: HttpRequest, text: str) -> Iterator[Found]:
    for label, column in BY_TEXT:
        for model in _open_pages(site, request, (label,)):
            yield from _rows(model, Q(**{column: text}))


def _by_voucher_code(site: AdminSite, request: HttpRequest, text: str) -> Iterator[Found]:
    for _ in _open_pages(site, request, ("vouchers.Voucher",)):
        voucher = voucher_with_code(text)
        if voucher is not None:
            yield _line(voucher)


def _by_name(site: AdminSite, request: HttpRequest, text: str) -> Iterator[Found]:
    for model in _open_pages(site, request, ("tenants.Organization",)):
        rows = model._default_manager.filter(Q(name__icontains=text) | Q(slug__startswith=text.lower()))
        yield from map(_line, rows.order_by("name")[:NAMED])


def _commands(site: AdminSite, request: HttpRequest, text: str) -> Iterator[Found]:
    """Verbs: "new contract" opens the form."""
    verb, _, rest = text.lower().partition(" ")
    if (any(word.startswith(text.lower()) for word in HELP) and len(text) > 1) or text == "?":
        yield Found("Keyboard", "Command", reverse("admin:keys"), "keyboard")
    if verb not in ("new", "add") or not rest:
        return
    for model, page in site._registry.items():
        name = str(model._meta.verbose_name).lower()
        if name.startswith(rest) and page.has_add_permission(request):
            link = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
            yield Found(f"New {name}", "Command", link, "add")


def _lists(site: AdminSite, request: HttpRequest, text: str) -> Iterator[Found]:
    for model, page in site._registry.items():
        name = str(model._meta.verbose_name_plural)
        if text.lower() in name.lower() and page.has_view_permission(request):
            link = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            yield Found(title_of(model), "List", link, "list")
