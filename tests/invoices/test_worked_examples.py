"""Worked examples of installments, tax and credit notes, carried through the services to the cent and the micro.

Further ones are beside the services that they show: usage, voids and small units in `test_usage_invoices.py`, payments
in parts and write-offs in `test_installment_invoices.py`, overpayments, closed books and notes in thirds in
`test_invoices.py`, numbers in `test_numbers.py`, credit taxed at use in `test_credit_usage.py`, aging in
`test_receivables.py`, top-ups in `tests/payments/amounts/test_sessions.py`, payouts in
`tests/payments/test_payouts.py`, matches in `tests/bank`, steps of dunning in `tests/dunning`, and recurring revenue in
`tests/contracts/test_recurring_revenue.py`.
"""

from datetime import UTC, date, datetime

import pytest

from apps.billing_profiles.models import Seller, TaxRate
from apps.common.money import to_micros
from apps.contracts import services as contracts
from apps.contracts.cancellation import CancellationTerms
from apps.contracts.models import Contract, ServiceRevenue
from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document
from apps.payments.services.cancellations import CancellationOrder, cancel_contract_at
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from tests.contracts.factories import discount, offer, rows
from tests.factories import charge
from tests.invoices import factories
from tests.invoices.test_invoices import books, fresh

pytestmark = pytest.mark.django_db
JANUARY = datetime(2027, 1, 1, 9, tzinfo=UTC)
FEBRUARY, MARCH, APRIL = (JANUARY.replace(month=month) for month in (2, 3, 4))


@pytest.fixture
def seller(now: datetime) -> Seller:
    return factories.create_seller_with_one_rate(now)


@pytest.fixture
def acme(now: datetime, seller: Seller) -> Organization:
    return factories.create_customer(now, seller)


def credit(document: Document, now: datetime, amount: str = "", **given: object) -> Document:
    terms = services.CreditTerms(reason="Agreed", amount=to_micros(amount) if amount else None, **given)  # type: ignore[arg-type]
    return services.credit_invoice(document_id=document.pk, terms=terms, created_by="staff:ann", now=now)


def start(contract: Contract) -> None:
    """Make an offered contract run before anything is paid on it."""
    Contract.objects.filter(pk=contract.pk).update(status="active", activated_at=JANUARY)


def cancel(contract: Contract, now: datetime, **terms: bool) -> None:
    """Cancel a contract at 15 February 2027."""
    cancel_contract_at(
        contract_id=contract.pk,
        seen_revision=Contract.objects.get(pk=contract.pk).revision,
        terms=CancellationTerms(day=date(2027, 2, 15), **terms),
        order=CancellationOrder(key="cancel", reason="They moved", created_by="staff:ann"),
        now=now,
    )


