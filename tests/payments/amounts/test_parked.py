"""A parked event about money opens an issue on its customer."""

import json
from datetime import datetime
from typing import Any

import pytest

from apps.payments import services
from apps.payments.models import (
    PaymentIssue,
    StripeEvent,
)
from apps.tenants.models import Organization
from local_stripe.shapes import Body
from tests.backoffice.people import client_of, create_staff
from tests.payments.amounts.stripe_events import (
    books,
    changed_event,
    deliver,
    open_issues,
    paid_session,
    requested_session,
)
from tests.payments.desk import Desk


class TestParked:
    """An event that no rule can apply is shown on its customer with its amount, not only in the inbox."""

    @pytest.fixture(autouse=True)
    def paid(self, desk: Desk, acme: Organization, now: datetime) -> None:
        requested_session(acme, now, "25")
        deliver(desk, paid_session(2_500, subtotal=2_500))

    def park(self, desk: Desk, event: Body) -> StripeEvent:
        assert desk.post(event).status_code == 200
        desk.run(desk.now)
        return StripeEvent.objects.get(event_id=event["id"])

    def test_until_it_is_seen_to(self, desk: Desk, acme: Organization, now: datetime) -> None:
        event = self.park(desk, changed_event("refund.created", amount=1_000, status="on_a_ship"))
        assert (event.state, open_issues()) == ("parked", {"not_booked": ("", "10.00")})
        services.dismiss_event(event_id=event.event_id, reason="Looked up", by="staff:ann", now=now)
        assert open_issues() == {}

    def test_when_it_cannot_be_read(self, desk: Desk, acme: Organization, now: datetime) -> None:
        event = self.park(desk, changed_event("checkout.session.completed", amount_total=900, livemode="no"))
        assert (event.state, open_issues()) == ("parked", {"not_booked": ("", "9.00")})
        issue = PaymentIssue.objects.get(resolved_at=None)
        assert (issue.organization, issue.currency) == (acme, "USD")

    def test_when_nobody_of_ours_is_named_it_stays_in_the_inbox(self, desk: Desk) -> None:
        about = {"reference": "payment-link:1:1:25000000"}
        stranger = {"id": "cs_other", "customer": "cus_other", "payment_intent": None, "metadata": about}
        assert self.park(desk, changed_event("checkout.session.completed", **stranger, livemode="no")).state == "parked"
        assert open_issues() == {}

    def test_when_what_it_waits_for_never_comes(
        self, desk: Desk, acme: Organization, now: datetime, settings: Any
    ) -> None:
        settings.STRIPE_EVENT_MAX_ATTEMPTS = 1
        about = {"reference": "payment-link:1:1:25000000"}
        event = changed_event("checkout.session.completed", id="cs_lost", payment_link="plink_lost", metadata=about)
        assert self.park(desk, event).state == "parked"
        assert open_issues() == {"not_booked": ("", "25.00")}

    @pytest.mark.parametrize(
        ("event", "amount"),
        [
            (changed_event("checkout.session.completed", amount_total=900, customer=["cus"]), "9.00"),
            (changed_event("checkout.session.completed", amount_total=900, metadata="none", expires_at="x"), "9.00"),
            (changed_event("checkout.session.completed", amount_total=900, currency=840), "9.00"),
            (changed_event("payment_intent.succeeded", id={"id": 5}, latest_charge=7), "25.00"),
            (changed_event("charge.succeeded", customer=5, latest_charge=True, metadata=[]), "25.00"),
            (changed_event("invoice.paid", total="all", customer=None), "1200.00"),
            (changed_event("credit_note.created", invoice=None, number=7), "200.00"),
            (changed_event("refund.created", id=None, amount=700), "7.00"),
            (changed_event("refund.created", amount="700"), ""),
            (changed_event("refund.created", amount=None), ""),
            (changed_event("refund.created", amount=-1), ""),
            (changed_event("refund.created", amount=10**15), ""),
            (changed_event("charge.dispute.created", amount=[1]), ""),
            (changed_event("charge.dispute.funds_withdrawn", balance_transactions=3), "25.00"),
        ],
    )
    def test_an_object_of_an_odd_shape_shows_what_can_be_read_of_it(
        self, desk: Desk, acme: Organization, settings: Any, event: Body, amount: str
    ) -> None:
        settings.STRIPE_EVENT_MAX_ATTEMPTS = 1
        stored = self.park(desk, event)
        assert (stored.state, open_issues()) == ("parked", {"not_booked": ("", amount)})
        issue = PaymentIssue.objects.get(resolved_at=None)
        assert (issue.organization, issue.subject, issue.currency) == (acme, stored.event_id, "USD")
        assert ("an amount that cannot be read" in issue.detail) == (not amount)

    def test_an_object_of_an_odd_shape_that_says_nothing_moved_shows_nothing(self, desk: Desk) -> None:
        assert self.park(desk, changed_event("refund.created", id=None, amount=0)).state == "parked"
        assert open_issues() == {}

    def test_until_the_event_can_be_read_and_is_replayed(self, desk: Desk, acme: Organization, now: datetime) -> None:
        """As after an update that reads what this version cannot."""
        event = self.park(desk, changed_event("refund.created", amount="1000"))
        assert open_issues() == {"not_booked": ("", "")}
        readable = {**changed_event("refund.created", amount=1_000), "id": event.event_id}
        StripeEvent.objects.filter(pk=event.pk).update(payload=json.dumps(readable))
        services.replay_event(event_id=event.event_id, by="staff:ann", now=now)
        desk.run(now)
        assert (StripeEvent.objects.get(pk=event.pk).state, open_issues()) == ("handled", {})
        assert books(acme, now)["wallet"] == "15.00"

    def test_staff_come_from_home_and_from_the_customer_to_the_event(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        event = self.park(desk, changed_event("refund.created", id=None, amount=700))
        issue = PaymentIssue.objects.get(resolved_at=None)
        page = f"/admin/payments/paymentissue/{issue.pk}/change/"
        client = client_of(create_staff("bill", "Billing"))
        assert "7.00" in client.get("/admin/").content.decode()
        customer = client.get(f"/admin/tenants/organization/{acme.pk}/change/?tab=stripe").content.decode()
        assert f'href="{page}"' in customer
        assert "refund.created over 7.00 USD is parked and not in the books" in customer
        linked = f'href="/admin/payments/stripeevent/{event.pk}/change/">{event.event_id}</a>'
        assert linked in client.get(page).content.decode()
