"""Credit sold on account: invoiced first, granted for what is paid, and taken back with what is returned."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from apps.approvals.submission import submit
from apps.billing_profiles.models import Seller
from apps.common.money import Micros, to_micros
from apps.contracts.actions import RefundGrant
from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document
from apps.invoices.services.sold_credit import net_within
from apps.outbox.models import OutboxMessage
from apps.tenants.models import Organization
from apps.wallets.errors import BelongsToInvoice
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.backoffice.people import create_staff
from tests.factories import charge
from tests.invoices import factories
from tests.invoices.factories import finalize, pay
from tests.invoices.test_invoices import books, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _invoices_agree_with_the_ledger() -> Iterator[None]:
    yield
    assert invoice_mismatches() == []


@pytest.fixture
def acme(now: datetime) -> Organization:
    """A customer who pays 7 % on credit."""
    return factories.create_customer(now, factories.create_seller(now))


def sell(acme: Organization, amount: str, now: datetime) -> Document:
    draft = services.draft_credit_sale(
        organization=acme, amount=to_micros(amount), reason="Ordered", created_by="staff:ann", now=now
    )
    return finalize(draft, now)


def balance(acme: Organization, now: datetime) -> str:
    return f"{wallet_figures(acme, now).balance_micros / 1_000_000:.2f}"


class TestSoldCredit:
    def test_is_invoiced_with_tax_and_collected_by_stripe_before_it_is_granted(
        self, acme: Organization, now: datetime
    ) -> None:
        invoice = sell(acme, "100", now)
        assert (invoice.kind, invoice.total_micros) == ("top_up", to_micros("107"))
        assert books(acme) == {"invoiced": "-107.00", "billed": "100.00", "tax": "7.00"}
        assert balance(acme, now) == "0.00"
        arranged = OutboxMessage.objects.filter(task="payments.arrange_document")
        assert [each.arguments["document_id"] for each in arranged] == [str(invoice.pk)]

    def test_comes_with_each_payment_for_its_part_without_tax(self, acme: Organization, now: datetime) -> None:
        sell(acme, "100", now)
        pay(acme, "53.50", now)
        assert balance(acme, now) == "50.00"
        pay(acme, "53.50", now, key="b2")
        assert books(acme) == {"manual_receipts": "-107.00", "wallet": "100.00", "tax": "7.00"}
        assert set(Grant.objects.values_list("source", "paid_micros")) == {("top_up", to_micros("50"))}

    def test_is_paid_by_unapplied_money_at_once(self, acme: Organization, now: datetime) -> None:
        pay(acme, "107", now)
        assert net_within(acme, to_micros("107"), now) == to_micros("100")
        invoice = sell(acme, "100", now)
        assert invoice.state == "paid"
        assert books(acme) == {"manual_receipts": "-107.00", "wallet": "100.00", "tax": "7.00"}

    def test_goes_when_the_bank_takes_the_transfer_back(self, acme: Organization, now: datetime) -> None:
        invoice = sell(acme, "100", now)
        money = pay(acme, "107", now)
        charge(acme, "30", now)
        services.return_money(money_id=money.pk, created_by="staff:ann", now=now)
        assert (balance(acme, now), fresh(invoice).state) == ("-30.00", "open")
        pay(acme, "107", now, key="again")
        assert balance(acme, now) == "70.00"

    def test_is_taken_back_by_a_credit_note(self, acme: Organization, now: datetime) -> None:
        invoice = sell(acme, "100", now)
        pay(acme, "53.50", now)
        (line,) = invoice.lines.all()
        terms = services.CreditTerms(reason="Too much", lines={line.pk: to_micros("80")})
        services.credit_invoice(document_id=invoice.pk, terms=terms, created_by="staff:ann", now=now)
        assert (balance(acme, now), fresh(invoice).left_micros) == ("20.00", 0)

    def test_that_a_credit_note_took_is_our_loss_when_the_bank_returns_its_money(
        self, acme: Organization, now: datetime
    ) -> None:
        invoice = sell(acme, "100", now)
        money = pay(acme, "107", now)
        services.credit_invoice(
            document_id=invoice.pk, terms=services.CreditTerms(reason="Wrong"), created_by="staff:ann", now=now
        )
        services.return_money(money_id=money.pk, created_by="staff:ann", now=now)
        assert balance(acme, now) == "0.00"

    def test_is_written_off_without_a_loss_of_revenue_and_comes_with_late_money(
        self, acme: Organization, now: datetime
    ) -> None:
        invoice = sell(acme, "100", now)
        services.write_off_invoice(
            document_id=invoice.pk, left=Micros(107_000_000), reason="Gone", created_by="staff:ann", now=now
        )
        assert books(acme) == {"tax": "7.00", "write_offs": "-7.00"}
        pay(acme, "53.50", now, invoice_id=invoice.pk)
        assert balance(acme, now) == "50.00"

    def test_is_refunded_by_a_credit_note_only(self, acme: Organization, now: datetime) -> None:
        sell(acme, "100", now)
        pay(acme, "107", now)
        action = RefundGrant(
            organization_id=acme.pk,
            currency="EUR",
            amount_micros=to_micros("1"),
            grant_id=Grant.objects.get().pk,
            reason="r",
            key="k",
        )
        with pytest.raises(BelongsToInvoice):
            submit(action, by=create_staff("boss", "Administrator"), now=now)

    def test_has_no_tax_where_prices_include_it(self, now: datetime) -> None:
        seller = factories.create_seller(now, prices_include_tax=True)
        invoice = sell(factories.create_customer(now, seller), "100", now)
        assert (invoice.total_micros, [row.category for row in invoice.taxes.all()]) == (to_micros("100"), ["O"])
        assert Seller.objects.get().prices_include_tax
