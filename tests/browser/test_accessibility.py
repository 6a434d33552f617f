"""Axe finds no serious fault on the main pages, in light and dark mode, on desktop and phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from apps.ledger.models import Transfer
from tests.browser.world import create_busy_customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SERIOUS = ("serious", "critical")


def pages(customer):
    own = reverse("admin:tenants_organization_change", args=[customer.pk])
    return [
        "/admin/",
        "/admin/tenants/organization/",
        own,
        f"{own}?tab=usage",
        f"{own}?tab=settings",
        f"{own}?tab=timeline",
        "/admin/lists/",
        f"/admin/tenants/organization/{customer.pk}/grant/",
        "/admin/ledger/entry/",
        reverse("admin:why", args=["transfer", str(Transfer.objects.latest("pk").pk)]),
        "/admin/contracts/contract/add/",
        "/admin/vouchers/batch/new/",
        "/admin/approvals/approval/",
    ]


def faults(page, address):
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return faults_of_state(page, address)


def faults_of_state(page, name):
    found = Axe().run(page).response["violations"]
    return [
        f"{name}: {each['id']} {node['html'][:160]}"
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault(visit, scheme):
    customer = create_busy_customer()
    page = visit("admin", "Administrator")
    page.emulate_media(color_scheme=scheme)
    assert [fault for address in pages(customer) for fault in faults(page, address)] == []


def test_no_serious_fault_in_the_documentation_of_the_api(visit):
    """Neither in the list, which a script writes, nor in open operations, nor in the dialog for credentials."""
    page = visit("admin", "Administrator")
    page.goto("/api/docs")
    page.locator(".opblock-summary-control").first.wait_for()
    found = faults_of_state(page, "list")
    for method in ("get", "post", "delete"):
        page.locator(f".opblock-{method} .opblock-summary-control").first.click()
        page.locator(f".opblock-{method}.is-open tr").first.wait_for()
    found += faults_of_state(page, "open operations")
    page.locator(".btn.authorize").first.click()
    page.get_by_role("button", name="Close").first.wait_for()
    assert found + faults_of_state(page, "credentials") == []


def test_nothing_is_wider_than_a_screen_of_1440_or_a_phone_or_at_a_zoom_of_200_percent(visit):
    customer = create_busy_customer()
    page = visit("admin", "Administrator", "Billing")
    wide = []
    for address in (*pages(customer), "/admin/contracts/contract/", "/admin/invoices/money/", "/api/docs"):
        page.goto(address)
        for width in (1440, 720, 390):
            page.set_viewport_size({"width": width, "height": 844})
            if page.evaluate("document.documentElement.scrollWidth") > width + 1:
                wide.append((address, width))
    assert wide == []


def test_nothing_is_fetched_from_elsewhere(visit, live_server):
    customer = create_busy_customer()
    page = visit("admin", "Administrator")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for address in pages(customer):
        page.goto(address)
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
