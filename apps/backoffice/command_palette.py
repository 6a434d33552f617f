"""The Ctrl-K search: records by id, reference and amount, customers and colleagues by name, lists, commands.

Every search uses an index, and finds only pages that the person may open. Ids are case-sensitive, as Stripe's are.
"""

from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst

from apps.backoffice.attention import waiting_for
from apps.backoffice.copy_command import PaletteEntry, copies
from apps.backoffice.pages import Page, button_names, list_address, may_use, open_pages, page_of, pages
from apps.billing_profiles.selectors import customers_known_as
from apps.common.admin import day_text, money_text, reader
from apps.common.admin.amounts import Unreadable, read_amount
from apps.common.money import InexactAmount, Micros
from apps.common.reader import Style
from apps.tenants.models import Organization
from apps.tenants.selectors import organizations_named

MOST = 20
NAMED = 8
HELP = ("keys", "keyboard", "shortcuts", "help", "commands")
LONGEST = 200
# The most names that a misspelled one is compared with, and the fewest letters that it needs.
COMPARED = 2_000
LEAST_MISSPELLED = 4


def find(site: AdminSite, request: HttpRequest, text: str, now: datetime) -> list[PaletteEntry]:
    """Return the matches for a text: exact ids, then customers by name, then lists and commands."""
    wanted = text.strip().replace("\x00", "")[:LONGEST]
    if not wanted:
        return []
    found: dict[str, PaletteEntry] = {}
    finders = (
        _by_id,
        copies,
        _by_profile,
        _by_name,
        _by_amount,
        _commands,
        _money_commands,
        _row_commands,
        _buttons_of_rows,
        _rows_of_customers,
        _new_rows_of_customers,
        partial(_concerns, now=now),
        _lists,
        _list_buttons,
    )
    for finder in finders:
        for each in finder(site, request, wanted):
            found.setdefault(each.link, each)
        if len(found) >= MOST:
            break
    if not found:
        found = {each.link: each for each in _by_resemblance(site, request, wanted)}
    return list(found.values())[:MOST]


def _by_id(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    for page in open_pages(site, request):
        for row in page.rows_with_id(text):
            yield _line(page, row)


def _line(page: Page, row: Model) -> PaletteEntry:
    options = row._meta
    owner = getattr(row, "organization", None)
    about = f"{options.verbose_name}" + (f" of {owner}" if owner else "")
    link = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])
    return PaletteEntry(str(row), capfirst(about), link, page.found_icon)


