"""Payments on screen: the inbox is read, replayed and closed; a refund is requested once."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.approvals.models import Approval
from apps.contracts.models import Contract, Installment
from apps.outbox.models import OutboxMessage
from apps.payments.models import Dispute, PaymentIssue, PaymentLink, Refund, StripeEvent, StripeInvoice, StripePayment
from apps.payments.services.links import close_link
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from tests.backoffice.people import client_of, create_staff
from tests.contracts.factories import offer, pay, rows
from tests.payments.desk import Desk
from tests.payments.test_contract_ends import QUARTERLY
from tests.payments.test_contracts import subscribe
from tests.payments.world import create_payment_rows

LINKS = "/admin/payments/paymentlink/"
TOKEN = "5b0cdb2e-3c3b-4b3a-9a55-1d5f3f6f7a10"


@pytest.fixture
def staff(acme: Organization, now: datetime) -> Client:
    create_payment_rows(acme, now)
    return client_of(create_staff("ann", "Billing"))


def do(client: Client, name: str, row: Any, **fields: Any) -> Any:
    url = reverse(f"admin:payments_{name}", args=[row.pk] if row is not None else [])
    return client.post(url, {"_step": "confirm", "token": TOKEN, "reason": "Looked into it"} | fields)


class TestInbox:
    def test_shows_the_payload_inert(self, staff: Client) -> None:
        page = staff.get(reverse("admin:payments_stripeevent_change", args=[StripeEvent.objects.get().pk]))
        assert "&lt;script&gt;" in page.content.decode()
        assert '"<script>"' not in page.content.decode()

    def test_replays_one(self, staff: Client) -> None:
        assert do(staff, "stripeevent_replay_one", StripeEvent.objects.get()).status_code == 302
        assert StripeEvent.objects.get().state == "received"
        assert OutboxMessage.objects.filter(task="payments.handle_stripe_event").count() == 1
        page = staff.get(reverse("admin:payments_stripeevent_change", args=[StripeEvent.objects.get().pk])).text
        assert "Replayed by ann<" in page
        assert "staff:ann" not in page

    def test_says_in_plain_words_what_is_parked_and_what_a_replay_does(self, staff: Client) -> None:
        event = StripeEvent.objects.get()
        page = staff.get(reverse("admin:payments_stripeevent_change", args=[event.pk])).text
        assert f"({event.type}). It could not be handled, and nothing is booked for it" in page
        form = staff.get(reverse("admin:payments_stripeevent_replay_one", args=[event.pk])).text
        assert "Replayed after its cause was fixed</textarea>" in form
        assert "Tried again" in form
        assert "Parked for staff" in form

    def test_is_filtered_by_customer(self, staff: Client, acme: Organization) -> None:
        event = StripeEvent.objects.get()
        page = reverse("admin:payments_stripeevent_changelist")
        assert event.event_id not in staff.get(page, {"customer": acme.slug}).text
        refund = Refund.objects.exclude(stripe_id=None).first()
        assert refund is not None
        StripeEvent.objects.filter(pk=event.pk).update(object_id=refund.stripe_id)
        assert event.event_id in staff.get(page, {"customer": acme.slug}).text
        assert event.event_id not in staff.get(page, {"customer": "nobody"}).text

    def test_replays_all_that_are_parked(self, staff: Client) -> None:
        assert do(staff, "stripeevent_replay_all", None).status_code == 302
        assert StripeEvent.objects.get().state == "received"

    def test_closes_by_hand_with_a_reason(self, staff: Client) -> None:
        assert do(staff, "stripeevent_dismiss", StripeEvent.objects.get()).status_code == 302
        event = StripeEvent.objects.get()
        assert (event.state, event.note) == ("handled", "staff:ann: Looked into it")

    def test_offers_nothing_for_what_is_handled(self, staff: Client) -> None:
        event = StripeEvent.objects.get()
        address = reverse("admin:payments_stripeevent_change", args=[event.pk])
        parked = staff.get(address).text
        do(staff, "stripeevent_dismiss", event)
        handled = staff.get(address).text
        assert ["/replay" in page and "/dismiss" in page for page in (parked, handled)] == [True, False]
        assert "/replay" not in handled

    def test_viewers_only_look(self, staff: Client) -> None:
        viewer = client_of(create_staff("vera", "Viewer"))
        assert do(viewer, "stripeevent_replay_one", StripeEvent.objects.get()).status_code == 403
        assert StripeEvent.objects.get().state == "parked"


def test_a_dispute_is_named_in_words(staff: Client) -> None:
    Dispute.objects.update(status="warning_needs_response", reason="product_not_received")
    page = staff.get(reverse("admin:payments_dispute_change", args=[Dispute.objects.get().pk]))
    assert page.context["subtitle"] == "Dispute over 1.00 USD by Acme"
    assert 'text-important">Dispute over 1.00 USD by Acme</p>' in page.text
    amount = "The amount the payer claims, in the currency of the claim."
    for text in ("Inquiry, waits for our answer", "Product not received", ">du_1</a>", amount):
        assert text in page.text
    assert "warning_needs_response" not in page.text


class TestRefund:
    @pytest.fixture(autouse=True)
    def _the_dispute_is_an_inquiry(self, staff: Client) -> None:
        Dispute.objects.update(outcome=Dispute.Outcome.INQUIRY)

    def test_is_refused_while_a_dispute_is_open(self, staff: Client) -> None:
        Dispute.objects.update(outcome=Dispute.Outcome.OPEN)
        refused = do(staff, "stripepayment_refund", StripePayment.objects.get(), amount="5.00")
        assert (refused.status_code, "A dispute over this payment is open" in refused.text) == (422, True)

    def test_is_started_once_however_often_it_is_clicked(self, staff: Client) -> None:
        payment = StripePayment.objects.get()
        for _ in range(2):
            assert do(staff, "stripepayment_refund", payment, amount="5.00").status_code == 302
        assert Refund.objects.get(requested_by="staff:ann").amount_micros == 5_000_000

    def test_never_exceeds_the_payment(self, staff: Client) -> None:
        assert do(staff, "stripepayment_refund", StripePayment.objects.get(), amount="25.01").status_code == 422
        assert not Refund.objects.filter(requested_by="staff:ann").exists()

    def test_is_not_offered_for_money_that_did_not_come_through_stripe(self, staff: Client) -> None:
        StripePayment.objects.update(payment_intent_id="")
        payment = StripePayment.objects.get()
        refund = reverse("admin:payments_stripepayment_refund", args=[payment.pk])
        page = reverse("admin:payments_stripepayment_change", args=[payment.pk])
        assert refund not in staff.get(page).text
        refused = do(staff, "stripepayment_refund", payment, amount="5.00")
        assert (refused.status_code, "Stripe did not collect this payment" in refused.text) == (422, True)

    def test_above_the_limit_waits_for_a_second_person(self, staff: Client, settings: Any) -> None:
        settings.APPROVAL_LIMIT_MICROS = 1_000_000
        assert do(staff, "stripepayment_refund", StripePayment.objects.get(), amount="5.00").status_code == 302
        assert not Refund.objects.filter(requested_by="staff:ann").exists()

    def test_is_carried_out_by_the_approval_on_screen(self, staff: Client, settings: Any) -> None:
        settings.APPROVAL_LIMIT_MICROS = 1_000_000
        do(staff, "stripepayment_refund", StripePayment.objects.get(), amount="5.00")
        url = reverse("admin:approvals_approval_approve", args=[Approval.objects.get().pk])
        approver = client_of(create_staff("bob", "Approver"))
        assert approver.post(url, {"_step": "confirm", "token": TOKEN, "reason": "Agreed"}).status_code == 302
        assert (Refund.objects.get(requested_by="staff:ann").state, Approval.objects.get().status) == (
            "requested",
            "used",
        )


class TestWhatIsNotThere:
    @pytest.mark.parametrize("page", ["stripeevent/{}/replay", "stripeevent/{}/dismiss", "stripepayment/{}/refund"])
    @pytest.mark.parametrize("key", ["999", "abc", "99999999999999999999"])
    def test_is_not_found(self, staff: Client, page: str, key: str) -> None:
        assert staff.get(f"/admin/payments/{page.format(key)}/").status_code == 404

    @pytest.mark.parametrize("page", ["stripecustomer/{}/recreate", "paymentissue/{}/resolve"])
    @pytest.mark.parametrize("key", ["999", "abc", "99999999999999999999"])
    def test_is_not_acted_on(self, staff: Client, page: str, key: str) -> None:
        typed = {"_step": "confirm", "token": TOKEN, "reason": "x"}
        assert staff.post(f"/admin/payments/{page.format(key)}/", typed).status_code == 404


class TestIssue:
    def test_is_resolved_with_a_reason(self, staff: Client) -> None:
        assert do(staff, "paymentissue_resolve", PaymentIssue.objects.get()).status_code == 302
        assert PaymentIssue.objects.get().resolution == "Looked into it"


class TestPaymentLink:
    @pytest.fixture
    def contract(self, desk: Desk, acme: Organization, now: datetime) -> Contract:
        """Paid by bank transfer for the first time, so that nothing is charged; the next one is sent."""
        contract = offer(acme, now, "2026-08-25", **QUARTERLY)
        pay(rows(contract)[0], now, received_in=Role.MANUAL_RECEIPTS)
        desk.run(now)
        return contract

    def make(self, client: Client, row: Installment) -> Any:
        url = reverse("admin:contracts_installment_payment_link", args=[row.pk])
        return client.post(url, {"_step": "confirm", "token": TOKEN, "reason": "They asked for one"})

    def test_is_made_once_and_shown_where_staff_look(self, contract: Contract) -> None:
        staff = client_of(create_staff("ann", "Billing"))
        second = rows(contract)[2]
        for _ in range(2):
            assert self.make(staff, second).status_code == 302
        link = PaymentLink.objects.get()
        assert (link.installment, link.created_by) == (second, "staff:ann")
        for name, row in (("installment", second), ("contract", contract)):
            page = staff.get(reverse(f"admin:contracts_{name}_change", args=[row.pk])).content.decode()
            assert page.count(f'href="{link.url}"') == 1
            assert "mailto:?subject=Payment%20due%202027-02-25&amp;body=http" in page

    def test_that_was_stopped_is_still_found(self, contract: Contract, now: datetime) -> None:
        staff = client_of(create_staff("ann", "Billing"))
        self.make(staff, rows(contract)[2])
        link = PaymentLink.objects.get()
        close_link(link, now=now)
        for is_active, searched, shown in (("0", link.stripe_id, 1), ("0", link.url, 1), ("1", link.stripe_id, 0)):
            assert (
                len(staff.get(LINKS, {"is_active__exact": is_active, "q": searched}).context["cl"].result_list) == shown
            )
        assert link.url in staff.get(reverse("admin:payments_paymentlink_change", args=[link.pk])).content.decode()

    def test_an_invoice_is_shown_where_there_is_no_link(self, contract: Contract) -> None:
        staff = client_of(create_staff("ann", "Billing"))
        page = staff.get(reverse("admin:contracts_contract_change", args=[contract.pk])).content.decode()
        assert f'href="{StripeInvoice.objects.get().hosted_url}"' in page

    def test_is_not_for_viewers(self, contract: Contract) -> None:
        assert self.make(client_of(create_staff("vera", "Viewer")), rows(contract)[1]).status_code == 403
        assert not PaymentLink.objects.exists()

    def test_is_not_for_what_is_charged(self, desk: Desk, acme: Organization, now: datetime) -> None:
        contract = offer(acme, now)
        desk.press(subscribe(contract, now))
        desk.deliver()
        answer = self.make(client_of(create_staff("ann", "Billing")), rows(contract)[3])
        assert answer.status_code == 422
        assert "It is charged to the saved payment method" in answer.content.decode()


class TestMandate:
    def test_what_is_charged_is_on_the_contracts_page(self, desk: Desk, acme: Organization, now: datetime) -> None:
        contract = offer(acme, now)
        staff, url = client_of(create_staff("ann", "Billing")), f"/admin/contracts/contract/{contract.pk}/change/"
        assert "No saved payment method: invoices are sent" in staff.get(url).content.decode()
        desk.press(subscribe(contract, now))
        desk.settle_all()
        assert desk.take("payment_method")["id"] in staff.get(url).content.decode()
        desk.detach()
        desk.settle_all()
        assert "The customer removed the payment method: invoices are sent" in staff.get(url).content.decode()
