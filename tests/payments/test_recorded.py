"""Every handled event type, posted signed as by Stripe: its effects for customers and staff."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import pytest
import stripe

from apps.common.money import to_micros
from apps.contracts.models import Contract
from apps.payments.errors import CustomerDeleted
from apps.payments.handlers import HANDLERS
from apps.payments.models import (
    CheckoutSession,
    Dispute,
    Mandate,
    PaymentIssue,
    Refund,
    StripeEvent,
    StripeInvoice,
    StripePayment,
)
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances, wallet_figures
from tests.contracts.factories import offer, rows
from tests.payments import recorded as made
from tests.payments.desk import Desk
from tests.payments.recorded import recorded, recorded_types, subject
from tests.payments.test_top_ups import buy

Post = Callable[..., None]
TOLD_TWICE = "invoice.payment_succeeded"  # the same as invoice.paid; stored and ignored
GONE = {
    "invoice": {"subscription", "payment_intent", "charge", "paid"},
    "charge": {"invoice"},
    "payment_intent": {"charges"},
}
CLASSES = {
    each.OBJECT_NAME: each
    for each in (
        stripe.checkout.Session,
        stripe.PaymentIntent,
        stripe.Charge,
        stripe.Refund,
        stripe.Dispute,
        stripe.radar.EarlyFraudWarning,
        stripe.Customer,
        stripe.Invoice,
        stripe.InvoicePayment,
        stripe.CreditNote,
        stripe.Subscription,
        stripe.PaymentMethod,
        stripe.Payout,
        stripe.Balance,
    )
}


@pytest.fixture
def acme(db: None, now: datetime) -> Organization:
    """The organization that the events are about."""
    return made.create_known_customer(now)


@pytest.fixture
def post(desk: Desk, now: datetime) -> Post:
    """Post recorded events in this order, each twice, and let workers do what they ask for."""

    def send(*kinds: str) -> None:
        for kind in kinds:
            for _ in range(2):
                assert desk.post(recorded(kind)).status_code == 200
            desk.run(now)

    return send


def state_of(kind: str) -> str:
    return StripeEvent.objects.get(type=kind).state


def put(desk: Desk, kind: str, **changes: Any) -> None:
    """Let Stripe know the object that an event is about."""
    desk.account.store.put(subject(kind, **changes))


def open_issues() -> set[str]:
    return set(PaymentIssue.objects.filter(resolved_at=None).values_list("kind", flat=True))


class TestRecordings:
    def test_cover_every_type_that_is_acted_on_and_no_other(self) -> None:
        assert recorded_types() == set(HANDLERS) | {TOLD_TWICE}

    @pytest.mark.parametrize("kind", sorted(recorded_types()))
    def test_have_the_members_of_the_pinned_version(self, kind: str) -> None:
        event = recorded(kind)
        body = event["data"]["object"]
        assert (event["type"], event["api_version"], event["livemode"]) == (kind, stripe.api_version, False)
        assert set(body) <= set(CLASSES[body["object"]].__annotations__) | {"object"}
        assert not set(body) & GONE.get(body["object"], set())


class TestSession:
    @pytest.fixture(autouse=True)
    def session(self, acme: Organization, now: datetime) -> CheckoutSession:
        return made.create_open_top_up(acme, now)

    @pytest.mark.parametrize("kind", ["checkout.session.completed", "checkout.session.async_payment_succeeded"])
    def test_paid_brings_its_credit(self, post: Post, acme: Organization, now: datetime, kind: str) -> None:
        post(kind)
        assert wallet_figures(acme, now).top_up_micros == to_micros("25")
        assert account_balances(acme)[Role.CASH] == -to_micros("25")
        assert CheckoutSession.objects.get().state == "paid"

    def test_whose_promise_fails_brings_nothing_and_is_shown(
        self, post: Post, acme: Organization, now: datetime
    ) -> None:
        post("checkout.session.async_payment_failed")
        assert wallet_figures(acme, now).balance_micros == 0
        assert (CheckoutSession.objects.get().state, open_issues()) == ("failed", {"payment_failed"})

    def test_that_ran_out_is_closed(self, post: Post) -> None:
        post("checkout.session.expired")
        assert CheckoutSession.objects.get().state == "expired"

    @pytest.mark.parametrize("kind", ["payment_intent.succeeded", "charge.succeeded"])
    def test_payment_is_noted_and_posted_by_the_session_alone(
        self, post: Post, acme: Organization, now: datetime, kind: str
    ) -> None:
        post(kind)
        charge = subject("charge.succeeded")
        payment = StripePayment.objects.get()
        assert (payment.payment_intent_id, payment.charge_id) == (charge["payment_intent"], charge["id"])
        assert wallet_figures(acme, now).balance_micros == 0
        post("checkout.session.completed")
        assert wallet_figures(acme, now).balance_micros == to_micros("25")

    @pytest.mark.parametrize("kind", ["payment_intent.payment_failed", "charge.failed"])
    def test_stays_open_when_a_card_is_declined(self, post: Post, acme: Organization, now: datetime, kind: str) -> None:
        post(kind)
        session = CheckoutSession.objects.get()
        assert (session.state, session.last_failure) == ("open", "Your card has insufficient funds.")
        post("checkout.session.completed")
        assert wallet_figures(acme, now).balance_micros == to_micros("25")

    def test_whose_payment_is_canceled_is_closed(self, post: Post, acme: Organization, now: datetime) -> None:
        post("payment_intent.canceled")
        assert CheckoutSession.objects.get().state == "failed"
        assert wallet_figures(acme, now).balance_micros == 0

    def test_whose_payment_is_under_way_waits(self, post: Post, acme: Organization, now: datetime) -> None:
        post("payment_intent.processing")
        assert state_of("payment_intent.processing") == "handled"
        assert CheckoutSession.objects.get().state == "open"
        assert wallet_figures(acme, now).balance_micros == 0


def test_a_payment_under_way_that_nothing_of_ours_began_is_ignored(post: Post) -> None:
    post("payment_intent.processing")
    assert state_of("payment_intent.processing") == "ignored"


class TestPaid:
    """What comes after a top-up of 25 dollars was paid."""

    @pytest.fixture(autouse=True)
    def paid(self, post: Post, acme: Organization, now: datetime) -> None:
        made.create_open_top_up(acme, now)
        post("checkout.session.completed", "charge.succeeded")

    def left(self, organization: Organization, now: datetime) -> tuple[int, int]:
        figures = wallet_figures(organization, now)
        return figures.balance_micros, figures.available_micros

    @pytest.mark.parametrize("kind", ["refund.created", "refund.updated", "charge.refund.updated"])
    def test_a_refund_takes_its_credit_once_however_it_is_told(
        self, post: Post, acme: Organization, now: datetime, kind: str
    ) -> None:
        post(kind)
        assert self.left(acme, now)[0] == to_micros("15")
        post("refund.created", "refund.updated", "charge.refund.updated")
        assert self.left(acme, now)[0] == to_micros("15")
        assert Refund.objects.get().state == "succeeded"

    def test_the_sum_of_refunds_takes_what_stripe_lists(
        self, desk: Desk, post: Post, acme: Organization, now: datetime
    ) -> None:
        put(desk, "refund.created")
        post("charge.refunded")
        assert self.left(acme, now)[0] == to_micros("15")
        post("refund.created")
        assert self.left(acme, now)[0] == to_micros("15")

    def test_a_refund_that_fails_is_put_back(self, post: Post, acme: Organization, now: datetime) -> None:
        post("refund.created", "refund.failed", "refund.updated")
        assert self.left(acme, now)[0] == to_micros("25")
        assert (Refund.objects.get().state, Refund.objects.get().failure) == ("failed", "expired_or_canceled_card")

    @pytest.mark.parametrize("kind", ["charge.dispute.created", "charge.dispute.updated"])
    def test_a_dispute_freezes_the_credit(self, post: Post, acme: Organization, now: datetime, kind: str) -> None:
        post(kind)
        assert self.left(acme, now) == (to_micros("25"), 0)
        assert (Dispute.objects.get().status, open_issues()) == (subject(kind)["status"], {"dispute"})

    def test_disputed_money_leaves_and_comes_back(self, post: Post, acme: Organization, now: datetime) -> None:
        post("charge.dispute.created", "charge.dispute.funds_withdrawn")
        assert account_balances(acme)[Role.CASH] == 0
        assert account_balances(acme)[Role.DISPUTES] == -to_micros("25")
        post("charge.dispute.funds_reinstated")
        assert account_balances(acme)[Role.CASH] == -to_micros("25")
        assert account_balances(acme)[Role.DISPUTES] == 0

    def test_a_lost_dispute_takes_the_credit(self, post: Post, acme: Organization, now: datetime) -> None:
        post("charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed")
        assert self.left(acme, now) == (0, 0)
        assert account_balances(acme)[Role.DISPUTES] == 0
        assert (Dispute.objects.get().outcome, open_issues()) == ("lost", set())

    @pytest.mark.parametrize("closed_first", [True, False])
    def test_money_that_comes_back_after_a_lost_dispute_is_shown(
        self, post: Post, acme: Organization, now: datetime, closed_first: bool
    ) -> None:
        post("charge.dispute.created", "charge.dispute.funds_withdrawn")
        last = ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
        post(*(last if closed_first else reversed(last)))
        assert account_balances(acme)[Role.DISPUTES] == to_micros("25")
        assert (self.left(acme, now)[0], open_issues()) == (0, {"dispute"})

    def test_a_fraud_warning_flags_the_payment(self, post: Post, acme: Organization, now: datetime) -> None:
        post("radar.early_fraud_warning.created")
        assert StripePayment.objects.get().flagged_at == now
        assert (self.left(acme, now)[0], open_issues()) == (to_micros("25"), {"fraud_warning"})

    def test_a_deleted_customer_keeps_its_credit_and_buys_no_more(
        self, post: Post, acme: Organization, now: datetime
    ) -> None:
        post("customer.deleted")
        assert (self.left(acme, now)[0], open_issues()) == (to_micros("25"), {"customer_deleted"})
        with pytest.raises(CustomerDeleted):
            buy(acme, now, key="k2")


class TestInvoice:
    @pytest.fixture(autouse=True)
    def contract(self, acme: Organization, now: datetime) -> Contract:
        return made.create_requested_invoice(acme, now)

    def row(self, contract: Contract) -> Any:
        return rows(contract)[0]

    def test_that_is_final_can_be_paid(self, post: Post) -> None:
        post("invoice.finalized")
        invoice = StripeInvoice.objects.get()
        assert (invoice.state, invoice.number) == ("open", "7FE1103A-0001")
        assert invoice.hosted_url == subject("invoice.finalized")["hosted_invoice_url"]

    def test_that_stripe_emailed_is_one_issue_for_the_account(self, post: Post) -> None:
        """Our customers get our emails, so Stripe's are to be turned off there."""
        post("invoice.sent", "invoice.sent")
        issue = PaymentIssue.objects.get()
        assert (issue.kind, issue.organization) == ("stripe_emails", None)
        assert "Stripe emailed invoice 7FE1103A-0001 to Acme" in issue.detail
        assert StripeInvoice.objects.get().state == "requested"

    def test_paid_in_two_settles_its_installment_once(
        self, desk: Desk, post: Post, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        put(desk, "invoice.finalized")
        put(desk, "invoice_payment.paid")
        post("invoice_payment.paid")
        assert self.row(contract).state == "partially_paid"
        assert wallet_figures(acme, now).balance_micros == 0
        other = {"type": "payment_intent", "payment_intent": "pi_3SUtZ0Kb2Qx9ZrTe0hB6VmQs"}
        put(desk, "invoice_payment.paid", id="inpay_1SUtZ1Kb2Qx9ZrTeGy4LpWcE", amount_paid=70_000, payment=other)
        put(desk, "invoice.paid")
        post("invoice.paid", TOLD_TWICE, "invoice_payment.paid")
        assert (self.row(contract).state, StripeInvoice.objects.get().state) == ("paid", "paid")
        assert wallet_figures(acme, now).balance_micros == to_micros("1000")
        assert account_balances(acme)[Role.CASH] == -to_micros("1200")

    def test_paid_elsewhere_is_no_money_at_stripe(
        self, desk: Desk, post: Post, acme: Organization, now: datetime
    ) -> None:
        put(desk, "invoice.paid", amount_paid_off_stripe=120_000)
        post("invoice.paid")
        assert wallet_figures(acme, now).balance_micros == to_micros("1000")
        assert account_balances(acme)[Role.CASH] == 0
        assert account_balances(acme)[Role.MANUAL_RECEIPTS] == -to_micros("1200")

    def test_told_twice_over_is_left_to_invoice_paid(self, post: Post, contract: Contract) -> None:
        post(TOLD_TWICE)
        assert state_of(TOLD_TWICE) == "ignored"
        assert self.row(contract).state == "due"

    @pytest.mark.parametrize("kind", ["invoice.payment_failed", "invoice.payment_action_required", "invoice.overdue"])
    def test_that_is_late_marks_its_installment_late(
        self, desk: Desk, post: Post, acme: Organization, now: datetime, contract: Contract, kind: str
    ) -> None:
        put(desk, kind)
        post(kind)
        row, invoice = self.row(contract), StripeInvoice.objects.get()
        assert (row.state, row.overdue_at) == ("due", now)
        assert (invoice.overdue_at if kind == "invoice.overdue" else invoice.failed_at) == now
        assert account_balances(acme)[Role.CASH] == 0

    @pytest.mark.parametrize(
        ("kind", "state"), [("invoice.voided", "void"), ("invoice.marked_uncollectible", "written_off")]
    )
    def test_that_was_given_up_ends_its_installment(
        self, post: Post, acme: Organization, now: datetime, contract: Contract, kind: str, state: str
    ) -> None:
        post(kind)
        assert self.row(contract).state == state
        assert wallet_figures(acme, now).balance_micros == 0

    def test_that_was_overpaid_leaves_what_is_over_unapplied(
        self, desk: Desk, post: Post, acme: Organization, now: datetime, contract: Contract
    ) -> None:
        put(desk, "invoice.overpaid")
        put(desk, "invoice_payment.paid", amount_paid=120_500)
        post("invoice.overpaid", "invoice.paid")
        assert (self.row(contract).state, StripeInvoice.objects.get().state) == ("paid", "paid")
        balances = account_balances(acme)
        assert (balances[Role.CASH], balances[Role.UNAPPLIED]) == (-to_micros("1205"), to_micros("5"))
        issue = PaymentIssue.objects.get()
        assert (issue.kind, issue.organization, issue.actual_micros) == ("unapplied", acme, to_micros("5"))

    def test_that_a_credit_note_is_issued_on_is_shown_with_its_sum(
        self, desk: Desk, post: Post, acme: Organization, contract: Contract
    ) -> None:
        put(desk, "invoice.finalized")
        put(desk, "credit_note.created")
        post("credit_note.created")
        issue = PaymentIssue.objects.get()
        assert (issue.kind, issue.organization, issue.actual_micros) == ("credit_note", acme, to_micros("200"))
        assert self.row(contract).state == "due"

    @pytest.mark.parametrize("kinds", [("created", "voided"), ("voided", "created")])
    def test_whose_credit_note_was_voided_asks_for_the_whole_again(
        self, desk: Desk, post: Post, acme: Organization, contract: Contract, kinds: tuple[str, ...]
    ) -> None:
        put(desk, "invoice.finalized")
        put(desk, "credit_note.created")
        for kind in kinds:
            if kind == "voided":
                put(desk, "credit_note.voided")
            post(f"credit_note.{kind}")
        assert (open_issues(), self.row(contract).remaining_micros) == (set(), to_micros("1200"))
        assert set(StripeEvent.objects.values_list("state", flat=True)) == {"handled"}


def test_a_payment_method_that_was_taken_back_is_charged_no_more(post: Post, acme: Organization, now: datetime) -> None:
    contract = offer(acme, now)
    Mandate.objects.create(
        organization=acme,
        contract=contract,
        customer_id=subject("customer.deleted")["id"],
        payment_method_id=subject("payment_method.detached")["id"],
        given_at=now,
        updated_at=now,
    )
    post("payment_method.detached")
    assert (Mandate.objects.get().payment_method_id, open_issues()) == ("", {"method_removed"})


def test_a_payment_method_that_is_charged_for_nothing_is_none_of_ours(post: Post) -> None:
    post("payment_method.detached")
    assert (state_of("payment_method.detached"), open_issues()) == ("ignored", set())


class TestSubscription:
    """We make none; one on a customer of ours, put there by hand, is shown while its collection is paused."""

    KINDS = ("customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted")
    PAUSED: ClassVar[dict[str, Any]] = {"behavior": "void", "resumes_at": 1_798_675_200}

    @pytest.mark.parametrize("kind", KINDS)
    def test_that_collects_is_not_shown(self, desk: Desk, post: Post, acme: Organization, kind: str) -> None:
        put(desk, kind)
        post(kind)
        assert (state_of(kind), open_issues()) == ("handled", set())

    def test_that_is_paused_shows_what_becomes_of_its_invoices(
        self, desk: Desk, post: Post, acme: Organization
    ) -> None:
        put(desk, self.KINDS[1], pause_collection=self.PAUSED)
        post(self.KINDS[1])
        issue = PaymentIssue.objects.get(resolved_at=None)
        assert (issue.kind, issue.organization, issue.subject) == ("subscription", acme, subject(self.KINDS[1])["id"])
        assert issue.detail.endswith(
            "until 2026-12-31. Invoices created during the pause are voided and never collected."
        )

    @pytest.mark.parametrize("behavior", ["keep_as_draft", "mark_uncollectible", "forget"])
    def test_that_is_paused_otherwise_shows_too(
        self, desk: Desk, post: Post, acme: Organization, behavior: str
    ) -> None:
        put(desk, self.KINDS[1], pause_collection={"behavior": behavior, "resumes_at": None})
        post(self.KINDS[1])
        detail = PaymentIssue.objects.get(resolved_at=None).detail
        assert "indefinitely" in detail
        assert "void" not in detail

    @pytest.mark.parametrize(
        ("kind", "now_there"),
        [(KINDS[1], {"pause_collection": None}), (KINDS[2], {"pause_collection": PAUSED, "status": "canceled"})],
    )
    def test_that_goes_on_or_ends_is_shown_no_more(
        self, desk: Desk, post: Post, acme: Organization, kind: str, now_there: dict[str, Any]
    ) -> None:
        put(desk, self.KINDS[0], pause_collection=self.PAUSED)
        post(self.KINDS[0])
        assert open_issues() == {"subscription"}
        put(desk, kind, **now_there)
        post(kind)
        assert open_issues() == set()
