"""Requests and breadcrumbs name their subject and page in staff's words."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.approvals.submission import submit
from apps.backoffice.explain.links import why
from apps.backoffice.row_titles import transfer_title
from apps.contracts.models import Contract
from apps.ledger.models import Account, Entry, Hold, Transfer
from apps.wallets.actions import GrantCredit
from apps.wallets.models import Grant
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer, sign_contract
from tests.factories import create_grant

pytestmark = pytest.mark.django_db


def grant(customer, amount_micros):
    return GrantCredit(
        organization_id=customer.pk, amount_micros=amount_micros, currency="USD", reason="why", key=f"k:{amount_micros}"
    )


def ask(customer, number):
    waiting = submit(grant(customer, 10**10 + number), by=create_staff(f"maker{number}", "Billing"), now=timezone.now())
    assert waiting is not None


def test_a_list_of_many_asks_once():
    customer, client = create_customer(), client_of(create_staff("ada", "Viewer"))
    address = reverse("admin:approvals_approval_changelist")

    def statements():
        with CaptureQueriesContext(connection) as queries:
            text = client.get(address).content.decode()
        assert f'href="{reverse("admin:tenants_organization_change", args=[customer.pk])}">Acme</a>' in text
        return len(queries)

    ask(customer, 1)
    statements()
    one = statements()
    for number in range(2, 8):
        ask(customer, number)
    assert statements() == one


def test_who_decides_reads_it_too(settings):
    settings.APPROVAL_LIMIT_MICROS = 1
    waiting = submit(grant(create_customer(), 2), by=create_staff("maker", "Billing"), now=timezone.now())
    address = reverse("admin:approvals_approval_approve", args=[waiting.pk])
    page = client_of(create_staff("ada", "Approver")).get(address)
    assert ("About", "Acme") in [(change.what, change.after) for change in page.context["changes"]]
    assert page.context["title"] == "Approve: Grant credit"


def words(client, address):
    """Return the breadcrumbs of a page."""
    head = re.search("<h1.*?</h1>", client.get(address).content.decode(), re.DOTALL).group()
    return [
        text.strip()
        for text in re.findall(r">([^<>]+)</(?:a|span)>", head)
        if text.strip() not in ("chevron_right", "Show all")
    ]


def test_the_way_to_a_page_has_the_sidebars_words():
    client, customer = client_of(create_staff("ada", "Administrator")), create_customer()
    assert words(client, "/admin/tenants/apikey/") == ["Customers", "API keys"]
    assert words(client, f"/admin/tenants/organization/{customer.pk}/change/") == ["Customers", "Organizations", "Acme"]
    assert words(client, "/admin/ledger/entry/") == ["Money", "Entries"]
    charge = Transfer.objects.get(key="world:acme:charge")
    page = f"/admin/ledger/transfer/{charge.pk}/change/"
    assert words(client, page)[2] == "Usage of 12.345678 USD"


def test_rows_of_the_books_are_named_in_words_and_their_keys_are_facts():
    client, customer = client_of(create_staff("ada", "Administrator")), create_customer()
    sign_contract(customer)
    grant = Grant.objects.get(source="contract")
    contract = str(Contract.objects.get().pk)[:8]
    credit = f"Credit of installment 1 of contract {contract}"
    wallet = Account.objects.get(book=customer.pk, role="wallet")
    entry = Entry.objects.get(transfer=grant.transfer, account=wallet)
    hold = Hold.objects.get(book=customer.pk)
    for address, title, key in (
        (f"/admin/wallets/grant/{grant.pk}/change/", credit, grant.key),
        (f"/admin/ledger/transfer/{grant.transfer_id}/change/", credit, grant.key),
        (f"/admin/ledger/account/{wallet.pk}/change/", "Wallet of Acme", wallet.code),
        (f"/admin/ledger/entry/{entry.pk}/change/", f"Wallet, entry {entry.account_version}, Acme", credit),
        (f"/admin/ledger/hold/{hold.pk}/change/", "Hold of 5.00 USD, Acme", hold.key),
    ):
        page = client.get(address)
        assert words(client, address)[2] == title
        assert page.context["subtitle"] == title
        assert f'text-important">{title}</p>' in page.text
        assert key in page.text
    for address in (why("grant", grant.pk), why("transfer", grant.transfer_id)):
        page = client.get(address)
        assert page.context["title"] == credit
        assert f"org:{customer.pk}" not in page.text
        assert grant.key in page.text
    assert "Wallet of Acme</a>" in page.text


def test_a_title_says_nothing_twice():
    client, customer = client_of(create_staff("ada", "Administrator")), create_customer()
    create_grant(customer, "7", NOW, key="top-up:1", source="top_up", description="Top-up")
    grant = Grant.objects.get(key="top-up:1")
    assert client.get(why("grant", grant.pk)).context["title"] == "Top-up: 7.00 USD"
    lost = Transfer(kind="dispute", amount_micros=7_000_000, source=grant.transfer.source)
    lost.description = "Dispute du_1uGKiX65ttC5: funds withdrawn"
    assert transfer_title(lost) == "Dispute of 7.00 USD: funds withdrawn"
    lost.description = "Dispute over the spring_campaign invoice"
    assert transfer_title(lost) == "Dispute of 7.00 USD: over the spring_campaign invoice"


def test_a_page_that_confirms_names_its_row_in_words():
    client, customer = client_of(create_staff("ada", "Billing")), create_customer()
    create_grant(customer, "7", NOW, key="top-up:1", source="top_up", description="Top-up")
    grant = Grant.objects.get(key="top-up:1")
    confirming = client.get(reverse("admin:wallets_grant_take_back", args=[grant.pk])).text
    assert ": Top-up: 7.00 USD</h2>" in confirming
    assert ": top-up:1</h2>" not in confirming
