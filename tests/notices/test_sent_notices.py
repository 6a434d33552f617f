"""Notices of the services: once, in the transaction of their cause, with the amounts of the books."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from apps.common.money import to_micros
from apps.common.periods import month_of
from apps.contracts import services as contracts
from apps.mail.models import Contact
from apps.outbox.models import OutboxMessage
from apps.usage.services import close_month
from apps.vouchers.errors import VoucherAlreadyRedeemed
from apps.wallets import services as wallets
from apps.wallets.services.expiry import expire_reservations
from apps.webhooks.models import WebhookEvent
from tests.contracts.factories import draft_fields, offer
from tests.factories import create_grant, create_organization
from tests.vouchers.factories import create_voucher, redeem
from tests.webhooks.factories import make_endpoint


@pytest.fixture
def acme(db, now):
    return create_organization(now)


def event_data(event_type):
    """Return the data of the recorded events of a type, by sequence."""
    rows = WebhookEvent.objects.filter(type=event_type).order_by("sequence")
    return [json.loads(each.body, parse_float=Decimal)["data"] for each in rows]


def test_a_redeemed_voucher(acme, now, deliver_outbox):
    create_voucher(now)
    redeem(acme, "WELCOME", now)
    with pytest.raises(VoucherAlreadyRedeemed):
        redeem(acme, "WELCOME", now)
    deliver_outbox(now)

    (data,) = event_data("voucher.redeemed")
    assert data["id"] == data["redemptionId"]
    assert (data["amount"], data["currency"]) == (25, "USD")


def test_a_closed_month(acme, now, deliver_outbox):
    october = month_of(now - timedelta(days=30))
    for _ in range(2):
        close_month(month=october, closed_by="test", now=now)
    deliver_outbox(now)

    assert event_data("month.closed") == [
        {"id": "2026-10", "version": 1, "month": "2026-10", "usage": 0, "minimum": 0, "eventCount": 0}
    ]


def test_a_contract_from_its_offer_on(acme, now, deliver_outbox):
    contract = offer(acme, now)
    contract = contracts.edit_contract(
        contract_id=contract.pk, seen_revision=contract.revision, draft=draft_fields(), edited_by="staff:ann", now=now
    )
    contracts.cancel_contract(contract_id=contract.pk, reason="Changed their mind", now=now)
    deliver_outbox(now)

    changes = event_data("contract.changed")
    assert [(each["from"], each["to"]) for each in changes] == [
        ("draft", "pending_payment"),
        ("pending_payment", "pending_payment"),
        ("pending_payment", "cancelled"),
    ]
    assert changes[0]["version"] < changes[1]["version"] < changes[2]["version"]
    assert {each["id"] for each in changes} == {str(contract.pk)}


@pytest.mark.parametrize(("notes", "sent"), [("Net 30 from January", 1), ("", 0)])
def test_the_notes_of_a_contract_that_the_customer_reads(acme, now, deliver_outbox, notes, sent):
    contract = offer(acme, now)
    deliver_outbox(now)
    before = len(event_data("contract.changed"))
    changed = contracts.change_details(
        contract_id=contract.pk, seen_revision=contract.revision, auto_renew=contract.auto_renew, notes=notes, now=now
    )
    deliver_outbox(now)

    assert [(each["to"], each["version"]) for each in event_data("contract.changed")[before:]] == [
        ("pending_payment", changed.revision)
    ] * sent


class TestExpiredReservations:
    @pytest.fixture(autouse=True)
    def _one_expires(self, acme, now):
        create_grant(acme, "10", now)
        wallets.reserve(
            organization=acme,
            reservation=wallets.NewReservation(
                amount=to_micros("2.5"),
                key="1",
                expires_at=now + timedelta(minutes=10),
                created_by="test",
                metadata={"dimensions": {"project": "p"}},
            ),
            now=now,
        )

    def test_are_sent_to_endpoints_that_name_their_type(self, acme, now, deliver_outbox):
        make_endpoint(acme, now, types=("reservation.expired",))
        for _ in range(2):
            expire_reservations(now=now + timedelta(minutes=11))
        deliver_outbox(now + timedelta(minutes=11))

        (data,) = event_data("reservation.expired")
        assert (data["amount"], data["dimensions"]) == (Decimal("2.5"), {"project": "p"})

    def test_are_sent_to_no_other_endpoint(self, acme, now, deliver_outbox):
        make_endpoint(acme, now, types=("*",))
        expire_reservations(now=now + timedelta(minutes=11))
        deliver_outbox(now + timedelta(minutes=11))

        assert event_data("reservation.expired") == []


def test_a_failed_service_sends_nothing(acme, now):
    with pytest.raises(ZeroDivisionError):
        failing(acme, now)

    assert not OutboxMessage.objects.filter(task="notices.publish").exists()


def failing(acme, now):
    from django.db import transaction

    with transaction.atomic():
        create_voucher(now)
        redeem(acme, "WELCOME", now)
        raise ZeroDivisionError


def test_mail_goes_to_the_contacts_of_its_purpose(acme, now, deliver_outbox):
    Contact.objects.create(
        organization=acme, name="Ada", email="ada@example.com", purposes=["billing"], created_at=now, updated_at=now
    )
    offer(acme, now)
    delivered = deliver_outbox(now)

    assert "notices.publish" in delivered
    assert len(event_data("contract.changed")) == 1
