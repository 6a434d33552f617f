"""Staff write, finalize, credit and write off invoices, record payments, and see the transfers."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.billing_profiles.models import BillingProfile
from apps.common.periods import midnight
from apps.invoices import services
from apps.invoices.models import Document, Money, TaxCalculation
from apps.ledger.models import Transfer
from apps.mail.models import Contact, MailMessage
from apps.wallets.models import Grant
from tests.backoffice.people import client_of, create_staff
from tests.invoices import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]
DOCUMENTS = "/admin/invoices/document/"


@pytest.fixture
def acme(now):
    return factories.create_customer(now, factories.create_seller(now))


@pytest.fixture
def ada():
    return client_of(create_staff("ada", "Administrator"))


def confirm(client, url, **fields):
    """Send a form, then its review, and return the last answer."""
    shown = client.get(url)
    sent = {field.name: str(value) for field in shown.context["form"] if (value := field.value()) is not None}
    sent |= {"reason": "Agreed by email", "_step": "review"} | fields
    reviewed = client.post(url, sent)
    return reviewed if reviewed.status_code != 200 else client.post(url, sent | {"_step": "confirm"})


def test_from_the_draft_to_paid_and_credited(ada, acme):
    lines = {"text_1": "Consulting", "quantity_1": "12 hours", "amount_1": "100", "product_1": "service"}
    made = confirm(ada, f"{DOCUMENTS}add/", organization=str(acme.pk), _step="confirm", **lines)
    document = Document.objects.get()
    page = f"{DOCUMENTS}{document.pk}/"
    assert (made.status_code, made["Location"]) == (302, f"{page}change/")
    confirm(ada, f"{page}edit/", _step="confirm", text_2="Travel", amount_2="10", organization=str(acme.pk))
    assert confirm(ada, f"{page}finalize/").status_code == 302
    document.refresh_from_db()
    assert (document.number[:8], document.total_micros) == ("TEST-INV", 130_900_000)
    for part in ("Consulting", "12 hours", "130.90 EUR", "Invoiced to Revenue", "Invoiced to Tax"):
        assert part in ada.get(f"{page}change/").text
    assert ada.get(f"{page}pdf/").content.startswith(b"%PDF-")
    confirm(ada, f"{page}receive/", reference="Acme", amount="140", value_date=str(date(2026, 11, 18)))
    document.refresh_from_db()
    assert (document.state, Money.objects.get().unapplied_micros) == ("paid", 9_100_000)
    line = document.lines.get(text="Travel")
    confirm(ada, f"{page}credit/", **{f"line_{document.lines.get(text='Consulting').pk}": "", f"line_{line.pk}": "4"})
    note = Document.objects.get(type="credit_note")
    assert (note.total_micros, note.returned_to) == (4_760_000, "unapplied")
    tab = ada.get(f"/admin/tenants/organization/{acme.pk}/change/?tab=invoices").text
    assert document.number in tab
    assert "13.86 EUR" in tab


def test_a_draft_names_the_line_that_is_wrong(ada, acme):
    sent = {"organization": str(acme.pk), "text_1": "Consulting", "amount_1": "", "reason": "r", "_step": "confirm"}
    answer = ada.post(f"{DOCUMENTS}add/", sent | {"token": "5f0c1e3e-7d7c-4a5e-9a53-2f1d3a0c2a11"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["amount_1"])
    days = {"period_start": "2026-01-01", "period_end": "9999-12-31", "amount_1": "1"}
    answer = ada.post(f"{DOCUMENTS}add/", sent | days | {"token": "5f0c1e3e-7d7c-4a5e-9a53-2f1d3a0c2a12"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["period_end"])


def test_a_draft_s_amounts_have_their_unit_once_the_customer_is_known(ada, acme):
    def amount(answer):
        field = answer.context["form"].fields["amount_1"]
        return field.unit, field.help_text

    assert amount(ada.get(f"{DOCUMENTS}add/")) == ("", "In the customer's currency.")
    assert amount(ada.get(f"{DOCUMENTS}add/?organization={acme.slug}")) == ("EUR", "")
    sent = {"organization": str(acme.pk), "text_1": "Consulting", "amount_1": "", "reason": "r", "_step": "confirm"}
    assert amount(ada.post(f"{DOCUMENTS}add/", sent)) == ("EUR", "")
    assert amount(ada.post(f"{DOCUMENTS}add/", sent | {"organization": "x"}))[0] == ""


def test_giving_up_and_taking_up_again(ada, acme, now):
    document = factories.invoice(acme, now, "100")
    page = f"{DOCUMENTS}{document.pk}/"
    for step, state in (
        ("uncollectible", "uncollectible"),
        ("take-up", "open"),
        ("write-off", "uncollectible"),
        ("take-up", "open"),
        ("void", "void"),
    ):
        assert confirm(ada, f"{page}{step}/").status_code == 302
        document.refresh_from_db()
        assert document.state == state


@pytest.mark.parametrize("amount", ["-1", "9" * 30])
@pytest.mark.parametrize("step", ["finalize", "void"])
def test_an_amount_that_nothing_can_have_is_refused(ada, acme, now, step, amount):
    make = factories.draft if step == "finalize" else factories.invoice
    page = f"{DOCUMENTS}{make(acme, now, '100').pk}/{step}/"
    token = ada.get(page).context["form"]["token"].value()
    sent = {"amount": amount, "reason": "r", "_step": "confirm", "token": str(token)}
    assert ada.post(page, sent).status_code == 422


def test_unapplied_money_is_turned_into_credit(ada, acme, now):
    money = factories.pay(acme, "53.50", now)
    asked = ada.get(f"/admin/invoices/money/{money.pk}/sell/")
    assert ada.get(asked["Location"]).context["form"]["amount"].value() == "50", "with 7 % of tax"
    made = confirm(ada, asked["Location"], organization=str(acme.pk), amount="50", _step="confirm")
    document = Document.objects.get()
    assert made["Location"] == f"{DOCUMENTS}{document.pk}/change/"
    assert "Edit" not in ada.get(made["Location"]).text
    confirm(ada, f"{DOCUMENTS}{document.pk}/finalize/")
    document.refresh_from_db()
    assert (document.state, Grant.objects.get().amount_micros) == ("paid", 50_000_000)


def test_unapplied_money_is_applied_and_paid_back(ada, acme, now):
    money = factories.pay(acme, "50", now)
    document = factories.draft(acme, now, "10")
    page = f"/admin/invoices/money/{money.pk}/"
    refused = confirm(ada, f"{page}pay-back/", amount="30", value_date=str(now.date() - timedelta(days=1)))
    assert list(refused.context["form"].errors) == ["value_date"], "before it came"
    confirm(ada, f"{page}pay-back/", amount="30", value_date=str(now.date()))
    assert Transfer.objects.get(kind="refund").effective_at == midnight(now.date())
    factories.finalize(document, now)
    money.refresh_from_db()
    assert (money.unapplied_micros, money.paid_back_micros) == (8_100_000, 30_000_000)
    other = factories.invoice(acme, now, "1000")
    assert Money.objects.get().unapplied_micros == 0
    returned = confirm(ada, f"{page}take-back/")
    assert returned.status_code == 302, "what was paid back of it is our loss"
    other.refresh_from_db()
    assert (other.left_micros, Money.objects.get().returned_at is not None) == (1_190_000_000, True)


def test_a_document_is_mailed_from_its_page_which_shows_the_log(ada, acme, now):
    document = factories.invoice(acme, now, "100")
    page = f"{DOCUMENTS}{document.pk}/"
    assert "no billing contact whose address works" in ada.get(f"{page}change/").text
    refused = confirm(ada, f"{page}mail/")
    assert (refused.status_code, MailMessage.objects.count()) == (422, 0)
    Contact.objects.create(
        organization=acme, name="Ada", email="ada@acme.test", purposes=["billing"], created_at=now, updated_at=now
    )
    assert confirm(ada, f"{page}mail/").status_code == 302
    BillingProfile.objects.update(delivery="none")
    shown = ada.get(f"{page}change/").text
    for part in ("gets no invoices by email", "to ada@acme.test: Queued", document.papers.get().sha256):
        assert part in shown


def test_the_switch_to_stripe_tax_is_reviewed_and_its_drafts_can_be_asked_about(ada, acme, now):
    seller = acme.billing_profile.seller
    made = factories.draft(acme, now, "100")
    BillingProfile.objects.update(country="US", postal_code="")
    switch = f"/admin/billing_profiles/seller/{seller.pk}/tax-engine/"
    reviewed = ada.post(
        switch,
        {"token": str(uuid4()), "reason": "Agreed", "_step": "review", "tax_engine": "stripe"},
    ).text
    for part in ("The tax table", "Stripe Tax", "Drafts that are taxed again", "has no postal code"):
        assert part in reviewed
    assert confirm(ada, switch, tax_engine="stripe").status_code == 302
    assert confirm(ada, switch, tax_engine="stripe").status_code == 422, "it comes from there already"
    seller.refresh_from_db()
    assert seller.tax_engine == "stripe"
    services.refresh_tax(document_id=made.pk, now=timezone.now())
    page = ada.get(f"{DOCUMENTS}{made.pk}/change/").text
    assert "Stripe has not answered yet" in page
    assert "ask-tax" in page
    TaxCalculation.objects.update(state="refused", error="We do not know where that is.")
    assert "We do not know where that is." in ada.get(f"{DOCUMENTS}{made.pk}/change/").text
    assert "We do not know where that is." in confirm(ada, f"{DOCUMENTS}{made.pk}/finalize/", _step="review").text
    confirm(ada, f"{DOCUMENTS}{made.pk}/ask-tax/", _step="confirm")
    assert (TaxCalculation.objects.get().state, TaxCalculation.objects.get().attempt) == ("asked", 2)


def test_letters_that_the_pdf_has_no_font_for_are_named_before_it_is_final_and_listed_after(ada, acme, now):
    BillingProfile.objects.update(legal_name="株式会社 Test 株")
    page = f"{DOCUMENTS}{factories.draft(acme, now, '10').pk}/finalize/"
    sent = {"reason": "Agreed", "amount": "11900000", "_step": "review"}
    token = str(ada.get(page).context["form"]["token"].value())
    assert "株式会社" in ada.post(page, sent | {"token": token}).text
    ada.post(page, sent | {"token": token, "_step": "confirm"})
    paper = services.paper_of(Document.objects.get(), now=now)
    assert paper.letters_outside == "株式会社"
    papers = "/admin/invoices/documentpaper/"
    assert paper.letters_outside in ada.get(f"{papers}?problem=yes").text
    confirm(ada, f"{papers}{paper.pk}/handled/", _step="confirm")
    assert paper.letters_outside not in ada.get(f"{papers}?problem=yes").text
