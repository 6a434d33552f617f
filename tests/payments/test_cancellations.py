"""A contract canceled at a date: its invoices are credited, and what was paid for later days goes back."""

from datetime import date

import pytest

from apps.approvals.models import Approval
from apps.billing_profiles.models import TaxRate
from apps.common.money import to_micros
from apps.contracts.cancellation import CancellationTerms
from apps.contracts.errors import NotPayable
from apps.contracts.models import Contract
from apps.contracts.services import cancellation_cuts
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document, Money
from apps.payments import services
from apps.payments.actions import CancelContractAt
from apps.wallets.accounts import Role
from apps.wallets.selectors import wallet_figures
from tests.backoffice.people import client_of, create_staff
from tests.contracts.factories import offer, pay, rows
from tests.factories import charge
from tests.invoices import factories
from tests.invoices.test_invoices import books

pytestmark = pytest.mark.django_db


def action(contract: Contract, day: str, **given) -> CancelContractAt:
    contract = Contract.objects.select_related("organization").get(pk=contract.pk)
    terms = CancellationTerms(day=date.fromisoformat(day), **given)
    return CancelContractAt.of(
        contract, terms=terms, seen_revision=contract.revision, reason="They moved", key=f"cancel:{day}"
    )


def cancel(contract: Contract, day: str, now, **given) -> CancelContractAt:
    wanted = action(contract, day, **given)
    wanted.perform(by=create_staff(f"bo-{day}", "Billing"), now=now)
    return wanted


@pytest.fixture
def yearly(acme, now) -> Contract:
    """A year at once, 365 of credit and 365 of service, offered."""
    return offer(acme, now, months=12, frequency="annual", credit="365", service="365")


class TestWithoutInvoices:
    def test_what_came_by_bank_goes_back_by_bank_with_its_unspent_credit(self, acme, yearly, now):
        pay(rows(yearly)[0], now, received_in=Role.MANUAL_RECEIPTS)
        charge(acme, "100", now)
        assert cancel(yearly, "2027-02-18", now, takes_credit=True).amount_micros == to_micros("538")
        assert books(acme) == {"manual_receipts": "-192.00", "deferred": "92.00", "revenue": "100.00"}

    def test_what_came_through_stripe_is_refunded_there(self, desk, acme, yearly, now):
        desk.run(now)
        desk.press(services.subscribe(organization=acme, contract_id=yearly.pk, created_by="user:u1", now=now))
        desk.settle_all()
        wanted = action(yearly, "2027-02-18", takes_credit=True)
        shown = {row.what: (row.before, row.after) for row in wanted.preview(by=create_staff("bo", "Billing"), now=now)}
        assert shown["Refunds in progress at Stripe"] == ("0.00 USD", "546.00 USD")
        assert shown["Ends"] == ("2027-11-18", "2027-02-18")
        cancel(yearly, "2027-02-18", now, takes_credit=True)
        with pytest.raises(NotPayable, match="in progress"):
            cancel(yearly, "2027-01-18", now)
        desk.settle_all()
        assert [one["amount"] for one in desk.account.store.all("refund")] == [54_600]
        assert books(acme) == {"cash": "-184.00", "wallet": "92.00", "deferred": "92.00"}

    def test_a_refund_through_stripe_is_of_the_service_alone_if_credit_stays(self, desk, acme, now):
        """Two installments were paid by one payment; the one-time amount stays as it is."""
        contract = offer(acme, now, months=12, frequency="annual", credit="365", service="415", onetime_service="50")
        desk.run(now)
        desk.press(services.subscribe(organization=acme, contract_id=contract.pk, created_by="user:u1", now=now))
        desk.settle_all()
        assert books(acme) == {"cash": "-780.00", "wallet": "365.00", "deferred": "415.00"}
        cancel(contract, "2027-02-18", now)
        desk.settle_all()
        assert books(acme) == {"cash": "-507.00", "wallet": "365.00", "deferred": "142.00"}
        assert {row.is_one_time: row.refunded_micros for row in rows(contract)} == {True: 0, False: to_micros("273")}


