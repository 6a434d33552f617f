"""A money move that cannot be carried out says so in its review: the preview raises, with a sentence for staff.

The review performs the action and rolls it back; `test_reviews` shows that the page of each action has one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.approvals.actions import Action
from apps.common.errors import BillingError
from apps.common.money import to_micros
from apps.contracts.actions import credit as grants
from apps.contracts.actions import installments
from apps.contracts.models import Installment
from apps.invoices import actions, services
from apps.invoices.models import Document, Money
from apps.ledger.models import Transfer
from apps.payments.actions import ApplyPayment, RefundPayment
from apps.payments.models import StripePayment
from apps.tenants.models import Organization
from apps.wallets import actions as moves
from tests.backoffice import conftest
from tests.backoffice.people import client_of, create_staff
from tests.contracts import factories as contracts
from tests.factories import create_grant, create_organization
from tests.invoices import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]
content_alone = conftest.content_alone
BY = "staff:ann"


class Case:
    """A customer in euros with a billing profile, and another one in dollars without; sums are in whole units."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.acme = factories.create_customer(now, factories.create_seller(now))
        self.plain = create_organization(now, "plain")

    def of(self, kind: type[Action], row: Any, amount: str = "0", **given: Any) -> Action:
        """Return an action on a row."""
        of: Any = kind.of  # type: ignore[attr-defined]
        return of(row, amount_micros=to_micros(amount), reason="r", key="k", **given)

    def customer(self, kind: type[Action], owner: Organization, amount: str, **given: Any) -> Action:
        """Return an action on a customer."""
        make: Any = kind
        owned = {"organization_id": owner.pk, "currency": owner.currency}
        return make(amount_micros=to_micros(amount), reason="r", key="k", **owned, **given)

    def invoice(self, amount: str = "100", paid: str = "") -> Document:
        """Return an invoice over an amount before tax, of which `paid` was paid."""
        made = factories.invoice(self.acme, self.now, amount)
        if paid:
            factories.pay(self.acme, paid, self.now, invoice_id=made.pk)
        return Document.objects.get(pk=made.pk)

    def credited(self, amount: str, lines: str) -> Action:
        made = self.invoice()
        line = actions.LineCredit(made.lines.get().pk, to_micros(lines))
        return self.of(actions.CreditInvoice, made, amount, lines=(line,))

    def money(self, amount: str = "50") -> Money:
        return factories.pay(self.acme, amount, self.now, key=str(uuid4()))

    def apply(self, amount: str, *, paid: str = "") -> Action:
        made = self.invoice(paid=paid)
        (money,) = Money.objects.exclude(applied_micros__gt=0) or [self.kept()]
        return self.of(actions.ApplyMoney, money, amount, document_id=made.pk)

    def kept(self, amount: str = "500") -> Money:
        """Return unapplied money."""
        transfer = services.BankTransfer(
            organization=self.acme,
            amount=to_micros(amount),
            value_date=self.now.date(),
            reference="r",
            key=str(uuid4()),
            invoice_ids=(),
        )
        return services.record_bank_transfer(transfer, created_by=BY, now=self.now)

    def returned(self) -> Money:
        money = self.money()
        return services.return_money(money_id=money.pk, created_by=BY, now=self.now)

    def payment(self, **fields: Any) -> StripePayment:
        """Return a payment of 100 at Stripe, of which 60 was refunded."""
        terms = {"amount_micros": to_micros("100"), "refunded_micros": to_micros("60"), "received_in": "cash"}
        named = {"key": "p1", "payment_intent_id": "pi_1", "currency": self.acme.currency}
        at = {"settled_at": self.now, "created_at": self.now}
        return StripePayment.objects.create(organization=self.acme, **terms | named | at | fields)

    def row(self, *, paid: bool = False) -> Installment:
        """Return an installment of 100 without an invoice."""
        row = contracts.rows(contracts.offer(self.plain, self.now, months=1, credit="60", service="40"))[0]
        if paid:
            contracts.pay(row, self.now)
        return Installment.objects.get(pk=row.pk)


