"""Money received for an invoice: with tax, coupons, credit notes, elsewhere, from the balance, and overpaid."""

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from apps.approvals.submission import submit
from apps.common.money import to_micros
from apps.contracts.actions import DiscountInstallment, RecordBankTransfer
from apps.contracts.errors import NothingToDiscount
from apps.contracts.models import Contract
from apps.contracts.services import discount_installment
from apps.payments import services
from apps.payments.models import (
    InvoicePart,
    PaymentIssue,
    StripeEvent,
    StripeInvoice,
    StripePayment,
)
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from local_stripe.shapes import Body
from tests.contracts.factories import offer, pay, rows
from tests.factories import charge
from tests.invoices.factories import bill, invoice_usage
from tests.payments import recorded as made
from tests.payments.amounts.stripe_events import (
    books,
    changed_event,
    deliver,
    open_issues,
    put,
    put_payment,
)
from tests.payments.desk import Desk
from tests.payments.recorded import subject


class TestInvoice:
    """An invoice over 1,200.00 for an installment of 1,000.00 of credit and 200.00 of service."""

    @pytest.fixture(autouse=True)
    def contract(self, acme: Organization, now: datetime) -> Contract:
        return made.create_requested_invoice(acme, now)

    def state(self, contract: Contract) -> str:
        return str(rows(contract)[0].state)

    def paid(self, desk: Desk, **changes: Any) -> Body:
        put(desk, "invoice.paid", **changes)
        return changed_event("invoice.paid", **changes)

    def test_with_tax_paid_in_two(self, desk: Desk, acme: Organization, now: datetime, contract: Contract) -> None:
        put_payment(desk, 1, 50_000, paid_at=1)
        put_payment(desk, 2, 92_800, paid_at=2)
        taxes = [{"amount": 22_800, "tax_behavior": "exclusive", "taxable_amount": 120_000}]
        deliver(desk, self.paid(desk, total=142_800, amount_due=142_800, amount_paid=142_800, total_taxes=taxes))
        assert books(acme, now) == {
            "available": "1000.00",
            "wallet": "1000.00",
            "deferred": "200.00",
            "tax": "228.00",
            "cash": "-1428.00",
        }
        assert list(StripePayment.objects.order_by("key").values_list("tax_micros", flat=True)) == [
            to_micros("79.83"),
            to_micros("148.17"),
        ]
        assert (self.state(contract), open_issues()) == ("paid", {})

    def test_with_a_coupon_leaves_the_rest_open(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        put_payment(desk, 1, 96_000)
        off = [{"amount": 24_000, "discount": "di_1"}]
        event = self.paid(desk, total=96_000, amount_due=96_000, amount_paid=96_000, total_discount_amounts=off)
        deliver(desk, event)
        assert books(acme, now) == {"installments": "960.00", "cash": "-960.00"}
        assert (self.state(contract), rows(contract)[0].remaining_micros) == ("partially_paid", to_micros("240"))
        assert open_issues() == {"underpaid": ("1200.00", "960.00")}
        assert "A coupon took off 240.00 USD" in PaymentIssue.objects.get(kind="underpaid").detail

    def test_with_a_credit_note_and_the_rest_paid(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        put_payment(desk, 1, 100_000)
        event = self.paid(desk, amount_due=100_000, amount_paid=100_000, pre_payment_credit_notes_amount=20_000)
        put(desk, "credit_note.created")
        deliver(desk, changed_event("credit_note.created"), event)
        assert books(acme, now) == {"installments": "1000.00", "cash": "-1000.00"}
        assert self.state(contract) == "partially_paid"
        assert open_issues() == {"credit_note": ("", "200.00"), "underpaid": ("1200.00", "1000.00")}
        assert "Credit notes took off 200.00 USD" in PaymentIssue.objects.get(kind="underpaid").detail

    def test_paid_in_part_by_card_and_in_part_elsewhere(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        put_payment(desk, 1, 70_000)
        deliver(desk, self.paid(desk, amount_paid_off_stripe=50_000))
        assert books(acme, now) == {
            "available": "1000.00",
            "wallet": "1000.00",
            "deferred": "200.00",
            "cash": "-700.00",
            "manual_receipts": "-500.00",
        }
        assert (self.state(contract), open_issues()) == ("paid", {})

    def test_paid_elsewhere_with_a_record_of_the_payment(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        put_payment(desk, 1, 70_000)
        put_payment(desk, 2, 50_000, payment={"type": "payment_record", "payment_record": "pr_1"})
        deliver(
            desk, changed_event("invoice_payment.paid", id="inpay_2"), self.paid(desk, amount_paid_off_stripe=50_000)
        )
        assert books(acme, now)["manual_receipts"] == "-500.00"
        assert books(acme, now)["cash"] == "-700.00"
        assert self.state(contract) == "paid"

    def test_paid_from_a_balance_without_money_behind_it_stays_open(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        put_payment(desk, 1, 90_000)
        event = self.paid(desk, amount_due=90_000, amount_paid=90_000, starting_balance=-30_000, ending_balance=0)
        deliver(desk, event)
        assert books(acme, now) == {"installments": "900.00", "cash": "-900.00"}
        assert open_issues() == {"underpaid": ("1200.00", "900.00")}
        assert "balance at Stripe paid 300.00 USD" in PaymentIssue.objects.get().detail

    def test_for_more_than_we_asked_lies_beside_its_installment(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        put_payment(desk, 1, 130_000)
        deliver(desk, self.paid(desk, total=130_000, amount_due=130_000, amount_paid=130_000))
        assert books(acme, now) == {
            "available": "1000.00",
            "wallet": "1000.00",
            "deferred": "200.00",
            "installments": "100.00",
            "cash": "-1300.00",
        }
        assert open_issues() == {"unasked": ("", "100.00")}

    def test_paid_in_another_currency_keeps_that_money_unapplied_in_it(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        put_payment(desk, 1, 110_000, currency="eur")
        deliver(desk, self.paid(desk, status="open", amount_paid=0))
        assert books(acme, now) == {"unapplied EUR": "1100.00", "cash EUR": "-1100.00"}
        assert (self.state(contract), open_issues()) == ("due", {"unapplied": ("", "1100.00")})

    def test_under_a_reference_that_another_invoice_has_is_kept_apart(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        put_payment(desk, 1, 120_000, invoice="in_again")
        deliver(desk, self.paid(desk, id="in_again"))
        assert books(acme, now) == {"unapplied": "1200.00", "cash": "-1200.00"}
        assert (self.state(contract), open_issues()) == ("due", {"unapplied": ("", "1200.00")})

    def test_of_a_draft_contract_is_kept_apart(
        self, desk: Desk, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        Contract.objects.update(status="draft")
        put_payment(desk, 1, 120_000)
        deliver(desk, self.paid(desk))
        Contract.objects.update(status="pending_payment")
        assert books(acme, now) == {"unapplied": "1200.00", "cash": "-1200.00"}


def second_invoice(acme: Organization, now: datetime) -> Contract:
    """A contract of one payment over 300.00, and its invoice `in_2`."""
    contract = offer(acme, now, frequency="annual", credit="300")
    times = {"created_at": now, "updated_at": now}
    row = StripeInvoice.objects.create(
        organization=acme,
        purpose="installments",
        reference="installment-invoice:2:1",
        contract=contract,
        amount_micros=to_micros("300"),
        currency="USD",
        stripe_id="in_2",
        **times,
    )
    InvoicePart.objects.create(
        organization=row.organization,
        invoice=row,
        installment=rows(contract)[0],
        position=0,
        amount_micros=row.amount_micros,
    )
    return contract


def overpaid_and_used(desk: Desk) -> list[Body]:
    """1,200.00 paid as 1,250.00; the 50.00 then pay for a second invoice of 300.00."""
    put_payment(desk, 1, 125_000)
    put_payment(desk, 2, 25_000, invoice="in_2")
    first = {"amount_paid": 125_000, "amount_overpaid": 5_000}
    put(desk, "invoice.paid", **first)
    second: Body = {
        "id": "in_2",
        "total": 30_000,
        "amount_due": 25_000,
        "amount_paid": 25_000,
        "starting_balance": -5_000,
        "ending_balance": 0,
        "metadata": {"reference": "installment-invoice:2:1"},
    }
    put(desk, "invoice.paid", **second)
    return [
        changed_event("invoice.paid", **first),
        changed_event("invoice.overpaid", **first),
        changed_event("invoice.paid", **second),
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_what_was_overpaid_pays_the_invoice_that_takes_it_from_the_balance(
    desk: Desk, acme: Organization, now: datetime, order: tuple[int, ...]
) -> None:
    contracts = [made.create_requested_invoice(acme, now), second_invoice(acme, now)]
    events = overpaid_and_used(desk)
    deliver(desk, *(events[place] for place in order))
    assert [row.state for contract in contracts for row in rows(contract)] == ["paid", "paid"]
    assert books(acme, now) == {
        "available": "1300.00",
        "wallet": "1300.00",
        "deferred": "200.00",
        "cash": "-1500.00",
    }
    assert open_issues() == {}


def test_a_balance_with_less_money_behind_it_pays_that_much(desk: Desk, acme: Organization, now: datetime) -> None:
    made.create_requested_invoice(acme, now)
    second = second_invoice(acme, now)
    overpaid_and_used(desk)
    put_payment(desk, 2, 22_000, invoice="in_2")
    first = {"amount_paid": 125_000, "amount_overpaid": 5_000}
    used = {
        "id": "in_2",
        "total": 30_000,
        "amount_due": 22_000,
        "amount_paid": 22_000,
        "starting_balance": -8_000,
        "ending_balance": 0,
        "metadata": {"reference": "installment-invoice:2:1"},
    }
    put(desk, "invoice.paid", **used)
    deliver(desk, changed_event("invoice.paid", **first), changed_event("invoice.paid", **used))
    assert (rows(second)[0].state, rows(second)[0].remaining_micros) == ("partially_paid", to_micros("30"))
    assert open_issues() == {"underpaid": ("300.00", "270.00")}
    assert "unapplied" not in books(acme, now)


def test_what_the_balance_paid_is_counted_once(desk: Desk, acme: Organization, now: datetime) -> None:
    made.create_requested_invoice(acme, now)
    second_invoice(acme, now)
    _, _, used = overpaid_and_used(desk)
    put_payment(desk, 1, 128_000)
    first = {"amount_paid": 128_000, "amount_overpaid": 8_000}
    put(desk, "invoice.paid", **first)
    deliver(desk, changed_event("invoice.paid", **first), used, used | {"id": "evt_again"})
    assert books(acme, now)["unapplied"] == "30.00"
    assert open_issues() == {"unapplied": ("", "30.00")}


def test_what_was_overpaid_without_a_payment_that_shows_it_is_unapplied(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    made.create_requested_invoice(acme, now)
    put_payment(desk, 1, 120_000)
    over = {"amount_paid": 125_000, "amount_overpaid": 5_000}
    put(desk, "invoice.paid", **over)
    deliver(desk, changed_event("invoice.overpaid", **over))
    assert (books(acme, now)["unapplied"], books(acme, now)["cash"]) == ("50.00", "-1250.00")
    assert open_issues() == {"unapplied": ("", "50.00")}


def ann() -> User:
    return User.objects.create(username="ann", is_staff=True, is_superuser=True)


class TestLeftOpen:
    """80 paid for 100: 960.00 came by coupon for an installment of 1,200.00."""

    @pytest.fixture
    def contract(self, desk: Desk, acme: Organization, now: datetime) -> Contract:
        contract = made.create_requested_invoice(acme, now)
        put_payment(desk, 1, 96_000)
        off = [{"amount": 24_000, "discount": "di_1"}]
        changes = {"total": 96_000, "amount_due": 96_000, "amount_paid": 96_000, "total_discount_amounts": off}
        put(desk, "invoice.paid", **changes)
        deliver(desk, changed_event("invoice.paid", **changes))
        return contract

    def test_is_not_asked_for_again_by_itself(self, desk: Desk, contract: Contract, now: datetime) -> None:
        Contract.objects.update(status="active", activated_at=now)
        services.arrange_contract(contract_id=contract.pk, now=now)
        assert StripeInvoice.objects.count() == 1

    @pytest.mark.parametrize("how", ["discount", "bank transfer"])
    def test_is_settled_by_staff(
        self, desk: Desk, acme: Organization, contract: Contract, now: datetime, how: str
    ) -> None:
        row, given = rows(contract)[0], {"reason": "Agreed", "key": "staff:1"}
        left = row.remaining_micros
        discount = DiscountInstallment.of(row, amount_micros=left, **given)
        transfer = RecordBankTransfer.of(row, amount_micros=left, reference="SEPA", **given)
        assert submit(discount if how == "discount" else transfer, by=ann(), now=now) is None
        desk.run(now)
        source = {"discount": "promotions", "bank transfer": "manual_receipts"}[how]
        assert books(acme, now) == {
            "available": "1000.00",
            "wallet": "1000.00",
            "deferred": "200.00",
            "cash": "-960.00",
            source: "-240.00",
        }
        assert (rows(contract)[0].state, open_issues()) == ("paid", {})

    def test_discount_above_the_limit_waits_for_a_second_person(
        self, contract: Contract, now: datetime, settings: Any
    ) -> None:
        settings.APPROVAL_LIMIT_MICROS = to_micros("239")
        row = rows(contract)[0]
        action = DiscountInstallment.of(row, amount_micros=row.remaining_micros, reason="x", key="staff:1")
        assert submit(action, by=ann(), now=now) is not None
        assert rows(contract)[0].remaining_micros == to_micros("240")

    def test_is_not_discounted_by_more_than_is_left(self, contract: Contract, now: datetime) -> None:
        with pytest.raises(NothingToDiscount):
            discount_installment(
                installment_id=rows(contract)[0].pk,
                amount=to_micros("240.01"),
                key="k",
                created_by="staff:ann",
                now=now,
            )


def test_a_failed_refund_of_an_installment_that_was_paid_anew_is_kept_unapplied(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    contract = made.create_requested_invoice(acme, now)
    put_payment(desk, 1, 50_000)
    put(desk, "invoice.paid", status="open", amount_paid=50_000)
    back = {"payment_intent": "pi_1", "amount": 50_000, "charge": None}
    deliver(desk, changed_event("invoice_payment.paid", id="inpay_1"), changed_event("refund.created", **back))
    assert books(acme, now) == {}
    pay(rows(contract)[0], now, received_in=Role.MANUAL_RECEIPTS)
    deliver(desk, changed_event("refund.failed", **back))
    assert books(acme, now) == {
        "available": "1000.00",
        "wallet": "1000.00",
        "deferred": "200.00",
        "manual_receipts": "-1200.00",
        "unapplied": "500.00",
        "cash": "-500.00",
    }
    failed = {"refund_failed": ("", "500.00")}
    assert open_issues() == {"unapplied": ("", "500.00"), **failed}
    deliver(desk, changed_event("refund.created", **back, id="re_again"))
    assert "cash" not in books(acme, now)
    assert open_issues() == failed


def test_an_invoice_whose_row_was_lost_is_kept_unapplied(desk: Desk, acme: Organization, now: datetime) -> None:
    put_payment(desk, 1, 120_000)
    put(desk, "invoice.paid")
    deliver(desk, changed_event("invoice.paid"))
    assert books(acme, now) == {"unapplied": "1200.00", "cash": "-1200.00"}
    assert open_issues() == {"unapplied": ("", "1200.00")}


def test_tax_on_a_postpaid_month_clears_what_is_owed_and_goes_back_in_proportion(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    Organization.objects.update(billing_mode="postpaid", postpaid_limit_micros=to_micros("1000"))
    acme.refresh_from_db()
    charge(acme, "100", now)
    about = subject("invoice.paid")
    bill(acme, now)
    StripeInvoice.objects.create(
        organization=acme,
        purpose="document",
        document=invoice_usage(acme, "2026-11", now),
        reference="document-invoice:1",
        amount_micros=to_micros("100"),
        currency="USD",
        stripe_id=about["id"],
        created_at=now,
        updated_at=now,
    )
    put_payment(desk, 1, 11_900)
    taxes = [{"amount": 1_900, "tax_behavior": "exclusive", "taxable_amount": 10_000}]
    changes = {"total": 11_900, "amount_due": 11_900, "amount_paid": 11_900, "total_taxes": taxes}
    put(desk, "invoice.paid", **changes)
    deliver(desk, changed_event("invoice.paid", **changes))
    available = {"available": "1000.00"}
    assert books(acme, now) == available | {"revenue": "100.00", "tax": "19.00", "cash": "-119.00"}
    deliver(desk, changed_event("refund.created", payment_intent="pi_1", charge=None, amount=5_950))
    assert books(acme, now) == {
        "available": "950.00",
        "receivable": "-50.00",
        "revenue": "100.00",
        "tax": "9.50",
        "cash": "-59.50",
    }


class TestMadeBySomebodyElse:
    """An invoice that staff or another product created at Stripe for one of our customers."""

    @pytest.fixture(autouse=True)
    def customer(self, acme: Organization, now: datetime) -> None:
        made.create_requested_invoice(acme, now)

    def foreign(self, desk: Desk, kind: str = "invoice.paid", **changes: Any) -> Body:
        changes = {"id": "in_foreign", "metadata": {}, "number": "F-7", **changes}
        put(desk, "invoice.paid", **changes)
        return changed_event(kind, **changes)

    def test_is_kept_unapplied_once_it_is_paid(self, desk: Desk, acme: Organization, now: datetime) -> None:
        put_payment(desk, 1, 120_000, invoice="in_foreign")
        deliver(desk, self.foreign(desk))
        assert books(acme, now) == {"unapplied": "1200.00", "cash": "-1200.00"}
        assert open_issues() == {"unapplied": ("", "1200.00")}
        assert "Invoice F-7 was not made here" in PaymentIssue.objects.get().detail
        deliver(desk, changed_event("refund.created", payment_intent="pi_1", charge=None, amount=120_000))
        assert (books(acme, now), open_issues()) == ({}, {})

    @pytest.mark.parametrize("kind", ["invoice.paid", "invoice.finalized", "invoice.voided"])
    def test_below_zero_moves_nothing_and_is_not_parked(self, desk: Desk, acme: Organization, kind: str) -> None:
        below = {"total": -500, "amount_due": -500, "amount_remaining": 0, "amount_paid": 0}
        assert desk.post(self.foreign(desk, kind, **below)).status_code == 200
        desk.run(desk.now)
        assert StripeEvent.objects.get().state == "ignored"
        services.reconcile_organization(organization=acme, now=desk.now)
        assert open_issues() == {}

    def test_is_shown_while_it_asks_for_money(self, desk: Desk, acme: Organization, now: datetime) -> None:
        self.foreign(desk, status="open", amount_paid=0)
        services.reconcile_organization(organization=acme, now=now)
        assert open_issues() == {"schedule": ("", "")}
        put_payment(desk, 1, 120_000, invoice="in_foreign")
        deliver(desk, self.foreign(desk))
        services.reconcile_organization(organization=acme, now=now)
        assert open_issues() == {"unapplied": ("", "1200.00")}
