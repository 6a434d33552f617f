"""One payment intent that paid two invoices: refunds and disputes are taken from both, up to what each has left."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.html import strip_tags

from apps.common.money import Micros, to_micros
from apps.contracts.models import Contract
from apps.payments.consistency import payment_mismatches
from apps.payments.models import Dispute, PaymentReturn, Refund, StripeEvent, StripePayment
from apps.payments.services import RefundRequest, request_refund
from apps.tenants.models import Organization
from local_stripe.shapes import Body
from tests.backoffice.people import client_of, create_staff
from tests.contracts.factories import rows
from tests.payments import recorded as made
from tests.payments.amounts.stripe_events import books, changed_event, deliver, movement, open_issues, put, put_payment
from tests.payments.amounts.test_invoices import second_invoice
from tests.payments.desk import Desk

INTENT: Body = {"payment_intent": "pi_1", "charge": "ch_1"}
BOTH_PAID = {"available": "1300.00", "wallet": "1300.00", "deferred": "200.00", "cash": "-1500.00"}


@pytest.fixture(autouse=True)
def contracts(acme: Organization, now: datetime) -> list[Contract]:
    """Invoices over 1,200.00, 1,000.00 of it credit, and over 300.00, all of it credit."""
    return [made.create_requested_invoice(acme, now), second_invoice(acme, now)]


@pytest.fixture(autouse=True)
def _payments_are_right() -> Any:
    yield
    assert payment_mismatches() == []


def payments_of(desk: Desk) -> list[Body]:
    """Store at Stripe that one intent paid both invoices; return the two events."""
    put_payment(desk, 1, 120_000)
    put_payment(desk, 2, 30_000, invoice="in_2", payment={"type": "payment_intent", "payment_intent": "pi_1"})
    second: Body = {
        "id": "in_2",
        "total": 30_000,
        "amount_due": 30_000,
        "amount_paid": 30_000,
        "metadata": {"reference": "installment-invoice:2:1"},
    }
    put(desk, "invoice.paid")
    put(desk, "invoice.paid", **second)
    return [changed_event("invoice.paid"), changed_event("invoice.paid", **second)]


def went_back() -> list[tuple[str, int, int]]:
    """Return the refunded and disputed amount of each payment, in whole units."""
    found = StripePayment.objects.order_by("pk").values_list("key", "refunded_micros", "disputed_micros")
    return [(key, refunded // 1_000_000, disputed // 1_000_000) for key, refunded, disputed in found]


def states(contracts: list[Contract]) -> list[str]:
    return [str(row.state) for contract in contracts for row in rows(contract)]


class TestRefund:
    @pytest.fixture(autouse=True)
    def paid(self, desk: Desk, acme: Organization, now: datetime) -> None:
        deliver(desk, *payments_of(desk))
        assert books(acme, now) == BOTH_PAID

    def refund(self, amount: int, **changes: Any) -> Body:
        return changed_event("refund.created", **INTENT | {"amount": amount} | changes)

    def test_is_taken_from_the_newest_payment_first(self, desk: Desk, acme: Organization, now: datetime) -> None:
        deliver(desk, self.refund(25_000))
        assert went_back() == [("inpay_1", 0, 0), ("inpay_2", 250, 0)]
        assert books(acme, now) == BOTH_PAID | {"available": "1050.00", "wallet": "1050.00", "cash": "-1250.00"}

    def test_above_one_payment_takes_the_rest_from_the_other(
        self, desk: Desk, acme: Organization, now: datetime, contracts: list[Contract]
    ) -> None:
        deliver(desk, self.refund(150_000))
        assert went_back() == [("inpay_1", 1200, 0), ("inpay_2", 300, 0)]
        assert (books(acme, now), open_issues()) == ({}, {})
        assert Refund.objects.get().lost_micros == 0

    def test_beyond_both_is_our_loss_alone(self, desk: Desk, acme: Organization, now: datetime) -> None:
        deliver(desk, self.refund(151_000))
        assert books(acme, now) == {"write_offs": "-10.00", "cash": "10.00"}
        assert open_issues() == {"our_loss": ("", "10.00")}

    def test_that_fails_late_is_put_back_in_both(
        self, desk: Desk, acme: Organization, now: datetime, contracts: list[Contract]
    ) -> None:
        before = states(contracts)
        deliver(desk, self.refund(151_000))
        failed = {"amount": 151_000, "status": "failed", "failure_reason": "lost_or_stolen_card"}
        deliver(desk, changed_event("refund.failed", **INTENT | failed))
        assert (books(acme, now), open_issues()) == (BOTH_PAID, {"refund_failed": ("", "1510.00")})
        assert (states(contracts), went_back()) == (before, [("inpay_1", 0, 0), ("inpay_2", 0, 0)])
        assert not PaymentReturn.objects.filter(undone_at=None).exists()

    def test_that_staff_ask_for_is_of_the_payment_they_chose(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        older = StripePayment.objects.get(key="inpay_1")
        asked = RefundRequest(
            payment_id=older.pk, amount=Micros(to_micros("100")), reason="Asked", key="k", requested_by="ann"
        )
        requested_session = request_refund(asked, now=now)
        deliver(desk, self.refund(10_000, metadata={"reference": requested_session.reference}))
        assert went_back() == [("inpay_1", 100, 0), ("inpay_2", 0, 0)]
        assert Refund.objects.get().pk == requested_session.pk


class TestOnScreen:
    @pytest.fixture(autouse=True)
    def paid(self, desk: Desk) -> None:
        deliver(desk, *payments_of(desk))

    def test_a_refund_shows_what_it_took_of_each_payment(self, desk: Desk) -> None:
        deliver(desk, changed_event("refund.created", **INTENT | {"amount": 130_000}))
        assert table("refund", Refund.objects.get()) == [
            ["Payment", "Invoice or checkout", "Paid for", "Amount"],
            ["300.00 USD received 2026-11-18", "7FE1103A-0001", "Installment of 2026-11-18", "300.00 USD"],
            ["1,200.00 USD received 2026-11-18", "7FE1103A-0001", "Installment of 2026-11-18", "1,000.00 USD"],
            ["Total", "1,300.00 USD"],
        ]

    def test_a_refund_shows_our_loss_and_that_it_was_put_back(self, desk: Desk) -> None:
        deliver(desk, changed_event("refund.created", **INTENT | {"amount": 151_000}))
        failed = {"amount": 151_000, "status": "failed", "failure_reason": "lost_or_stolen_card"}
        deliver(desk, changed_event("refund.failed", **INTENT | failed))
        assert table("refund", Refund.objects.get())[-3:] == [
            ["Taken from the customer", "1,500.00 USD"],
            ["Our loss: refunded before", "10.00 USD"],
            ["Total", "1,510.00 USD"],
        ]
        assert "All of this was put back on 2026-11-18" in page("refund", Refund.objects.get())
        assert table("stripepayment", StripePayment.objects.get(key="inpay_2"))[1:] == [
            [f"Refund {Refund.objects.get()}", "Put back 2026-11-18", "Installment of 2026-11-18", "300.00 USD"],
        ]

    def test_a_payment_shows_what_went_back_of_it(self, desk: Desk) -> None:
        deliver(desk, changed_event("refund.created", **INTENT | {"amount": 35_000}))
        assert table("stripepayment", StripePayment.objects.get(key="inpay_1"))[1:] == [
            [f"Refund {Refund.objects.get()}", "Paid back", "Installment of 2026-11-18", "50.00 USD"],
            ["Returned from this payment", "50.00 USD"],
        ]

    def test_a_lost_dispute_shows_what_it_took(self, desk: Desk) -> None:
        moved = movement(-150_000)
        about = INTENT | {"amount": 150_000, "balance_transactions": [moved]}
        deliver(desk, changed_event("charge.dispute.funds_withdrawn", **about))
        deliver(desk, changed_event("charge.dispute.closed", **about | {"status": "lost"}))
        assert [row[-1] for row in table("dispute", Dispute.objects.get())] == [
            "Amount",
            "300.00 USD",
            "1,200.00 USD",
            "1,500.00 USD",
        ]


def page(name: str, row: Any) -> str:
    known = User.objects.filter(username="vera").first()
    viewer = client_of(known or create_staff("vera", "Viewer"))
    return str(viewer.get(reverse(f"admin:payments_{name}_change", args=[row.pk])).text)


def table(name: str, row: Any) -> list[list[str]]:
    """Return the cells of the table on a row's page."""
    found = re.search(r'<table class="plain-rows stacked">(.*?)</table>', page(name, row), re.DOTALL)
    assert found is not None
    lines = re.findall(r"<tr>(.*?)</tr>", found.group(1), re.DOTALL)
    return [[strip_tags(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL)] for line in lines]