CASES: dict[str, tuple[Callable[[Case], Action], str]] = {
    "finalize a numbered invoice": (lambda w: w.of(actions.FinalizeInvoice, w.invoice(), "119"), "not a draft"),
    "finalize at another total": (
        lambda w: w.of(actions.FinalizeInvoice, factories.draft(w.acme, w.now, "100"), "118"),
        "has changed since you opened the page",
    ),
    "credit more than is left of a line": (lambda w: w.credited("238", "200"), "At most 100.00 EUR"),
    "credit at another total": (lambda w: w.credited("59", "50"), "has changed since you opened the page"),
    "void a part-paid invoice": (lambda w: w.of(actions.VoidInvoice, w.invoice(paid="19"), "100"), "paid"),
    "void a paid invoice": (lambda w: w.of(actions.VoidInvoice, w.invoice(paid="119"), "0"), "paid"),
    "give up a paid invoice": (lambda w: w.of(actions.MarkUncollectible, w.invoice(paid="119")), "is paid"),
    "write off a paid invoice": (lambda w: w.of(actions.WriteOffInvoice, w.invoice(paid="119")), "is paid"),
    "write off more than is left": (
        lambda w: w.of(actions.WriteOffInvoice, w.invoice(paid="19"), "119"),
        "has changed since you opened the page",
    ),
    "reopen an open invoice": (lambda w: w.of(actions.ReopenInvoice, w.invoice(), "119"), "is open"),
    "apply more than is due": (lambda w: w.apply("200"), "At most 119.00 EUR can be applied"),
    "apply to a paid invoice": (lambda w: w.apply("1", paid="119"), "Nothing can be paid on"),
    "apply more than is unapplied": (
        lambda w: w.of(actions.ApplyMoney, document_id=w.invoice().pk, row=w.kept("20"), amount="21"),
        "At most 20.00 EUR can be applied",
    ),
    "pay back more than is unapplied": (
        lambda w: w.of(actions.PayBackMoney, w.kept("20"), "21"),
        "Only 20.00 EUR is unapplied",
    ),
    "pay back before it came": (
        lambda w: w.of(actions.PayBackMoney, w.kept("20"), "20", value_date=w.now.date() - timedelta(days=1)),
        "was received later",
    ),
    "return a transfer twice": (lambda w: w.of(actions.ReturnMoney, w.returned(), "50"), "only once"),
    "record money of tomorrow": (
        lambda w: w.customer(
            actions.RecordMoney, w.acme, "5", reference="r", value_date=w.now.date() + timedelta(days=1)
        ),
        "future|ahead|not come",
    ),
    "record money on a paid invoice": (
        lambda w: w.customer(
            actions.RecordMoney,
            w.acme,
            "5",
            reference="r",
            value_date=w.now.date(),
            document_ids=(w.invoice(paid="119").pk,),
        ),
        "Nothing can be paid on",
    ),
    "write off debt that nobody owes": (lambda w: w.customer(actions.WriteOffDebt, w.plain, "5"), "owe"),
    "refund more than is left": (lambda w: w.of(RefundPayment, w.payment(), "41"), "40.00 EUR is left"),
    "refund half a cent": (lambda w: w.of(RefundPayment, w.payment(), "0.005"), "smallest unit"),
    "apply more than a payment left": (
        lambda w: w.of(
            ApplyPayment, w.payment(unapplied_micros=to_micros("10")), "11", document_id=w.invoice(paid="1").pk
        ),
        "can be applied",
    ),
    "record more than an installment asks": (
        lambda w: w.of(installments.RecordBankTransfer, w.row(), "101", reference="r"),
        "100.00 USD",
    ),
    "refund more than was paid": (
        lambda w: w.of(installments.RefundInstallment, w.row(paid=True), "101"),
        "100.00 USD|more than",
    ),
    "discount more than is left": (lambda w: w.of(installments.DiscountInstallment, w.row(), "101"), "100.00 USD|more"),
    "write off a paid installment": (lambda w: w.of(installments.WriteOffInstallment, w.row(paid=True)), "paid"),
    "void a paid installment": (lambda w: w.of(installments.VoidInstallment, w.row(paid=True)), "paid"),
    "refund a given grant": (
        lambda w: w.customer(grants.RefundGrant, w.plain, "5", grant_id=create_grant(w.plain, "50", w.now).pk),
        "paid",
    ),
    "deduct more than there is": (lambda w: w.customer(moves.DeductCredit, w.plain, "5"), "credit|available"),
}


@pytest.mark.parametrize("name", CASES)
def test_says_so_and_changes_nothing(now: datetime, name: str) -> None:
    build, sentence = CASES[name]
    action = build(Case(now))
    transfers = Transfer.objects.count()
    with pytest.raises(BillingError) as refused:
        action.preview(by=create_staff("ann", "Administrator"), now=now)
    assert Transfer.objects.count() == transfers
    assert any(part.lower() in refused.value.detail.lower() for part in sentence.split("|")), refused.value.detail


def test_the_page_shows_the_sentence_instead_of_the_button(now: datetime) -> None:
    case = Case(now)
    page = f"/admin/invoices/money/{case.kept('20').pk}/pay-back/"
    client = client_of(create_staff("ann", "Administrator"))
    token = str(client.get(page).context["form"]["token"].value())
    sent = {"amount": "21", "value_date": str(now.date()), "reason": "r", "token": token, "_step": "review"}
    answer = client.post(page, sent)
    assert (answer.status_code, answer.context["reviewing"]) == (422, False)
    assert "Only 20.00 EUR is unapplied" in answer.text
