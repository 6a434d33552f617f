"""Staff's daily work in the browser, by mouse and keyboard."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.approvals.models import Approval
from apps.contracts import services as contracts
from apps.contracts.models import Contract, Installment
from apps.contracts.services import ContractDraft
from apps.contracts.terms import CommercialTerms, Frequency
from apps.payments import services as payments
from apps.tenants.models import Organization
from apps.vouchers.models import Batch, Voucher
from tests.backoffice.people import PASSWORD
from tests.browser.world import create_busy_customer
from tests.factories import create_organization

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def customer(local_stripe) -> Organization:
    return create_busy_customer()


def confirm(page: Page, **typed: str) -> None:
    """Fill in a form, review it, and confirm."""
    for name, text in typed.items():
        page.fill(f"[name={name}]", text)
    if page.locator("[name=password]").count():
        page.fill("[name=password]", PASSWORD)
    if page.locator("[name=_step][value=review]").count():
        page.click(".confirm-form button[type=submit]:has-text('Review')")
        expect(page.locator("[name=_step][value=confirm]")).to_have_count(1)


def assert_refused_in_place(page: Page, **typed: str) -> None:
    """Type what a form refuses: it is posted once, no page is loaded, and the refused input has the focus."""
    posted = []
    page.on("request", lambda request: posted.append(request.resource_type) if request.method == "POST" else None)
    for name, text in typed.items():
        page.fill(f"[name={name}]", text)
    page.click(".confirm-form button[type=submit]:has-text('Review')")
    expect(page.locator(".errors [name=amount]")).to_be_focused()
    expect(page.locator(".errors")).to_contain_text("Enter the amount as a decimal number")
    assert posted == ["fetch"]


def until_paid(page: Page, deliver_outbox: Callable[[datetime], list[str]]) -> None:
    """Run the work of incoming webhooks until the first installment is paid."""
    for _ in range(100):
        deliver_outbox(timezone.now())
        if Installment.objects.filter(state="paid").exists():
            return
        page.wait_for_timeout(100)
    pytest.fail("The payment was not settled.")


WITHOUT_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"


def copied(page: Page) -> str:
    """Return what the clipboard holds, by pasting it into the palette."""
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.wait_for_timeout(100)
    page.keyboard.press("Control+v")
    return page.input_value("#search-input-command")


def test_an_id_is_copied_from_the_palette_and_read_from_the_clipboard(visit, customer):
    page = visit("billing", "Billing")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/admin/")
    page.keyboard.press("Control+k")
    page.wait_for_timeout(100)
    page.keyboard.type("copy acme", delay=20)
    expect(page.locator("#command-results-list li.active")).to_contain_text("Copy the id of Acme Robotics")
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_have_text(f"Copied {customer.pk}")
    assert page.evaluate("navigator.clipboard.readText()") == str(customer.pk)
    assert page.url.endswith("/admin/")


# Run the theme's 20 ms timer at once, before the palette is visible, as can happen on a busy machine.
HASTY = (
    "const later = setTimeout; window.setTimeout = (run, ms, ...more) => ms === 20 ? run() : later(run, ms, ...more)"
)


def test_the_palette_has_the_focus_on_a_busy_machine_too(visit):
    page = visit("viewer", "Viewer")
    page.add_init_script(HASTY)
    page.goto("/admin/")
    page.keyboard.press("Control+k")
    expect(page.locator("#search-input-command")).to_be_focused(timeout=5000)


def test_a_key_is_copied_by_its_button_where_a_page_has_no_clipboard(visit, customer):
    page = visit("support", "Support")
    page.add_init_script(WITHOUT_CLIPBOARD)
    page.goto(f"/admin/tenants/organization/{customer.pk}/change/?tab=keys")
    page.click("text=Issue a key")
    page.fill("[name=name]", "CI")
    page.locator("[name=scopes]").first.check()
    confirm(page, reason="For the pipeline")
    page.click(".confirm-form button[type=submit]")
    key = page.input_value("#issued-key")
    page.click("[data-copy]")
    expect(page.locator(".said")).to_have_text("Copied")
    assert copied(page) == key


def test_a_contract_is_written_offered_and_paid_at_stripe(visit, customer, deliver_outbox, shot):
    page = visit("billing", "Billing")
    page.goto(f"/admin/contracts/contract/add/?organization={customer.slug}")
    page.fill("[name=start_date]", timezone.now().date().isoformat())
    page.fill("[name=credit_portion_micros]", "9000")
    page.fill("[name=service_portion_micros]", "3000")
    page.click("button[name=_preview]")
    expect(page.locator("body")).to_contain_text("1,000.00")
    shot(page, "contract-schedule")
    page.click("button[name=_offer]")
    page.wait_for_url(re.compile("/contract/[0-9a-f-]{36}/change/"))
    contract = Contract.objects.get()
    assert contract.status == "pending_payment"

    page.goto(
        payments.subscribe(organization=customer, contract_id=contract.pk, created_by="user:1", now=timezone.now())
    )
    page.click("button[value=pay]")
    page.wait_for_load_state()
    until_paid(page, deliver_outbox)
    page.goto(f"/admin/tenants/organization/{customer.pk}/change/?tab=contracts")
    expect(page.locator("body")).to_contain_text("Paid")
    assert Installment.objects.filter(state="paid").count() == 1
    shot(page, "customer-contracts")


def test_a_customer_is_chosen_by_searching_and_the_currency_stands_beside_each_amount(visit, customer):
    page = visit("billing", "Billing")
    page.goto("/admin/contracts/contract/add/")
    page.click(".select2-selection")
    page.keyboard.type("acme")
    expect(page.locator(".select2-results__option--highlighted")).to_have_text("Acme Robotics")
    page.keyboard.press("Enter")
    expect(page.locator("#credit_portion_micros-unit")).to_have_text("USD")
    expect(page.locator("#bonus_credits_micros-unit")).to_have_text("USD")
    page.fill("[name=start_date]", timezone.now().date().isoformat())
    page.fill("[name=credit_portion_micros]", "1200")
    expect(page.locator("#schedule")).to_contain_text("12 of 100.00 USD")


@pytest.mark.parametrize("row", ["plans/subscription", "tenants/apikey", "snapshots/collectionsource"])
def test_the_usual_address_of_a_new_row_opens_a_form_that_searches_customers(visit, customer, row):
    page = visit("grace", "Administrator", "Billing")
    page.goto(f"/admin/{row}/add/")
    page.click(".select2-selection")
    expect(page.locator(".select2-results__option")).to_have_text("Acme Robotics")


def test_the_page_of_an_app_keeps_the_content_policy(visit):
    page = visit("billing", "Billing")
    page.goto("/admin/contracts/")  # what the policy refuses fails the test at its end
    expect(page.locator("#content")).to_contain_text("Service agreements")


def test_the_list_of_contracts_fits_a_window_of_1400_pixels(visit, customer):
    draft = ContractDraft(
        start_date=timezone.now().date(),
        agreed=CommercialTerms(
            term_months=12,
            payment_frequency=Frequency.MONTHLY,
            credit_portion_micros=120_000 * 1_000_000,
            service_portion_micros=0,
        ),
    )
    contract = contracts.draft_contract(organization=customer, draft=draft, created_by="staff:ada", now=timezone.now())
    contracts.offer_contract(contract_id=contract.pk, seen_revision=contract.revision, now=timezone.now())
    page = visit("billing", "Billing")
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto("/admin/contracts/contract/")
    expect(page.locator("#result_list")).to_contain_text("Waiting for the first payment", ignore_case=True)
    width, room = page.evaluate(
        "[document.querySelector('#result_list').scrollWidth,"
        " document.querySelector('#result_list').closest('.simplebar-content-wrapper').clientWidth]"
    )
    assert width <= room


@pytest.mark.parametrize("width", [1440, 390])
def test_the_last_row_of_a_list_can_be_chosen_after_another(visit, width):
    for number in range(15):
        create_organization(timezone.now(), f"customer-{number}")
    page = visit("billing", "Billing")
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/admin/tenants/organization/")
    boxes = page.locator("#result_list tbody input.action-select")
    for box in (boxes.first, boxes.last):
        box.check(timeout=10_000)  # the bar of actions covers no row
    expect(boxes.last).to_be_checked()


@pytest.mark.parametrize("width", [1440, 1100])
def test_the_header_shows_the_whole_name_and_every_button(visit, customer, width):
    page = visit("root", "Administrator")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/admin/tenants/organization/{customer.pk}/change/")
    expect(page.locator("#header-inner h1")).to_contain_text(customer.name)
    name, room, outside = page.evaluate(
        "(() => { const h = document.querySelector('#header-inner h1');"
        " return [h.scrollWidth, h.clientWidth, document.documentElement.scrollWidth - innerWidth]; })()"
    )
    assert name <= room
    assert outside <= 0


def test_a_form_opens_with_the_focus_on_its_first_empty_required_field(visit, customer):
    page = visit("billing", "Billing")
    page.goto(f"/admin/tenants/organization/{customer.pk}/grant/")
    expect(page.locator("[name=amount]")).to_be_focused()
    page.goto(f"/admin/tenants/organization/{customer.pk}/grant/?amount=5")
    expect(page.locator("[name=reason]")).to_be_focused()


def test_a_large_batch_of_vouchers_waits_for_another_person(visit, customer, shot):
    page = visit("billing", "Billing")
    page.goto("/admin/vouchers/batch/new/")
    confirm(page, amount_micros="50", count="100", reason="Spring campaign")
    page.click(".confirm-form button[type=submit]")
    page.wait_for_load_state()
    assert Batch.objects.get().state == Batch.State.AWAITING_APPROVAL

    cache.clear()  # home counts what waits every half minute
    checker = visit("checker", "Approver")
    waiting = Approval.objects.get()
    expect(checker.get_by_role("link", name=str(waiting))).to_be_visible()
    shot(checker, "home")
    checker.goto("/admin/approvals/approval/")
    shot(checker, "approvals")
    checker.goto(f"/admin/approvals/approval/{waiting.pk}/approve/")
    confirm(checker, reason="Agreed with marketing")
    checker.click(".confirm-form button[type=submit]")
    checker.wait_for_load_state()
    waiting.refresh_from_db()
    assert waiting.status == "used"
    assert Batch.objects.get().state == "generating"


def test_a_list_of_codes_is_reviewed_in_the_width_of_the_page(visit):
    page = visit("billing", "Billing")
    page.set_viewport_size({"width": 600, "height": 900})
    page.goto("/admin/vouchers/batch/import/")
    page.fill("[name=codes]", "Code\nWINTER-2026-AAAA\n3/4/2026\n")
    confirm(page, amount_micros="20", reason="Winter fair")
    table = page.locator("table.changes")
    expect(table).to_contain_text("a date, perhaps a code changed by a spreadsheet")
    expect(table).to_contain_text("Invalid lines; correct or remove them first")
    expect(table.get_by_text("Before", exact=True)).to_have_count(0)
    width, room = table.evaluate("table => [table.parentElement.scrollWidth, table.parentElement.clientWidth]")
    assert width == room


def test_a_long_list_of_codes_is_cut_in_the_review_and_imported_whole(visit):
    page = visit("billing", "Billing")
    page.goto("/admin/vouchers/batch/import/")
    page.fill("[name=codes]", "\n".join(f"WINTER-2026-{number:04}" for number in range(200)))
    confirm(page, amount_micros="1", reason="Winter fair")
    assert len(page.locator(".facts").inner_text()) < 3_000
    page.click(".confirm-form button[type=submit]")
    page.wait_for_url("**/change/")
    assert Voucher.objects.count() == 200


def test_a_balance_is_adjusted_and_found_again_by_keyboard(visit, customer, shot):
    page = visit("billing", "Billing")
    page.goto(f"/admin/tenants/organization/{customer.pk}/grant/")
    assert_refused_in_place(page, amount="25.50 or so", reason="After the outage")
    confirm(page, amount="25.50")
    shot(page, "before-and-after")
    page.click(".confirm-form button[type=submit]")
    page.wait_for_url("**/change/")
    shot(page, "customer")
    page.goto("/admin/")
    page.keyboard.press("Control+k")
    page.wait_for_timeout(100)
    page.keyboard.type(customer.slug, delay=20)
    expect(page.locator("#command-results-list li").first).to_contain_text(customer.name)
    shot(page, "palette")
    expect(page.locator("#command-results-list li.active")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/organization/{customer.pk}/change/")
    expect(page.locator("body")).to_contain_text("After the outage")
