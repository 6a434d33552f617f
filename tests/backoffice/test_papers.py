"""Papers in the back office: opened, emailed, sent again, and the reason where there is none."""

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.urls import reverse

from apps.backoffice.customer_page.statement_tab import statement_page
from apps.ledger.models import Entry
from apps.mail.models import Contact, MailMessage
from apps.mail.services import send_again
from apps.papers.models import Paper
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer
from tests.contracts.factories import draft
from tests.invoices import factories
from tests.table_truncation import without_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]


@pytest.fixture
def customer():
    customer = create_customer()
    factories.bill(customer, NOW)
    times = {"created_at": NOW, "updated_at": NOW}
    Contact.objects.create(organization=customer, name="Ada", email="a@acme.test", purposes=["billing"], **times)
    return customer


@pytest.fixture
def billing():
    return client_of(create_staff("ada", "Billing"))


@pytest.fixture
def viewer():
    return client_of(create_staff("eve", "Viewer"))


def address_of(kind, customer):
    """The address of a paper of each kind."""
    if kind == "statement":
        return statement_page(customer, "2026-11")
    if kind == "receipt":
        return reverse("admin:receipt", args=[factories.pay(customer, "7", NOW).pk])
    return reverse("admin:order_form", args=[draft(customer, NOW).pk])


@pytest.mark.parametrize("kind", ["statement", "receipt", "order_form"])
class TestEachKind:
    def test_opens_as_a_pdf_once_made_and_each_download_is_recorded(self, customer, viewer, kind):
        address = address_of(kind, customer)
        first, again = viewer.get(address), viewer.get(address)
        assert first.headers["Content-Type"] == "application/pdf"
        assert first.content.startswith(b"%PDF-")
        assert first.content == again.content
        paper = Paper.objects.get()
        assert viewer.get(reverse("admin:paper_pdf", args=[paper.pk])).content == first.content
        seen = [row.additional_data for row in LogEntry.objects.filter(action=LogEntry.Action.ACCESS)]
        assert [each["sha256"] for each in seen if each and "sha256" in each] == [paper.sha256] * 3

    def test_is_mailed_from_the_page_logged_and_sent_again(self, customer, billing, kind):
        page = billing.get(f"{address_of(kind, customer)}mail/", follow=True)
        assert "a@acme.test" in page.content.decode() or "Email" in page.content.decode()
        paper = Paper.objects.get()
        address = reverse("admin:papers_paper_mail", args=[paper.pk])
        form = billing.get(address).context_data["form"]
        sent = {"token": form["token"].value(), "reason": "Asked for", "_step": "perform"}
        done = billing.post(address, sent, follow=True).content.decode()
        mail = MailMessage.objects.get()
        assert (mail.template, mail.address) == (f"{kind}_sent", "a@acme.test")
        assert (mail.attached_id, mail.attached_sha256) == (paper.pk, paper.sha256)
        assert "is being emailed to a@acme.test" in done
        assert paper.sha256 in done
        MailMessage.objects.update(state="sent", sent_at=NOW)
        (again,) = send_again(message_id=mail.pk, now=NOW)
        assert again.attached_sha256 == paper.sha256

    def test_is_not_mailed_by_a_viewer(self, customer, viewer, kind):
        assert viewer.get(f"{address_of(kind, customer)}mail/", follow=True).status_code == 403
        assert not MailMessage.objects.exists()


def test_without_a_billing_profile_the_page_says_what_is_missing(viewer):
    customer = create_customer()
    shown = viewer.get(statement_page(customer, "2026-11"), follow=True)
    assert "billing profile" in shown.content.decode()
    assert not Paper.objects.exists()


@pytest.mark.tampers
def test_a_statement_is_not_drawn_where_the_credit_does_not_add_up(customer, viewer):
    with without_triggers(connection):
        Entry.objects.filter(account__code__endswith=":wallet", account_version=2).update(amount_micros=1)
    shown = viewer.get(statement_page(customer, "2026-11"), follow=True)
    assert "do not add up" in shown.content.decode()
    assert not Paper.objects.exists()


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "x", "0000-01"])
def test_a_statement_of_no_month_is_not_found(customer, viewer, month):
    assert viewer.get(statement_page(customer, month)).status_code == 404


def test_the_pages_of_a_contract_and_of_money_list_their_papers(customer, billing):
    contract, money = draft(customer, NOW), factories.pay(customer, "7", NOW)
    billing.get(reverse("admin:order_form", args=[contract.pk]))
    billing.get(reverse("admin:receipt", args=[money.pk]))
    for name, row, number in (
        ("contracts_contract", contract, "TEST-OF-2026-00001"),
        ("invoices_money", money, "TEST-REC-2026-00001"),
    ):
        shown = billing.get(reverse(f"admin:{name}_change", args=[row.pk])).content.decode()
        assert number in shown
