"""Property test: the books agree after each of any sequence of invoice events."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from apps.billing_profiles.tax_choice import TaxChoice
from apps.common.errors import BillingError
from apps.common.money import Micros, to_micros
from apps.common.periods import month_of
from apps.contracts import services as contracts
from apps.contracts.consistency import contract_mismatches
from apps.contracts.models import Contract, Installment, ServiceAgreement
from apps.invoices import services
from apps.invoices.balances import NetAndTax
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document, Money
from apps.invoices.selectors import usage_invoices_in_force
from apps.invoices.services.agreements import AgreedPeriod, invoice_agreement
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances, owed_before
from tests.contracts.factories import agreement, offer, pay
from tests.factories import cause_of, charge, create_grant
from tests.invoices import factories
from tests.invoices.debt_steps import BY, DebtSteps

STEPS = 25
# A customer with contracts or usage needs more steps until much has happened; `-m long` takes many.
MORE_STEPS = [30, pytest.param(100, marks=pytest.mark.long)]


class History(DebtSteps):
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

    def agree(self) -> None:
        """Invoice a service agreement twice; the second call changes nothing."""
        once, amount = ServiceAgreement.ChargeType.ONE_TIME, self.cents(to_micros("90"))
        by_invoice = {"bill_by": ServiceAgreement.BillBy.INVOICE, "charge_type": once}
        made = agreement(self.acme, self.now, **by_invoice, amount_micros=amount, start_date=self.now.date())
        period = AgreedPeriod(
            agreement_id=made.pk, start=made.start_date, end=None, amount_micros=amount, text=made.description
        )
        assert invoice_agreement(period, now=self.now) == invoice_agreement(period, now=self.now)

    def buy(self) -> None:
        """Invoice bought credit with 7 % of tax on top, and refund up to two parts; other services book the money."""
        self.count += 1
        net = self.random.randint(1, 900) * 1_000_000
        paid = NetAndTax(Micros(net), Micros(net * 7 // 100))
        grant = create_grant(self.acme, str(net // 1_000_000), self.now, key=f"b{self.count}")
        bought = services.BoughtCredit(
            organization=self.acme,
            paid=paid,
            tax=TaxChoice("S", 7_000),
            transfer_id=grant.transfer_id,
            reference="r",
            paid_at=self.now,
        )
        document = services.invoice_bought_credit(bought, now=self.now)
        for _ in range(self.random.randint(0, 2)):
            services.credit_bought_credit(
                document_id=document.pk,
                back=NetAndTax(Micros(net // 2_000_000 * 1_000_000), Micros(paid.tax // 20_000 * 10_000)),
                destination=Role.CASH,
                reason="r",
                created_by=BY,
                now=self.now,
            )

    def sell(self) -> None:
        """Invoice credit sold on account, which is granted when it is paid."""
        draft = services.draft_credit_sale(
            organization=self.acme, amount=self.cents(to_micros("500")), reason="r", created_by=BY, now=self.now
        )
        factories.finalize(draft, self.now)

    def spend(self) -> None:
        self.count += 1
        charge(self.acme, f"{self.random.randint(1, 10**8) / 10**6:.6f}", self.now, key=f"s{self.count}")

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

    def ways(self) -> list[Callable[[], None]]:
        ways: list[Callable[[], None]] = [self.invoice, *[self.pay] * 3, *[self.credit] * 2, self.write_off, self.mark]
        ways += [self.reopen, self.apply, self.pay_back, self.take_back, self.agree, self.buy]
        return [*ways, self.sell, self.sell, self.spend]

    def step(self) -> str:
        """Take a step; return its name, or nothing if it was refused."""
        way = self.random.choice(self.ways())
        self.now += timedelta(seconds=1)  # so that rows have an order, and a seed the same history each time
        try:
            with transaction.atomic():
                way()
        except BillingError:
            return ""
        return way.__name__


class UsageHistory(History):
    """The same for a postpaid customer: usage and its corrections, ends of months, and payments through Stripe."""

    def document(self) -> Document:
        return self.random.choice(list(Document.objects.filter(type="invoice").order_by("-created_at", "pk"))[:4])

    def use(self) -> None:
        self.count += 1
        charge(self.acme, f"{self.random.randint(1, 10**8) / 10**6:.6f}", self.now, key=f"c{self.count}")

    def correct(self) -> None:
        self.count += 1
        wallets.charge(
            charge=wallets.Charge(
                organization=self.acme,
                amount=Micros(-self.random.randint(1, 10**7)),
                kind="usage",
                key=f"c{self.count}",
                cause=cause_of(self.acme),
                created_by=BY,
            ),
            now=self.now,
        )

    def grant(self) -> None:
        self.count += 1
        create_grant(self.acme, f"{self.random.randint(1, 3 * 10**7) / 10**6:.6f}", self.now, key=f"c{self.count}")

    def month(self) -> None:
        """End the month and draft its invoice."""
        label = f"{self.now:%Y-%m}"
        self.now = month_of(self.now).end + timedelta(days=1)
        factories.invoice_usage(self.acme, label, self.now)

    def edit(self) -> None:
        line = services.LineTerms(text="x", amount=self.cents(to_micros("30")), reason="r")
        services.add_line(
            document_id=self.document().pk, line=line, is_reduction=self.random.random() < 0.5, now=self.now
        )

    def finalize(self) -> None:
        factories.finalize(self.document(), self.now)

    def discard(self) -> None:
        services.discard_draft(document_id=self.document().pk, now=self.now)

    def void(self) -> None:
        services.void_invoice(document_id=self.document().pk, reason="r", created_by=BY, now=self.now)

    def collect(self) -> None:
        self.count += 1
        services.receive_collected(
            services.CollectedMoney(
                document_id=self.document().pk, amount=self.cents(to_micros("90")), key=f"s{self.count}", reference="r"
            ),
            created_by=BY,
            now=self.now,
        )

    def refund(self) -> None:
        money = self.random.choice(list(Money.objects.filter(source="stripe").order_by("received_at", "pk")) or [None])
        if money is not None:
            amount = self.cents(money.amount_micros)
            common = {"organization": self.acme, "created_by": BY, "now": self.now}
            part = services.CollectedPart(key=money.key, amount=amount, account=Role.CASH)
            taken = services.return_collected(**common, part=part, reason="r")
            if self.random.random() < 0.5:
                self.count += 1
                services.restore_collected(**common, event=f"u{self.count}", part=replace(part, amount=taken))

    def ways(self) -> list[Callable[[], None]]:
        mine: list[Callable[[], None]] = [*[self.use] * 4, self.correct, self.grant, *[self.month] * 3]
        mine += [self.edit, *[self.finalize] * 4, self.discard, *[self.void] * 2, *[self.collect] * 2, self.refund]
        return [*mine, *super().ways()[1:]]


class InstallmentHistory(UsageHistory):
    """The same for a customer with contracts, whose installments change while their invoices are open."""

    def row(self) -> Installment:
        return self.random.choice(list(Installment.objects.order_by("pk")))

    def offer(self) -> None:
        portions = {"credit": str(self.random.randint(1, 900)), "service": str(self.random.randint(0, 900))}
        offer(self.acme, self.now, f"{self.now:%Y-%m-%d}", months=2, **portions)

    def bill(self) -> None:
        services.invoice_installment(installment_id=self.row().pk, now=self.now)

    def discount(self) -> None:
        self.count += 1
        row = self.row()
        amount, common = self.cents(row.remaining_micros // 2), {"created_by": BY, "now": self.now}
        contracts.discount_installment(installment_id=row.pk, amount=amount, key=f"d{self.count}", **common)

    def void_row(self) -> None:
        contracts.void_installment(installment_id=self.row().pk, now=self.now)

    def write_off_row(self) -> None:
        contracts.write_off_installment(installment_id=self.row().pk, now=self.now)

    def settle_row(self) -> None:
        self.count += 1
        pay(self.row(), self.now, key=f"k{self.count}")

    def follow(self) -> None:
        for contract_id in Contract.objects.values_list("pk", flat=True):
            services.follow_installments(contract_id=contract_id, now=self.now)

    def ways(self) -> list[Callable[[], None]]:
        mine: list[Callable[[], None]] = [self.offer, *[self.bill] * 4, self.discount, self.void_row]
        mine += [self.write_off_row, self.settle_row, *[self.follow] * 3, self.void, *[self.collect] * 2, self.refund]
        return [*mine, *History.ways(self)[1:]]


@pytest.mark.django_db
@pytest.mark.parametrize("steps", MORE_STEPS)
@pytest.mark.parametrize(
    ("seed", "settings"), [(1, {}), (2, {"tax_point": "payment"}), (3, {"bad_debt_relief": "at_write_off"})]
)
def test_the_books_agree_after_each_step_of_a_customer_with_contracts(
    now: datetime, seed: int, settings: dict[str, object], steps: int
) -> None:
    acme = factories.create_customer(now, factories.create_seller(now, **settings))
    history, taken = InstallmentHistory(acme, now, seed), []
    for first in (history.offer, history.bill, history.collect):
        first()
    for _ in range(steps):
        if name := history.step():
            taken.append(name)
            assert [*invoice_mismatches(), *contract_mismatches()] == [], taken
            assert account_balances(acme).get(Role.BILLED, 0) == left_to_earn(), taken
    assert len(set(taken)) >= 8, "a history in which hardly anything happens"


def left_to_earn() -> int:
    """Return the unpaid net of invoices for installments and for credit sold on account."""
    numbered = Document.objects.filter(type="invoice").exclude(number="")
    return sum(each.balance.left_shares.net for each in numbered if each.is_earned_later)


@pytest.mark.django_db
@pytest.mark.parametrize("steps", MORE_STEPS)
@pytest.mark.parametrize(
    ("seed", "settings"),
    [(1, {}), (2, {"tax_point": "payment"}), (3, {"prices_include_tax": True, "bad_debt_relief": "at_write_off"})],
)
def test_the_books_agree_after_each_step_of_a_postpaid_customer(
    now: datetime, seed: int, settings: dict[str, object], steps: int
) -> None:
    acme = factories.create_customer(now, factories.create_seller(now, **settings), billing_mode="postpaid")
    history, taken = UsageHistory(acme, now, seed), []
    for first in (history.use, history.month, history.finalize, history.collect):
        first()
    for _ in range(steps):
        if name := history.step():
            taken.append(name)
            assert invoice_mismatches() == [], taken
            assert receivable_agrees(acme), taken
    assert len(set(taken)) >= 8, "a history in which hardly anything happens"


def receivable_agrees(acme: Organization) -> bool:
    """Return whether the receivable equals the unpaid net of invoices for usage, and the usage not yet invoiced."""
    end = datetime(2100, 1, 1, tzinfo=UTC)
    standing = list(usage_invoices_in_force(acme.pk))
    numbered = [each for each in standing if each.number]
    asked = sum(each.balance.left_of_net(each.prices_include_tax) for each in numbered)
    carried = sum(each.carried_out_micros - each.carried_in_micros for each in numbered)
    waits = owed_before(acme, end, without_causes="invoices.").total_micros - sum(
        each.exact_micros for each in numbered
    )
    return -account_balances(acme).get(Role.RECEIVABLE, 0) == asked + carried + waits


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
            assert invoice_mismatches() == [], taken
    assert len(set(taken)) >= 4, "a history in which hardly anything happens"
