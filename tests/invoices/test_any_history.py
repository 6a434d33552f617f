"""Property test: the books agree after each of any sequence of invoice events."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from apps.common.errors import BillingError
from apps.common.money import Micros, to_micros
from apps.invoices import services
from apps.invoices.audit import invoice_breaks
from apps.invoices.models import Document, Money
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from tests.invoices import factories

BY, STEPS = "staff:ann", 25


class History:
    """Runs random steps on one customer's invoices and money; refused steps change nothing."""

    def __init__(self, acme: Organization, now: datetime, seed: int) -> None:
        self.acme, self.now, self.random, self.count = acme, now, random.Random(seed), 0

    def cents(self, most: int) -> Micros:
        return Micros(self.random.randint(1, max(1, most // 10_000)) * 10_000)

    def document(self) -> Document:
        return self.random.choice(list(Document.objects.filter(type="invoice").order_by("created_at", "pk")))

    def money(self) -> Money:
        return self.random.choice(list(Money.objects.order_by("received_at", "pk")))

    def invoice(self) -> None:
        amounts = [f"{self.random.randint(1, 99_999) / 100:.2f}" for _ in range(self.random.randint(1, 3))]
        product = self.random.choice([factories.STANDARD, factories.REDUCED])
        factories.invoice(self.acme, self.now, *amounts, product=product)

    def pay(self) -> None:
        self.count += 1
        target = self.document() if self.random.random() < 0.5 else None
        amount = self.cents(to_micros("900")) if target is None else self.cents(target.total_micros * 2)
        text, key = f"{amount / 1_000_000:.2f}", f"b{self.count}"
        factories.pay(self.acme, text, self.now, key=key, invoice_id=target.pk if target else None)

    def credit(self) -> None:
        invoice = self.document()
        terms = services.CreditTerms(
            reason="r",
            amount=self.random.choice([None, self.cents(invoice.net_micros)]),
            destination=self.random.choice([Role.UNAPPLIED, Role.MANUAL_RECEIPTS]),
        )
        services.credit_invoice(document_id=invoice.pk, terms=terms, created_by=BY, now=self.now)

    def write_off(self) -> None:
        row = self.document()
        left = Micros(row.left_micros)
        services.write_off_invoice(document_id=row.pk, left=left, reason="r", created_by=BY, now=self.now)

    def mark(self) -> None:
        services.mark_uncollectible(document_id=self.document().pk, now=self.now)

    def take_up(self) -> None:
        services.take_up_again(document_id=self.document().pk, created_by=BY, now=self.now)

    def apply(self) -> None:
        money, invoice = self.money(), self.document()
        amount = self.cents(money.unapplied_micros)
        services.apply_money(money_id=money.pk, invoice_id=invoice.pk, amount=amount, created_by=BY, now=self.now)

    def pay_back(self) -> None:
        self.count += 1
        money = self.money()
        amount, key = self.cents(money.unapplied_micros), f"p{self.count}"
        services.pay_back_money(money_id=money.pk, amount=amount, key=key, created_by=BY, now=self.now)

    def take_back(self) -> None:
        services.return_money(money_id=self.money().pk, created_by=BY, now=self.now)

    def step(self) -> str:
        """Take a step; return its name, or nothing if it was refused."""
        ways: list[Callable[[], None]] = [self.invoice, *[self.pay] * 3, *[self.credit] * 2, self.write_off, self.mark]
        ways += [self.take_up, self.apply, self.pay_back, self.take_back]
        way = self.random.choice(ways)
        self.now += timedelta(seconds=1)  # so that rows have an order, and a seed the same history each time
        try:
            way()
        except BillingError:
            return ""
        return way.__name__


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seed", "settings"),
    [
        (1, {}),
        (2, {"tax_point": "payment"}),
        (3, {"bad_debt_relief": "at_write_off"}),
        (4, {"prices_include_tax": True, "tax_point": "payment"}),
    ],
)
def test_the_books_agree_after_each_step(now: datetime, seed: int, settings: dict[str, object]) -> None:
    acme = factories.create_customer(now, factories.create_seller(now, **settings))
    history, taken = History(acme, now, seed), []
    history.invoice()
    history.now += timedelta(seconds=1)
    history.pay()
    for _ in range(STEPS):
        if name := history.step():
            taken.append(name)
            assert invoice_breaks() == [], taken
    assert len(set(taken)) >= 4, "a history in which hardly anything happens"
