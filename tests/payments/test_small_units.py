"""Money in currencies without cents, and with three decimals, by bank and at Stripe; and in another currency."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from apps.common.money import Micros, to_micros
from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.errors import NotPayable
from apps.invoices.models import Document, Money
from apps.payments.consistency import payment_mismatches
from apps.payments.models import PaymentIssue, StripeEvent, StripeInvoice
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances
from tests.invoices import factories
from tests.payments.amounts.stripe_events import books as all_books
from tests.payments.desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everything_agrees() -> Iterator[None]:
    yield
    assert [str(each) for each in (*invoice_mismatches(), *payment_mismatches())] == []
    assert not StripeEvent.objects.filter(state__in=["received", "parked"]).exists()


def customer(now: datetime, currency: str) -> Organization:
    seller = factories.create_seller(now, tax_currency=currency)
    return factories.create_customer(now, seller, currency.lower(), currency=currency)


def books(owner: Organization) -> dict[str, str]:
    return {str(role): f"{micros / 1_000_000:g}" for role, micros in account_balances(owner).items() if micros}


def at_stripe(desk: Desk) -> StripeInvoice:
    desk.settle_all()
    return StripeInvoice.objects.latest("pk")


@pytest.mark.parametrize(
    ("currency", "net", "tax", "there"),
    [("JPY", "1005", "191", 1_196), ("KWD", "12.34", "2.34", 14_680), ("ISK", "500", "95", 59_500)],
)
def test_an_invoice_is_collected_in_the_units_of_stripe(
    desk: Desk, now: datetime, currency: str, net: str, tax: str, there: int
) -> None:
    owner = customer(now, currency)
    made = factories.invoice(owner, now, net)
    assert made.tax_micros == to_micros(tax)
    row = at_stripe(desk)
    assert [one["amount_remaining"] for one in desk.account.store.all("invoice")] == [there]
    desk.press(row.hosted_url)
    desk.settle_all()
    made.refresh_from_db()
    assert (made.state, made.left_micros) == ("paid", 0)
    assert books(owner) == {"cash": f"-{made.total_micros / 1e6:g}", "revenue": f"{float(net):g}", "tax": tax}


def test_a_fils_by_bank_is_booked_and_stays_unapplied(desk: Desk, now: datetime) -> None:
    """Banks in Kuwait transfer single fils, but Stripe takes only ten."""
    owner = customer(now, "KWD")
    made = factories.invoice(owner, now, "12.34")
    factories.pay(owner, "4.685", now)
    made.refresh_from_db()
    assert (made.left_micros, books(owner)["unapplied"]) == (to_micros("10"), "0.005")
    desk.press(at_stripe(desk).hosted_url)
    desk.settle_all()
    made.refresh_from_db()
    assert made.state == "paid"
    money = Money.objects.get(source="bank")
    with pytest.raises(NotPayable):
        services.pay_back_money(money_id=money.pk, amount=Micros(500), key="k", created_by="staff:ann", now=now)
    services.pay_back_money(money_id=money.pk, amount=Micros(5_000), key="k", created_by="staff:ann", now=now)
    assert books(owner) == {"cash": "-10", "manual_receipts": "-4.68", "revenue": "12.34", "tax": "2.34"}


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "0.5"), ("ISK", "10.5"), ("KWD", "1.2345"), ("EUR", "1.005")])
def test_no_bank_transfers_less_than_a_unit(now: datetime, currency: str, amount: str) -> None:
    with pytest.raises(NotPayable) as refused:
        factories.pay(customer(now, currency), amount, now)
    assert refused.value.field == "amount"


def test_a_credit_note_in_yen_has_no_cents(now: datetime) -> None:
    owner = customer(now, "JPY")
    made = factories.invoice(owner, now, "1005")
    factories.pay(owner, "1196", now)
    for amount in ("335", "335", "335"):
        terms = services.CreditTerms(reason="r", amount=to_micros(amount), destination=Role.MANUAL_RECEIPTS)
        services.credit_invoice(document_id=made.pk, terms=terms, created_by="staff:ann", now=now)
    notes = Document.objects.filter(type="credit_note").order_by("sequence")
    assert [note.tax_micros // 1_000_000 for note in notes] == [64, 63, 64]
    assert books(owner) == {}


def test_money_in_another_currency_is_booked_apart_and_the_invoice_stays_open(desk: Desk, now: datetime) -> None:
    """An invoice in yen, for which Stripe says that dollars were paid."""
    owner = customer(now, "JPY")
    made = factories.invoice(owner, now, "1005")
    row = at_stripe(desk)
    with desk.account.store.transaction():
        (there,) = desk.account.store.all("invoice")
        desk.account.store.put(there | {"currency": "usd"})
    desk.press(row.hosted_url)
    desk.settle_all()
    made.refresh_from_db()
    issues = PaymentIssue.objects.filter(resolved_at=None).values_list("kind", "currency", "actual_micros")
    assert (made.state, list(issues)) == ("open", [("unapplied", "USD", 11_960_000), ("underpaid", "JPY", 0)])
    asked = {"invoiced": "-1196.00", "revenue": "1005.00", "tax": "191.00"}
    assert all_books(owner, now) == asked | {"cash USD": "-11.96", "unapplied USD": "11.96"}
