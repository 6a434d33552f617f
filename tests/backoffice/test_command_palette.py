from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from apps.ledger.models import Hold, Transfer
from apps.payments.models import StripeCustomer, StripePayment
from apps.tenants import services as tenants
from apps.tenants.models import Organization
from tests.approvals.factories import ask
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer
from tests.invoices import factories as invoices
from tests.invoices.test_notices import add_contact
from tests.payments.world import create_payment_rows
from tests.vouchers.factories import create_batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return create_customer()


@pytest.fixture
def client():
    return client_of(create_staff("ada", "Billing"))


def found(client, text):
    answer = client.get("/admin/search/", {"s": text, "extended": "1"})
    assert answer.status_code == 200
    return [each.link for each in answer.context.get("results", [])]


class TestExactIds:
    def test_of_a_customer(self, client, customer):
        for text in (str(customer.pk), str(customer.pk).upper(), customer.slug, f"  {customer.slug} "):
            assert found(client, text)[0] == f"/admin/tenants/organization/{customer.pk}/change/"

    def test_of_a_transfer_by_key_and_number(self, client, customer):
        transfer = Transfer.objects.get(key="world:acme:charge")
        page = f"/admin/ledger/transfer/{transfer.pk}/change/"
        assert found(client, "world:acme:charge")[0] == page
        assert page in found(client, str(transfer.pk))
        assert page in found(client, f"#{transfer.pk}")

    def test_of_a_hold_a_grant_an_account_a_key_and_an_identity(self, client, customer):
        hold = Hold.objects.get()
        issued = tenants.issue_api_key(
            organization=customer, name="ci", scopes=["billing:read"], created_by="staff:test", now=NOW
        )
        tenants.link_identity(organization=customer, issuer="https://c", external_organization_id="org_Ab", now=NOW)
        assert "/admin/ledger/hold/" in found(client, str(hold.pk))[0]
        assert [link.split("/")[2:4] for link in found(client, "world:acme:grant")] == [
            ["ledger", "transfer"],
            ["wallets", "grant"],
        ]
        assert "/admin/ledger/account/" in found(client, f"org:{customer.pk}:wallet")[0]
        assert "/admin/tenants/apikey/" in found(client, issued.key.prefix)[0]
        assert "/admin/tenants/identitylink/" in found(client, "org_Ab")[0]
        assert found(client, "org_ab") == []

    def test_of_a_uuid_by_its_first_eight_digits_and_with_its_name(self, client, customer):
        hold = Hold.objects.get()
        page = f"/admin/ledger/hold/{hold.pk}/change/"
        for text in (str(hold.pk)[:8], str(hold.pk)[:14].upper(), f"hold {hold.pk}", f"Hold {str(hold.pk)[:8]}"):
            assert found(client, text) == [page]
        assert found(client, str(hold.pk)[:7]) == []

    def test_of_a_request_by_what_it_is_called(self, client, customer):
        asked = ask(create_staff("maker", "Billing"))
        assert found(client, f"Request {asked.pk}")[0] == f"/admin/approvals/approval/{asked.pk}/change/"

    def test_of_a_mail_address_an_amount_and_a_reference(self, client):
        payer = invoices.create_customer(NOW, invoices.create_seller(NOW), "payer")
        contact = add_contact(payer, NOW, "Pay@acme.example")
        document = invoices.invoice(payer, NOW, "1000")
        assert found(client, "pay@ACME.example")[0] == f"/admin/mail/contact/{contact.pk}/change/"
        page = f"/admin/invoices/document/{document.pk}/change/"
        for text in ("1190", "1,190.00", "1190 eur", "1.190,00", "1190,00 EUR"):
            assert page in found(client, text)
        assert page not in found(client, "1190 USD")
        money = invoices.pay(payer, "10", NOW, invoice_id=document.pk)
        assert page in found(client, "1180"), "the amount left to pay"
        assert f"/admin/invoices/money/{money.pk}/change/" in found(client, "Transfer b1")

    @pytest.mark.parametrize("text", ["", " ", "\x00", "'", "%", "٣", "9" * 40, "x" * 5000, "<script>"])
    def test_that_are_none_find_nothing(self, client, customer, text):
        assert found(client, text) == []


