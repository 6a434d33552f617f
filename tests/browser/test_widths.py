"""No page is wider than a phone, or a screen at a zoom of 200 percent: lists, rows, forms, buttons, explanations."""

from collections.abc import Callable, Iterable, Iterator

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page, TimeoutError

from apps.tenants.models import Organization
from tests.backoffice.test_crawl import pages_of
from tests.backoffice.test_crawl_pages import buttons_pages, by_right, make_world

pytestmark = pytest.mark.django_db(transaction=True)

PHONE, ZOOMED = 390, 720
FITS = "most => document.documentElement.scrollWidth <= most"
# What the browser does not show as a page.
FILES = ("/pdf/", "/receipt/", "/order-form/", "/html/")


def pages_of_lists(*names: str) -> Iterator[str]:
    """Return these pages of each list, with its first row."""
    for model in admin.site._registry:
        yield from (
            url for name, url in pages_of(model, model._default_manager.order_by("pk").first()) if name in names
        )


def other_pages(customer: Organization) -> Iterator[str]:
    """Return the customer's tabs, the explanations, and the pages of no list."""
    yield from (address for _, address in by_right(customer) if "/why/" in address or "?tab=" in address)
    for name in ("index", "lists", "keys", "preferences", "local_mails", "password_change"):
        yield reverse(f"admin:{name}")
    yield from (reverse("admin:mail_previews", args=[customer.pk]), "/api/docs", "/admin/nowhere/")


def too_wide(page: Page, addresses: Iterable[str]) -> list[tuple[str, int]]:
    """Open each page on a phone and with the page zoomed, and return those that stay wider, with the width.

    A page has ten seconds to become narrow enough, because scripts draw some pages and fit charts to a new width.
    """
    wide = []
    for address in dict.fromkeys(addresses):
        page.set_viewport_size({"width": PHONE, "height": 844})
        page.goto(address)
        for width in (PHONE, ZOOMED):
            page.set_viewport_size({"width": width, "height": 844})
            try:
                page.wait_for_function(FITS, arg=width + 1, timeout=10_000)
            except TimeoutError:
                wide.append((address, width))
    return wide


@pytest.mark.browser
def test_no_row_tab_or_explanation_is_too_wide(visit: Callable[..., Page]) -> None:
    customer = make_world()
    page = visit("admin", "Administrator", "Billing")
    assert too_wide(page, [*pages_of_lists("change"), *other_pages(customer)]) == []


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_no_list_form_or_button_is_too_wide(visit: Callable[..., Page]) -> None:
    make_world()
    page = visit("admin", "Administrator", "Billing")
    buttons = [address for address, _ in buttons_pages() if not address.endswith(FILES)]
    assert too_wide(page, [*pages_of_lists("changelist", "add"), *buttons]) == []
