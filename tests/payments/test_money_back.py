"""Refunds and disputes: taken once each, from unspent credit first, and never twice from the customer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from apps.approvals.errors import ApprovalClosed, ApprovalRequired
from apps.approvals.models import Approval
from apps.approvals.services import approve
from apps.approvals.submission import execute, submit
from apps.common.admin import Line
from apps.common.errors import Rejected
from apps.common.money import to_micros
from apps.mail.models import MailMessage
from apps.payments.actions import RefundPayment
from apps.payments.admin.money import DisputeAdmin
from apps.payments.errors import RefundTooLarge
from apps.payments.models import Dispute, PaymentIssue, Refund, StripeEvent, StripePayment
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances, wallet_figures
from local_stripe import money
from local_stripe.errors import StripeFault
from tests.backoffice.people import create_staff
from tests.factories import charge
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy


@pytest.fixture
def paid(desk: Desk, acme: Organization, now: datetime) -> Organization:
    """An organization that has bought credit of 25."""
    desk.press(buy(acme, now))
    desk.deliver()
    return acme


def balance(organization: Organization, now: datetime) -> int:
    return wallet_figures(organization, now).balance_micros


def mails(template: str) -> list[str]:
    return [each.subject for each in MailMessage.objects.filter(template=template)]


def kinds() -> set[str]:
    return set(PaymentIssue.objects.filter(resolved_at=None).values_list("kind", flat=True))


def books(organization: Organization, now: datetime) -> dict[str, int]:
    assert compare_clearing(organization, now)
    return {role.value: amount for role, amount in account_balances(organization).items() if amount}


class TestRefund:
    def test_takes_unspent_credit(self, desk: Desk, paid: Organization, now: datetime) -> None:
        desk.refund(1_000)
        desk.deliver()
        assert balance(paid, now) == to_micros("15")
        assert books(paid, now)["cash"] == -to_micros("15")

    def test_two_of_the_same_amount_are_two_however_often_they_are_told(
        self, desk: Desk, paid: Organization, now: datetime
    ) -> None:
        desk.refund(1_000)
        desk.refund(1_000)
        desk.deliver()
        for _ in range(4):
            for event in desk.events():
                desk.post(event)
            desk.run(now)
        assert balance(paid, now) == to_micros("5")
        assert Refund.objects.count() == 2
        assert mails("refund_made") == ["We refunded 10.00 USD"] * 2

    def test_of_spent_credit_is_a_visible_debt(self, desk: Desk, paid: Organization, now: datetime) -> None:
        charge(paid, "20", now)
        desk.refund()
        desk.deliver()
        figures = wallet_figures(paid, now)
        assert figures.overspend_micros == to_micros("20")
        assert figures.available_micros < 0
        assert kinds() == {"debt"}

    def test_that_fails_late_is_put_back_once(self, desk: Desk, paid: Organization, now: datetime) -> None:
        made = desk.refund(1_000)
        desk.deliver()
        desk.fail_refund(made)
        desk.deliver()
        for event in desk.events("refund.failed", "refund.updated", "refund.created"):
            desk.post(event)
        desk.run(now)
        assert balance(paid, now) == to_micros("25")
        assert Refund.objects.get().state == "failed"
        books(paid, now)
        (issue,) = PaymentIssue.objects.filter(organization=paid, kind="refund_failed")
        assert (issue.actual_micros, issue.resolved_at) == (to_micros("10"), None)

    def test_told_before_the_payment_waits_for_it(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.press(buy(acme, now))
        desk.refund(1_000)
        for event in desk.events("refund.created"):
            desk.post(event)
        desk.run(now)
        waiting = StripeEvent.objects.get()
        assert (waiting.state, waiting.attempts) == ("received", 1)
        desk.deliver()
        assert balance(acme, now) == to_micros("15")
        assert not StripeEvent.objects.filter(state="received").exists()


class TestRefundByStaff:
    def start(self, amount: str, now: datetime, key: str = "t1") -> Refund | None:
        """Let Ann refund a part of the payment; return None if it waits for a second person."""
        staff = User.objects.filter(username="ann").first() or create_staff("ann", "Billing")
        refund = RefundPayment.of(
            StripePayment.objects.get(), amount_micros=to_micros(amount), reason="Bought twice", key=key
        )
        waiting = submit(refund, by=staff, now=now)
        return None if waiting else Refund.objects.get(request_key=key)

    def test_is_sent_once_and_posted(self, desk: Desk, paid: Organization, now: datetime) -> None:
        assert self.start("10", now) == self.start("10", now)
        desk.run(now)
        assert balance(paid, now) == to_micros("15")
        desk.deliver()
        assert balance(paid, now) == to_micros("15")
        refund = Refund.objects.get()
        assert (refund.state, refund.requested_by) == ("succeeded", "staff:ann")

    def test_review_shows_the_balance_that_stripe_will_leave(self, paid: Organization, now: datetime) -> None:
        refund = RefundPayment.of(
            StripePayment.objects.get(), amount_micros=to_micros("10"), reason="Bought twice", key="t1"
        )
        shown = {
            row.what: (row.before, row.after) for row in refund.preview(by=create_staff("ann", "Billing"), now=now)
        }
        assert shown["Balance once Stripe has refunded"] == ("25.00 USD", "15.00 USD")

    def test_waits_until_an_open_dispute_is_won(self, desk: Desk, paid: Organization, now: datetime) -> None:
        dispute = desk.dispute()
        desk.deliver()
        with pytest.raises(Rejected, match="A dispute over this payment is open"):
            self.start("10", now)
        with pytest.raises(StripeFault, match="charged back"), desk.account.store.transaction():
            money.create_refund(desk.account, {"payment_intent": dispute["payment_intent"]})
        assert not Refund.objects.exists()
        desk.close_dispute(dispute, "won")
        desk.deliver()
        assert self.start("10", now) is not None

    def test_counts_what_is_under_way(self, desk: Desk, paid: Organization, now: datetime) -> None:
        self.start("20", now)
        with pytest.raises(RefundTooLarge):
            self.start("10", now, key="t2")

    def test_in_slices_of_a_day_waits_for_a_second_person(
        self, desk: Desk, paid: Organization, now: datetime, settings: Any
    ) -> None:
        settings.APPROVAL_LIMIT_MICROS = to_micros("10")
        assert self.start("6", now)
        assert self.start("6", now), "the same click again is the same refund"
        assert self.start("4", now, key="t2")
        assert self.start("1", now, key="t3") is None
        assert sorted(refund.amount_micros for refund in Refund.objects.all()) == [to_micros("4"), to_micros("6")]
        assert self.start("2", now + timedelta(days=2), key="t4")

    def test_of_a_second_person_is_carried_out_once_in_the_name_of_who_asked(
        self, desk: Desk, paid: Organization, now: datetime, settings: Any
    ) -> None:
        settings.APPROVAL_LIMIT_MICROS = to_micros("1")
        self.start("10", now)
        request = Approval.objects.get()
        with pytest.raises(ApprovalRequired):
            execute(request.pk, now=now)
        approve(approval_id=request.pk, by=create_staff("bob", "Approver"), now=now)
        execute(request.pk, now=now)
        with pytest.raises(ApprovalClosed):
            execute(request.pk, now=now)
        assert self.start("10", now), "what was agreed to and done may be sent again"
        desk.run(now)
        assert (Refund.objects.get().requested_by, balance(paid, now)) == ("staff:ann", to_micros("15"))

    def test_that_stripe_refuses_is_closed(self, desk: Desk, paid: Organization, now: datetime) -> None:
        self.start("10", now)
        desk.refund()
        desk.run(now)
        assert Refund.objects.get(requested_by="staff:ann").state == "refused"
        assert balance(paid, now) == to_micros("25")


class TestDispute:
    def test_freezes_then_gives_back_when_won(self, desk: Desk, paid: Organization, now: datetime) -> None:
        made = desk.dispute()
        desk.deliver()
        assert mails("dispute_opened") == ["A payment of 25.00 USD was disputed"]
        due = datetime.fromtimestamp(made["evidence_details"]["due_by"], UTC)
        assert f"Decision after: {due.day} {due:%B %Y}" in MailMessage.objects.get(template="dispute_opened").text
        assert wallet_figures(paid, now).available_micros == 0
        assert balance(paid, now) == to_micros("25")
        concern = DisputeAdmin.concern
        assert concern is not None
        item = f"Top-up: answer by {due.date()}"
        assert [(str(row), line) for row, line in concern.first(5, now)] == [
            (made["id"], Line(organization=paid, amount_micros=to_micros("25"), unit="USD", day=due.date(), item=item))
        ]
        desk.close_dispute(made, "won")
        desk.deliver()
        assert not concern.first(5, now)
        assert wallet_figures(paid, now).available_micros == to_micros("25")
        assert books(paid, now) == {"wallet": to_micros("25"), "cash": -to_micros("25")}

    def test_takes_when_lost(self, desk: Desk, paid: Organization, now: datetime) -> None:
        made = desk.dispute()
        desk.close_dispute(made, "lost")
        desk.deliver()
        assert balance(paid, now) == 0
        assert books(paid, now) == {}
        assert Dispute.objects.get().outcome == "lost"

    @pytest.mark.parametrize("outcome", ["won", "lost"])
    def test_comes_out_the_same_backwards(self, desk: Desk, paid: Organization, now: datetime, outcome: str) -> None:
        desk.close_dispute(desk.dispute(), outcome)
        for event in reversed(desk.events()):
            desk.post(event)
            desk.run(now)
        desk.deliver()
        assert balance(paid, now) == (to_micros("25") if outcome == "won" else 0)
        assert wallet_figures(paid, now).held_micros == 0
        books(paid, now)

    def test_of_spent_credit_lost_is_debt(self, desk: Desk, paid: Organization, now: datetime) -> None:
        charge(paid, "20", now)
        desk.close_dispute(desk.dispute(), "lost")
        desk.deliver()
        assert balance(paid, now) == -to_micros("20")
        assert "debt" in kinds()

    def test_an_inquiry_is_only_shown(self, desk: Desk, paid: Organization, now: datetime) -> None:
        made = desk.dispute(inquiry=True)
        desk.deliver()
        assert wallet_figures(paid, now).available_micros == to_micros("25")
        assert (kinds(), mails("dispute_opened")) == ({"dispute"}, [])
        desk.close_dispute(made, "warning_closed")
        desk.deliver()
        assert (Dispute.objects.get().outcome, kinds()) == ("closed", set())

    @pytest.mark.parametrize("backwards", [False, True])
    def test_of_a_refunded_payment_takes_nothing_twice(
        self, desk: Desk, paid: Organization, now: datetime, backwards: bool
    ) -> None:
        made = desk.dispute()
        desk.refund()
        desk.close_dispute(made, "lost")
        events = [event for event in desk.events() if event["id"] not in desk.delivered]
        for event in reversed(events) if backwards else events:
            desk.delivered.add(event["id"])
            desk.post(event)
            desk.run(now)
        assert balance(paid, now) == 0
        assert account_balances(paid)[Role.WRITE_OFFS] == -to_micros("25")
        assert "our_loss" in kinds()
        books(paid, now)

    def test_a_fraud_warning_flags_the_payment(self, desk: Desk, paid: Organization, now: datetime) -> None:
        from local_stripe import money

        with desk.account.store.transaction():
            money.warn_of_fraud(desk.account, desk.charge())
        desk.deliver()
        assert StripePayment.objects.get().flagged_at == now
        assert kinds() == {"fraud_warning"}