class TestNamesAndCommands:
    def test_a_customer_is_found_by_part_of_its_name(self, client, customer):
        assert f"/admin/tenants/organization/{customer.pk}/change/" in found(client, "cme")

    def test_a_misspelled_customer_is_found_by_what_its_name_resembles(self, client, customer):
        page = f"/admin/tenants/organization/{customer.pk}/change/"
        assert found(client, f"{customer.name[:2]}{customer.name[1:]}") == [page]
        assert found(client, "azzzz") == []

    def test_a_list_is_found_by_its_name(self, client):
        assert "/admin/wallets/grant/" in found(client, "grants")

    def test_new_opens_a_form(self, client):
        assert found(client, "new organization")[0] == "/admin/tenants/organization/add/"
        assert found(client, "new contract")[0] == "/admin/contracts/contract/add/"
        assert found(client, "new voucher")[0] == "/admin/vouchers/batch/add/"
        acme = create_customer().pk
        for noun, form in (
            ("contract", "contracts/contract"),
            ("invoice", "invoices/document"),
            ("api key", "tenants/apikey"),
            ("note", "backoffice/note"),
        ):
            address = f"/admin/{form}/add/?organization={acme}"
            assert found(client, f"new {noun} acme")[0] == address
            assert "Acme" in client.get(address, follow=True).content.decode(), noun

    def test_what_one_may_not_open_is_not_found(self, customer):
        viewer = client_of(create_staff("viewer", "Viewer"))
        assert found(viewer, "new organization") == []
        assert found(viewer, "new voucher") == []
        assert found(viewer, "viewer") == []

    def test_a_customers_newest_rows_are_found_by_their_noun(self, client, customer):
        payer = invoices.create_customer(NOW, invoices.create_seller(NOW), "payer")
        first, second = (invoices.invoice(payer, NOW + timedelta(days=day), "1000") for day in (0, 1))
        pages = [f"/admin/invoices/document/{row.pk}/change/" for row in (second, first)]
        for text in ("invoice payer", "Invoices PAYER"):
            assert found(client, text)[:2] == pages
        assert pages[0] not in found(client, "invoice acme")
        assert found(client_of(create_staff("nobody")), "invoice payer") == []

    def test_a_list_is_found_by_the_title_that_the_sidebar_gives_it(self, client):
        assert "/admin/wallets/consumption/" in found(client, "spending of")

    def test_a_colleague_is_found_by_name_or_address(self, customer):
        grace = create_staff("grace", "Viewer")
        User.objects.filter(pk=grace.pk).update(last_name="Hopper", email="gh@navy.example")
        administrator = client_of(create_staff("root", "Administrator"))
        for text in ("grac", "hopper", "gh@navy"):
            assert f"/admin/auth/user/{grace.pk}/change/" in found(administrator, text)

    def test_the_buttons_of_lists_are_found_by_what_they_say(self, client):
        assert "/admin/invoices/money/record/" in found(client, "bank transfer")
        assert "/admin/invoices/document/aging/" in found(client, "aging")
        assert found(client_of(create_staff("viewer", "Viewer")), "bank transfer") == []

    def test_what_needs_a_person_is_found_by_its_title(self, client, customer):
        assert "/admin/contracts/installment/?overdue=yes" in found(client, "overdue")