def _by_amount(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    """Find open rows by their amount, in whole units as the person or a bank writes it, perhaps with the currency."""
    number, _, unit = text.partition(" ")
    amount = _read(number)
    if amount is None:
        return
    for page in open_pages(site, request):
        for row in page.rows_with_amount(amount):
            line = _line(page, row)
            currency = str(getattr(row, "currency", "") or getattr(getattr(row, "organization", None), "currency", ""))
            if unit.upper() in ("", currency) or not currency:
                yield PaletteEntry(
                    line.title, f"{line.description}, {money_text(amount, currency)}", line.link, line.icon
                )


def _read(number: str) -> Micros | None:
    """Return an amount written in the person's style, else in the ISO or German style; None if each refuses it."""
    for style in (reader().style, Style.ISO, Style.GERMAN):
        try:
            return read_amount(number, style)
        except (Unreadable, InexactAmount):
            continue
    return None


def _by_name(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    page = page_of(Organization)
    if page is not None and page.has_view_permission(request):
        yield from (_line(page, row) for row in organizations_named(text)[:NAMED])


def _by_resemblance(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    """Find customers whose name resembles a misspelled one, among those with its first letter."""
    page = page_of(Organization)
    if page is not None and page.has_view_permission(request) and len(text) >= LEAST_MISSPELLED:
        rows = Organization.objects.filter(name__istartswith=text[0]).order_by("name")[:COMPARED]
        named = {row.name.lower(): row for row in rows}
        for name in get_close_matches(text.lower(), named, n=NAMED):
            yield _line(page, named[name])


def _by_profile(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    """Find customers by external id, VAT number and tag."""
    page = page_of(Organization)
    if page is not None and page.has_view_permission(request):
        for organization, known_as in customers_known_as(text):
            line = _line(page, organization)
            yield PaletteEntry(line.title, f"Customer, {known_as}", line.link, line.icon)


def _commands(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    """Return the commands that match: "new contract" opens its form, "new contract acme" that of a customer."""
    verb, _, rest = text.lower().partition(" ")
    if (any(word.startswith(text.lower()) for word in HELP) and len(text) > 1) or text == "?":
        yield PaletteEntry("Keyboard", "Command", reverse("admin:keys"), "keyboard")
    if verb not in ("new", "add") or not rest:
        return
    for page in pages(site):
        name = str(page.opts.verbose_name).lower()
        if (name.startswith(rest) or page.title().lower().startswith(rest)) and page.offers_new(request):
            yield PaletteEntry(f"New {name}", "Command", _form_of(page), "add")
        else:
            yield from _for_customer(page, request, rest)


def _form_of(page: Page) -> str:
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_add")


def _for_customer(page: Page, request: HttpRequest, rest: str) -> Iterator[PaletteEntry]:
    """Return the forms for a new row of a customer, for "contract acme": the row's noun, then a part of the name."""
    customer = _after_noun(page, rest)
    has_customer = any(field.name == "organization" for field in page.opts.fields)
    if customer and has_customer and page.offers_new(request):
        for row in organizations_named(customer)[:NAMED]:
            link = f"{_form_of(page)}?{urlencode({'organization': str(row.pk)})}"
            noun = page.title().lower().removesuffix("s")
            yield PaletteEntry(f"New {noun}: {row.name}", "Command", link, "add")


def _money_commands(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    """Return the forms for "grant acme 50" or "close month acme": an action, a customer, perhaps an amount."""
    page: Any = page_of(Organization)
    for name in button_names(page, request):
        rest = _after_action(page, name, text)
        customer, _, amount = rest.rpartition(" ")
        if not customer or not any(digit.isdigit() for digit in amount):
            customer, amount = rest, ""
        for row in organizations_named(customer.strip())[:NAMED] if rest else ():
            link = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_{name}", args=[row.pk])
            is_priced = amount and name in page.MONEY["items"]
            title = f"{_description(page, name)}: {row.name}" + (f", {amount} {row.currency}" if is_priced else "")
            yield PaletteEntry(
                title, "Command", f"{link}?{urlencode({'amount': amount})}" if is_priced else link, "payments"
            )


def _row_commands(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    """Return the forms for "refund acme": what a page offers on a customer's newest rows."""
    verb, _, customer = text.partition(" ")
    for page in open_pages(site, request) if customer else ():
        for name, buttons_for in page.row_commands.items():
            if _description(page, name).lower() != verb.lower() or not may_use(page, request, name):
                continue
            owners = organizations_named(customer.strip())[:NAMED]
            rows = page.model._default_manager.filter(buttons_for, organization__in=owners).select_related(
                "organization"
            )
            for row in rows.order_by("-pk")[:NAMED]:
                link = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_{name}", args=[row.pk])
                amount = money_text(row.amount_micros, row.currency)
                title = f"{_description(page, name)} {amount}: {row.organization}"
                yield PaletteEntry(title, f"{day_text(row.created_at)}, {row}", link, page.found_icon)


def _buttons_of_rows(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    """Return the forms for "revoke spring fair" or "void TEST-1": an action's first word, then what identifies rows."""
    verb, _, identity = text.partition(" ")
    for page in open_pages(site, request) if identity.strip() else ():
        named = any(_first_word(_description(page, name)) == verb.lower() for name in button_names(page, request))
        for row in page.rows_with_id(identity.strip()) if named else ():
            line = _line(page, row)
            for button in page.get_actions_detail(request, str(row.pk)):  # type: ignore[attr-defined]
                if _first_word(str(button.description)) == verb.lower():
                    link = reverse(f"admin:{button.action_name}", args=[row.pk])
                    yield PaletteEntry(f"{button.description}: {row}", line.description, link, page.found_icon)


def _rows_of_customers(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    """Return the newest rows of a customer, for "contract acme": the row's noun, then a part of the name."""
    for page in open_pages(site, request):
        customer = _after_noun(page, text.lower()) if page.newest_by else ""
        if customer:
            rows = page.model._default_manager.filter(organization__in=organizations_named(customer)[:NAMED])
            for row in rows.select_related("organization").order_by(page.newest_by)[:NAMED]:
                yield _line(page, row)


def _new_rows_of_customers(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    """Return the forms for a new row of a customer, for "note acme", after the rows that there are."""
    for page in pages(site):
        yield from _for_customer(page, request, text.lower())


def _after_noun(page: Page, text: str) -> str:
    """Return what follows the noun of a page's rows; empty if the text does not begin with it."""
    nouns = (str(page.opts.verbose_name).lower(), page.title().lower(), page.title().lower().removesuffix("s"))
    return next((text[len(noun) :].strip() for noun in nouns if text.startswith(f"{noun} ")), "")


def _after_action(page: Page, name: str, text: str) -> str:
    """Return what follows an action's description, without its article or not, or its first word; else nothing."""
    described = _description(page, name).lower()
    said = (described, described.replace(" a ", " "), _first_word(described))
    starts = (each for each in said if text.lower().startswith(f"{each} "))
    return text[len(next(starts, text)) :].strip()


def _first_word(text: str) -> str:
    return text.lower().split(" ")[0]


def _description(page: Any, name: str) -> str:
    return str(getattr(page, name).short_description)


def _concerns(site: AdminSite, request: HttpRequest, text: str, *, now: datetime) -> Iterator[PaletteEntry]:
    """Return the lists of items that staff must handle, by their titles."""
    for each in waiting_for(site, request, now):
        if text.lower() in each.concern.title.lower():
            yield PaletteEntry(each.concern.title, f"{each.count} waiting", each.href, "notifications")


def _lists(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    for page in open_pages(site, request):
        if text.lower() in page.title().lower() or text.lower() in str(page.opts.verbose_name_plural).lower():
            yield PaletteEntry(page.title(), "List", list_address(page), "list")


def _list_buttons(site: AdminSite, request: HttpRequest, text: str) -> Iterator[PaletteEntry]:
    """Return the buttons of lists by a part of what they say: "bank transfer", "tax report"."""
    for page in open_pages(site, request) if len(text) > 2 else ():
        for button in page.get_actions_list(request):  # type: ignore[attr-defined]  # those that the person may use
            if text.lower() in str(button.description).lower():
                yield PaletteEntry(
                    str(button.description), page.title(), reverse(f"admin:{button.action_name}"), "bolt"
                )