class TestDispute:
    def dispute(self, kind: str, *moved: Body, **changes: Any) -> Body:
        about = INTENT | {"amount": 150_000, "balance_transactions": list(moved)}
        return changed_event(f"charge.dispute.{kind}", **about | changes)

    @pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
    def test_of_both_freezes_and_takes_the_credit_of_both(
        self, desk: Desk, acme: Organization, now: datetime, order: tuple[int, ...]
    ) -> None:
        deliver(desk, *payments_of(desk))
        moved = movement(-150_000)
        events = [
            self.dispute("created"),
            self.dispute("funds_withdrawn", moved),
            self.dispute("closed", moved, status="lost"),
        ]
        deliver(desk, events[order[0]])
        assert "available" not in books(acme, now)
        deliver(desk, *(events[place] for place in order[1:]))
        assert books(acme, now) == {}
        assert went_back() == [("inpay_1", 0, 1200), ("inpay_2", 0, 300)]

    def test_after_a_refund_loses_what_neither_has_left(self, desk: Desk, acme: Organization, now: datetime) -> None:
        deliver(desk, *payments_of(desk), changed_event("refund.created", **INTENT | {"amount": 20_000}))
        moved = movement(-150_000)
        deliver(desk, self.dispute("funds_withdrawn", moved), self.dispute("closed", moved, status="lost"))
        assert books(acme, now) == {"write_offs": "-200.00", "cash": "200.00"}
        deliver(desk, self.dispute("funds_reinstated", moved, movement(20_000), status="lost"))
        assert (books(acme, now), open_issues()) == ({}, {})

    def test_that_is_won_sets_both_free(self, desk: Desk, acme: Organization, now: datetime) -> None:
        deliver(desk, *payments_of(desk), self.dispute("created"))
        deliver(desk, self.dispute("closed", status="won"))
        assert books(acme, now) == BOTH_PAID


def test_a_refund_of_both_waits_until_both_are_here(desk: Desk, acme: Organization, now: datetime) -> None:
    first, second = payments_of(desk)
    deliver(desk, first)
    desk.post(changed_event("refund.created", **INTENT | {"amount": 150_000}))
    desk.run(desk.now)
    assert StripeEvent.objects.get(type="refund.created").waits_for == "in_2"
    deliver(desk, second)
    assert (books(acme, now), open_issues()) == ({}, {})