class TestMoneyCommands:
    def test_open_the_form_with_the_amount(self, client, customer):
        form = f"/admin/tenants/organization/{customer.pk}/grant/?amount=50"
        assert found(client, "grant acme 50")[0] == form
        assert 'value="50"' in client.get(form).content.decode()

    def test_need_no_amount_and_take_names_of_several_words(self, client, customer):
        Organization.objects.filter(pk=customer.pk).update(name="Acme Data 2 Go")
        assert found(client, "deduct acme data 2 go") == [f"/admin/tenants/organization/{customer.pk}/deduct/"]
        assert found(client, "deduct data 2 go 7.50")[0].endswith("/deduct/?amount=7.50")

    def test_refund_a_customers_newest_payments(self, client, customer):
        create_payment_rows(customer, NOW)
        payment = StripePayment.objects.get()
        assert found(client, "refund acme") == [f"/admin/payments/stripepayment/{payment.pk}/refund/"]
        assert found(client_of(create_staff("viewer", "Viewer")), "refund acme") == []
        StripePayment.objects.update(refunded_micros=payment.amount_micros)
        assert found(client, "refund acme") == []

    def test_close_a_customers_month(self, client, customer):
        assert found(client, "close acme") == [f"/admin/tenants/organization/{customer.pk}/close-month/"]
        assert found(client, "close month acme") == found(client, "close acme")
        assert found(client_of(create_staff("viewer", "Viewer")), "close acme") == []

    def test_a_noun_and_a_customer_open_the_form_of_a_new_row(self, client, customer):
        assert found(client, "note acme") == [f"/admin/backoffice/note/add/?organization={customer.pk}"]

    def test_act_on_what_a_tag_prefix_or_number_identifies(self, client):
        batch, _ = create_batch(NOW, tag="spring fair", prefix="SPRING")
        form = f"/admin/vouchers/batch/{batch.pk}/revoke/"
        for text in ("revoke spring fair", "Revoke SPRING", f"revoke {batch.pk}"):
            assert found(client, text) == [form]
        assert found(client, "SPRING") == [f"/admin/vouchers/batch/{batch.pk}/change/"]
        assert "Revoke" in client.get(form).content.decode()
        assert found(client_of(create_staff("viewer", "Viewer")), "revoke spring fair") == []

    def test_offer_no_button_that_the_rows_state_refuses(self, client):
        payer = invoices.create_customer(NOW, invoices.create_seller(NOW), "payer")
        document = invoices.invoice(payer, NOW, "1000")
        assert found(client, f"void {document.number}") == [f"/admin/invoices/document/{document.pk}/void/"]
        assert found(client, f"reopen {document.number}") == []

    def test_are_offered_only_to_who_may_move_money(self, customer):
        assert found(client_of(create_staff("viewer", "Viewer")), "grant acme 50") == []


class TestCopy:
    def lines(self, client, text, **headers):
        answer = client.get("/admin/search/", {"s": text, "extended": "1"}, headers=headers)
        return [(found.title, found.link) for found in answer.context["results"]]

    def test_offers_the_id_of_the_page_that_is_open(self, client, customer):
        page = f"http://testserver/admin/tenants/organization/{customer.pk}/change/?tab=ledger"
        wanted = [("Copy the id of this page", f"#copy={customer.pk}")]
        assert self.lines(client, "copy", **{"HX-Current-URL": page}) == wanted
        assert self.lines(client, "copy id", **{"HX-Current-URL": page}) == wanted
        assert self.lines(client, "copy", **{"HX-Current-URL": "http://testserver/nowhere/"}) == []

    def test_offers_a_customers_ids_here_and_at_stripe(self, client, customer):
        StripeCustomer.objects.create(organization=customer, stripe_id="cus_1", livemode=False, created_at=NOW)
        assert self.lines(client, "copy acm")[:2] == [
            ("Copy the id of Acme", f"#copy={customer.pk}"),
            ("Copy Stripe's id of Acme", "#copy=cus_1"),
        ]

    def test_offers_nothing_to_who_may_see_nothing(self, customer):
        assert self.lines(client_of(create_staff("nobody")), "copy acme") == []


class TestKeyboard:
    @pytest.mark.parametrize("text", ["?", "keys", "short", "help", "keyboard"])
    def test_is_in_the_palette(self, client, text):
        found = client.get("/admin/search/", {"s": text, "extended": "1"}).context["results"]
        assert "/admin/keys/" in [each.link for each in found]

    def test_is_a_page_and_a_panel(self, client):
        page = client.get("/admin/keys/")
        assert "g o" in page.content.decode()
        panel = client.get("/admin/keys/", {"panel": "1"}).content.decode()
        assert "<html" not in panel
        assert "Ctrl K" in panel

    def test_letters_lead_where_one_may_go(self, client):
        assert client.get("/admin/keys/", {"go": "h"}).json() == {"link": "/admin/"}
        assert client.get("/admin/keys/", {"go": "e"}).json() == {"link": "/admin/ledger/entry/"}
        assert client.get("/admin/keys/", {"go": "z"}).status_code == 404
        nobody = client_of(create_staff("nobody"))
        assert nobody.get("/admin/keys/", {"go": "e"}).status_code == 404
