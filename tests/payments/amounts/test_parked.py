"""A parked event about money opens an issue on its customer."""

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
from tests.payments.amounts.stripe_events import (
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
        stranger = {"customer": "cus_other", "metadata": {}, "payment_intent": None, "livemode": "no"}
        assert self.park(desk, changed_event("checkout.session.completed", **stranger)).state == "parked"
        assert open_issues() == {}

    def test_when_what_it_waits_for_never_comes(
        self, desk: Desk, acme: Organization, now: datetime, settings: Any
    ) -> None:
        settings.STRIPE_EVENT_MAX_ATTEMPTS = 1
        about = {"reference": "payment-link:1:1:25000000"}
        event = changed_event("checkout.session.completed", id="cs_lost", payment_link="plink_lost", metadata=about)
        assert self.park(desk, event).state == "parked"
        assert open_issues() == {"not_booked": ("", "25.00")}