class TestWithInvoices:
    @pytest.fixture(autouse=True)
    def _invoices_agree_with_the_ledger(self):
        yield
        assert [str(each) for each in invoice_mismatches()] == []

    @pytest.fixture
    def billed(self, db, now):
        """A customer who is invoiced with 19 % of tax."""
        seller = factories.create_seller(now)
        TaxRate.objects.update(rate_thousandths=19_000)
        return factories.create_customer(now, seller)

    @pytest.fixture
    def contract(self, billed, now) -> Contract:
        """Two months with 60 of credit and 40 of service each, of which the first is invoiced and paid by bank."""
        contract = offer(billed, now, months=2, credit="120", service="80")
        made = services.collection.invoices.invoice_installment(installment_id=rows(contract)[0].pk, now=now)
        assert made is not None
        factories.pay(billed, "119", now)
        return contract

    def test_a_paid_invoice_gets_a_credit_note_and_its_money_is_unapplied(self, billed, contract, now):
        wanted = cancel(contract, "2026-12-03", now, takes_credit=True)
        note = Document.objects.get(type="credit_note")
        assert (note.net_micros, note.total_micros) == (to_micros("50"), to_micros("59.50"))
        assert Money.objects.get(source="credit_note").unapplied_micros == to_micros("59.50")
        assert wallet_figures(billed, now).balance_micros == to_micros("30")
        assert wanted.amount_micros == to_micros("159.50")
        assert [row.state for row in rows(contract)] == ["paid", "void"]

    def test_an_open_invoice_is_credited_by_the_days_after(self, billed, contract, now):
        services.collection.invoices.invoice_installment(installment_id=rows(contract)[1].pk, now=now)
        cancel(contract, "2027-01-01", now, takes_credit=True)
        asked = Document.objects.get(installment=rows(contract)[1], type="invoice")
        assert (asked.state, asked.left_micros) == ("open", to_micros("53.75"))
        assert rows(contract)[1].amount_micros == to_micros("45.17")
        note = Document.objects.get(type="credit_note")
        assert (note.credited, note.total_micros) == (asked, to_micros("65.25"))


class TestOnScreen:
    @pytest.fixture
    def running(self, yearly, now) -> Contract:
        pay(rows(yearly)[0], now, received_in=Role.MANUAL_RECEIPTS)
        return Contract.objects.get(pk=yearly.pk)

    @pytest.fixture
    def client(self):
        return client_of(create_staff("bill", "Billing"))

    def ask(self, client, contract, day, step):
        url = f"/admin/contracts/contract/{contract.pk}/cancel-at/"
        token = client.get(url).context["form"]["token"].value()
        typed = {"day": day, "reason": "They moved", "token": token, "seen_revision": contract.revision}
        typed["takes_credit"] = "on"
        return client.post(url, {**typed, "_step": step}, follow=True)

    def test_the_review_shows_each_amount_before_and_after(self, client, running):
        text = self.ask(client, running, "2027-02-18", "review").content.decode()
        before, after = "730.00 USD (365.00 USD credit, 365.00 USD service), paid", "184.00 USD (92.00 USD credit, "
        for expected in (before, after, "until 2027-11-18"):
            assert expected in text
        assert "Cancel at this date" in text

    def test_a_second_person_is_asked_for_large_ones(self, client, running, settings):
        settings.APPROVAL_LIMIT_MICROS = to_micros("100")
        assert "must approve" in self.ask(client, running, "2027-02-18", "review").content.decode()
        self.ask(client, running, "2027-02-18", "confirm")
        assert Approval.objects.get().amount_micros == to_micros("546")
        assert Contract.objects.get().status == "active"

    def test_a_day_outside_the_term_is_named(self, client, running):
        assert "after 2026-11-18" in self.ask(client, running, "2028-01-01", "review").content.decode()
        assert len(cancellation_cuts(running, action(running, "2027-02-18").terms)) == 1
