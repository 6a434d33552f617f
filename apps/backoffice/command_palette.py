"""The Ctrl-K search: records by exact id and customers by name. Exact ids come first.

Every finder uses an index, and finds only what the person may open. Ids are case-sensitive, as Stripe's are.
"""

from collections.abc import Iterator

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from apps.backoffice.copy_command import Found, copies
from apps.backoffice.pages import Page, list_address, open_pages, page_of, pages
from apps.tenants.models import Organization
from apps.tenants.selectors import organizations_named

MOST = 20
NAMED = 8
HELP = ("keys", "keyboard", "shortcuts", "help", "commands")
LONGEST = 200


def find(site: AdminSite, request: HttpRequest, text: str) -> list[Found]:
    """Return the matches for a text: exact ids, then customers by name, then lists and commands."""
    wanted = text.strip().replace("\x00", "")[:LONGEST]
    if not wanted:
        return []
    found: dict[str, Found] = {}
    for finder in (_by_id, copies, _by_name, _commands, _lists):
        for each in finder(site, request, wanted):
            found.setdefault(each.link, each)
        if len(found) >= MOST:
            break
    return list(found.values())[:MOST]


def _by_id(site: AdminSite, request: HttpRequest, text: str) -> Iterator[Found]:
    for page in open_pages(site, request):
        for row in page.rows_with_id(text):
            yield _line(page, row)


def _line(page: Page, row: Model) -> Found:
    options = row._meta
    owner = getattr(row, "organization", None)
    about = f"{options.verbose_name}" + (f" of {owner}" if owner else "")
    link = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])
    return Found(str(row), capfirst(about), link, page.found_icon)


def _by_name(site: AdminSite, request: HttpRequest, text: str) -> Iterator[Found]:
    page = page_of(Organization)
    if page is not None and page.has_view_permission(request):
        yield from (_line(page, row) for row in organizations_named(text)[:NAMED])


def _commands(site: AdminSite, request: HttpRequest, text: str) -> Iterator[Found]:
    """Return the commands that match: "new contract" opens its form."""
    verb, _, rest = text.lower().partition(" ")
    if (any(word.startswith(text.lower()) for word in HELP) and len(text) > 1) or text == "?":
        yield Found("Keyboard", "Command", reverse("admin:keys"), "keyboard")
    if verb not in ("new", "add") or not rest:
        return
    for page in pages(site):
        name = str(page.opts.verbose_name).lower()
        if name.startswith(rest) and page.has_add_permission(request):
            link = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_add")
            yield Found(f"New {name}", "Command", link, "add")


def _lists(site: AdminSite, request: HttpRequest, text: str) -> Iterator[Found]:
    for page in open_pages(site, request):
        if text.lower() in str(page.opts.verbose_name_plural).lower():
            yield Found(page.title(), "List", list_address(page), "list")
