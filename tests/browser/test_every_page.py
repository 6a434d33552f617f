"""Axe finds no serious fault on any page of the admin: lists, rows and forms."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_accessibility import SERIOUS
from tests.browser.world import create_busy_customer

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1200)]

LIST = re.compile(r"/admin/[a-z_]+/[a-z_]+/")


def links(page, pattern):
    """Return the addresses on a page that match a pattern, without their queries."""
    every = page.eval_on_selector_all("a[href]", "each => each.map(link => link.getAttribute('href').split('?')[0])")
    return sorted({link for link in every if re.fullmatch(pattern, link)})


def test_no_serious_fault(visit, live_server):
    create_busy_customer()
    page = visit("admin", "Administrator")
    page.goto("/admin/")
    addresses = links(page, LIST)
    for address in list(addresses):
        page.goto(address)
        rows = links(page, re.escape(address) + r"[^/]+/change/")
        addresses += [*rows[:1], *links(page, re.escape(address) + r"[a-z-]+/")]
    found = []
    for address in [*addresses, "/admin/keys/"]:
        page.goto(address)
        found += [
            f"{address}: {fault['id']} {fault['nodes'][0]['html'][:160]}"
            for fault in Axe().run(page).response["violations"]
            if fault["impact"] in SERIOUS
        ]
    assert found == []
