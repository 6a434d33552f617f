"""What a request for a second person is about, and where a page is, in the words that staff know."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.approvals.services import request_approval
from apps.backoffice.services import Kind, Order, submit
from apps.backoffice.subjects import KINDS, name_subjects
from apps.contracts.models import Contract, Installment
from apps.ledger.models import Transfer
from apps.payments.models import StripePayment
from apps.tenants.models import Organization
from apps.vouchers.models import Batch
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer, create_world
from tests.pricing.making import make_meter, price
from tests.vouchers.factories import create_batch

pytestmark = pytest.mark.django_db


def rows():
    create_world()
    create_batch(now=NOW)
    return {
        "organization": (Organization.objects.get(), "Acme"),
        "contract": (Contract.objects.get(), "Acme: contract from"),
        "installment": (Installment.objects.earliest("pk"), "Acme: instalment due"),
        "payment": (StripePayment.objects.earliest("pk"), "Acme: payment"),
        "price-version": (price(make_meter(), micros_per_million=1), "List USD: chat, any model"),
        "voucher-batch": (Batch.objects.get(), "Voucher batch"),
    }


def test_every_kind_has_words_and_a_page_that_opens():
    client = client_of(create_staff("ada", "Viewer"))
    found = rows()
    assert set(found) == set(KINDS)
    for kind, (row, words) in found.items():
        (subject,) = name_subjects([f"{kind}:{row.pk}"]).values()
        assert subject.text.startswith(words)
        assert client.get(subject.href).status_code == 200


@pytest.mark.parametrize("subject", ["installment:7", "voucher-batch:nonsense", "moon:1", "payment:", ""])
def test_what_is_gone_or_unknown_is_said_as_it_is(subject):
    assert name_subjects([subject]) == {subject: (subject, "")}


def ask(customer, number):
    request_approval(
        kind="money.grant",
        subject=f"organization:{customer.pk}",
        arguments={"number": number},
        amount_micros=number,
        reason="why",
        requested_by=create_staff(f"maker{number}", "Billing"),
        now=NOW,
    )


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
    order = Order(kind=Kind.DEDUCT, organization=create_customer(), amount_micros=2, reason="x", token=uuid4())
    waiting = submit(order=order, by=create_staff("maker", "Billing"), now=timezone.now()).waits_for
    address = reverse("admin:approvals_approval_approve", args=[waiting.pk])
    page = client_of(create_staff("ada", "Approver")).get(address)
    assert ("About", "Acme") in [(change.what, change.after) for change in page.context["changes"]]
    assert page.context["title"] == "Approve: Deduct credit"


def words(client, address):
    """Return what stands in the way to a page, above it."""
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
    assert words(client, f"/admin/ledger/transfer/{charge.pk}/change/")[2] == "world:acme:charge"  # as it is written
