"""Notes on customers and on their rows, and the colleagues they mention."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.models import Note
from apps.backoffice.services import mentioned_in
from apps.contracts.models import Contract
from apps.tenants.models import Organization
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer
from tests.contracts.factories import active
from tests.outbox.deliveries import deliver_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]


@pytest.fixture
def customer() -> Organization:
    return create_customer()


@pytest.fixture
def contract(customer: Organization) -> Contract:
    return active(customer, NOW, service="120")


@pytest.fixture
def client() -> Client:
    return client_of(create_staff("ada", "Billing", email="ada@example.com"))


def write(client: Client, address: str, text: str, **more: Any) -> Any:
    given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    return client.post("/admin/backoffice/note/add/", {**given, "text": text, **more})


def page_of(contract: Contract) -> str:
    return reverse("admin:contracts_contract_change", args=[contract.pk])


def form_on(client: Client, page: str) -> str:
    text = client.get(page).content.decode()
    return text.partition("/admin/backoffice/note/add/?")[2].partition('"')[0].replace("&amp;", "&")


def test_a_note_on_a_contract_is_on_its_page_and_the_customers(client, customer, contract):
    page = page_of(contract)
    assert write(client, f"?{form_on(client, page)}", "Wants yearly").headers["Location"] == page
    assert "Wants yearly" in client.get(page).content.decode()
    (table,) = client.get(tab_of(customer, "notes")).context["blocks"]
    ((_, _, text, about, _),) = table.rows
    assert (text.text, about.text, about.href) == ("Wants yearly", "Contract", page)
    write(client, f"?{form_on(client, page)}", "Call first", is_pinned="on")
    text = client.get(page).content.decode()
    assert text.index("Call first") < text.index("Wants yearly")


def test_a_note_is_about_a_row_of_its_customer(client, contract):
    other = create_customer("other")
    answer = write(
        client, f"?organization={other.pk}&subject_type=contracts.contract&subject_id={contract.pk}", "Wrong"
    )
    assert "does not have" in answer.content.decode()
    for label in ("contracts.contract", "nothing.such", "auth.user", "x", ""):
        answer = write(client, f"?organization={other.pk}&subject_type={label}&subject_id=1", "Wrong")
        assert answer.status_code == 200
    assert not Note.objects.exists()


def test_a_mentioned_colleague_gets_one_mail_and_a_line_at_home(client, customer, contract):
    bob = create_staff("bob@example.com", "Support", email="bob@example.com")
    create_staff("bobby", "Support", email="bobby@example.com")
    write(client, f"?{form_on(client, page_of(contract))}", "@bob please call; cc @ada, not x@example.com")
    deliver_due(timezone.now())
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["bob@example.com"], "ada mentions you: Acme")
    assert page_of(contract) in sent.body
    note = Note.objects.get()
    assert {str(person) for person in note.mentioned.all()} == {"bob@example.com", "ada"}
    change = reverse("admin:backoffice_note_change", args=[note.pk])
    seen = client.get(change).context["adminform"].form.seen
    assert client.post(change, {"text": "@bob please call today", "_seen": seen}).status_code == 302
    deliver_due(timezone.now())
    assert len(mail.outbox) == 1
    Note.objects.update(created_at=timezone.now())
    (table,) = (each for each in client_of(bob).get("/admin/").context["blocks"] if each.title.startswith("Notes"))
    assert [cell.text for cell in table.rows[0]][1:] == ["Acme", "ada", "@bob please call today"]


def test_an_unknown_name_is_refused(client, customer):
    answer = write(client, f"?organization={customer.pk}", "@nobody please call")
    assert "@nobody is not exactly one colleague" in answer.content.decode()
    create_staff("sam@example.com")
    create_staff("sam@example.org")
    assert mentioned_in("ask @sam or @sam@example.org.")[1] == ["sam"]