class TestAQuarterOfCreditAndService:
    """1,000.00 for 1 January to 1 April: 600.00 of credit and 400.00 of service, with 190.00 of tax, paid by bank."""

    @pytest.fixture
    def contract(self, acme: Organization) -> Contract:
        return offer(acme, JANUARY, "2027-01-01", months=3, frequency="quarterly", credit="600", service="400")

    @pytest.fixture
    def paid(self, acme: Organization, contract: Contract) -> Document:
        made = services.invoice_installment(installment_id=rows(contract)[0].pk, now=JANUARY)
        assert made is not None
        factories.pay(acme, "1190", JANUARY)
        return fresh(made)

    def earned(self, contract: Contract, now: datetime) -> str:
        return f"{contracts.recognize_service_revenue(contract_id=contract.pk, now=now) / 1_000_000:f}"

    def test_is_earned_by_the_days_of_each_month(self, acme: Organization, contract: Contract, paid: Document) -> None:
        months = [self.earned(contract, at) for at in (FEBRUARY, MARCH, APRIL)]
        assert months == ["137.777778", "124.444444", "137.777778"]
        found = {"manual_receipts": "-1190.00", "wallet": "600.00", "revenue": "400.00", "tax": "190.00"}
        assert (paid.state, books(acme)) == ("paid", found)

    def test_half_of_it_goes_back_after_january(self, acme: Organization, contract: Contract, paid: Document) -> None:
        self.earned(contract, FEBRUARY)
        note = credit(paid, FEBRUARY, "500", destination=Role.MANUAL_RECEIPTS)
        assert (note.net_micros, note.tax_micros) == (to_micros("500"), to_micros("95"))
        canceled = ServiceRevenue.objects.order_by("period_start").values_list("canceled_micros", flat=True)
        assert list(canceled) == [0, 62_222_222, 137_777_778]
        assert books(acme) == {
            "manual_receipts": "-595.00", "wallet": "300.00", "deferred": "62.22", "revenue": "137.78", "tax": "95.00",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("takes_credit", "total", "wallet"), [(False, "238", "350.00"), (True, "595", "50.00")], ids=["kept", "taken"]
    )
    def test_is_canceled_within_february(
        self, acme: Organization, contract: Contract, paid: Document, takes_credit: bool, total: str, wallet: str
    ) -> None:
        """45 of 90 days go back: 200.00 of service, and of 350.00 of unspent credit nothing or 300.00."""
        self.earned(contract, FEBRUARY)
        charge(acme, "250", FEBRUARY)
        cancel(contract, FEBRUARY, takes_credit=takes_credit)
        note = Document.objects.get(type="credit_note")
        assert (note.total_micros, note.tax_micros) == (to_micros(total), to_micros(total) * 19 // 119)
        sold = [("credit", to_micros("300"))] * takes_credit + [("service", to_micros("200"))]
        assert list(note.lines.order_by("position").values_list("product", "amount_micros")) == sold
        assert (books(acme)["wallet"], books(acme)["unapplied"]) == (wallet, f"{total}.00")
        assert (self.earned(contract, MARCH), self.earned(contract, APRIL)) == ("62.222222", "0.000000")

    def test_is_canceled_before_it_is_paid(self, acme: Organization, contract: Contract) -> None:
        """200.00 less of service, with 38.00 of tax: 952.00 is left, which brings 600.00 of credit and 200.00."""
        start(contract)
        made = services.invoice_installment(installment_id=rows(contract)[0].pk, now=JANUARY)
        assert made is not None
        was = books(acme)
        cancel(contract, JANUARY)
        note = Document.objects.get(type="credit_note")
        (line,) = note.lines.all()
        assert (line.product, note.net_micros, note.tax_micros) == ("service", to_micros("200"), to_micros("38"))
        assert fresh(made).left_micros == to_micros("952")
        assert (was["billed"], books(acme)["billed"], books(acme)["tax"]) == ("1000.00", "800.00", "152.00")
        factories.pay(acme, "952", JANUARY)
        found = {"manual_receipts": "-952.00", "wallet": "600.00", "deferred": "200.00", "tax": "152.00"}
        assert books(acme) == found


@pytest.mark.parametrize(
    ("gross", "rate", "net", "tax"), [("50", 19_000, "42.02", "7.98"), ("2.99", 4_000, "2.88", "0.11")]
)
def test_tax_inside_a_price_is_the_rest_of_its_rounded_net(
    seller: Seller, now: datetime, gross: str, rate: int, net: str, tax: str
) -> None:
    TaxRate.objects.filter(product="service").update(rate_thousandths=rate)
    Seller.objects.update(prices_include_tax=True)
    seller.refresh_from_db()
    acme = factories.create_customer(now, seller)
    made = factories.invoice(acme, now, gross)
    assert (made.net_micros, made.tax_micros, made.total_micros) == tuple(map(to_micros, (net, tax, gross)))
    assert books(acme) == {"invoiced": f"-{made.total_micros / 1e6:.2f}", "revenue": net, "tax": tax}


def test_a_discount_lowers_the_base_of_each_rate(now: datetime) -> None:
    """99.99 at 19 % and 49.99 at 7 %, less 10.00, which is 6.67 and 3.33."""
    acme = factories.create_customer(now, factories.create_seller(now))
    contract = offer(acme, now, months=1, credit="49.99", service="99.99")
    discount(acme, "10", now)
    made = services.invoice_installment(installment_id=rows(contract)[0].pk, now=now)
    assert made is not None
    taxes = made.taxes.order_by("-rate").values_list("base_micros", "tax_micros")
    assert list(taxes) == [(93_320_000, 17_730_000), (46_660_000, 3_270_000)]
    lowered = made.lines.filter(is_reduction=True).order_by("product").values_list("product", "amount_micros")
    assert list(lowered) == [("credit", 3_330_000), ("service", 6_670_000)]
    assert made.total_micros == to_micros("160.98")


def test_a_business_elsewhere_in_the_union_owes_the_tax_itself(seller: Seller, now: datetime) -> None:
    TaxRate.objects.create(
        seller=seller,
        product="credit",
        country="FR",
        needs_vat_number=True,
        category="AE",
        reason="Reverse charge",
        valid_from=date(2020, 1, 1),
        created_by="staff:ann",
        created_at=now,
    )
    acme = factories.create_customer(now, seller, country="FR", vat_number="FR40303265045")
    made = factories.invoice(acme, now, "50", product="credit")
    (group,) = made.taxes.all()
    assert (group.category, group.tax_micros, made.total_micros) == ("AE", 0, to_micros("50"))


def test_the_tax_of_a_part_payment_is_divided_anew_by_a_credit_note(
    acme: Organization, seller: Seller, now: datetime
) -> None:
    """100.00 at 19 % and 100.00 at 0 %, of which 200.00 are paid; then a note of 15.97 and 3.03."""
    seller.tax_point = Seller.TaxPoint.PAYMENT
    seller.save()
    TaxRate.objects.filter(product="credit").update(rate_thousandths=0, category="Z")
    lines = [
        services.LineTerms(text=product, amount=to_micros("100"), product=product) for product in ("service", "credit")
    ]
    terms = services.DraftTerms(lines=lines)
    drafted = services.draft_invoice(organization=acme, terms=terms, created_by="staff:ann", now=now)
    made = factories.finalize(drafted, now)
    factories.pay(acme, "200", now)
    assert fresh(made).balance.paid_shares.net == to_micros("182.65")
    assert (books(acme)["tax"], books(acme)["tax_pending"]) == ("17.35", "1.65")
    first = made.lines.order_by("position")[0]
    note = credit(made, now, lines={first.pk: to_micros("15.97")})
    assert note.tax_micros == to_micros("3.03")
    after = fresh(made)
    assert (after.state, after.left_micros, after.balance.paid_shares.net) == ("paid", 0, to_micros("184.03"))
    assert books(acme) == {"manual_receipts": "-200.00", "revenue": "184.03", "tax": "15.97"}
    assert invoice_mismatches() == []
