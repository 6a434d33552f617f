"""Notices: published once, after the commit, with exact amounts."""

from decimal import Decimal

import pytest
from django.db import transaction

from apps.mail.models import MailMessage
from apps.notices.services import notify
from apps.outbox.models import OutboxMessage
from apps.webhooks.models import WebhookEvent


def low(organization, now, key="1", **changed):
    values = {"id": "wallet", "version": 3, "balance": Decimal("0.1"), "threshold": Decimal(20)}
    data = values | {"availableBudget": Decimal("-0.000001"), "currency": "USD"}
    notify(organization_id=organization.pk, notice="balance.low", key=key, data=data, now=now, **changed)


def test_an_event_is_recorded_with_exact_amounts(organization, now, deliver_outbox):
    low(organization, now)
    assert not WebhookEvent.objects.exists()

    assert deliver_outbox(now) == ["notices.publish"]
    event = WebhookEvent.objects.get()
    assert (event.type, event.key, event.occurred_at) == ("balance.low", "1", now)
    assert '"balance":0.1,"threshold":20,"availableBudget":-0.000001' in event.body


def test_a_repeated_key_sends_nothing(organization, now, deliver_outbox):
    low(organization, now)
    deliver_outbox(now)
    low(organization, now)
    OutboxMessage.objects.all().delete()  # as the purge does after some weeks
    low(organization, now)
    deliver_outbox(now)

    assert WebhookEvent.objects.count() == 1


def test_an_aborted_transaction_sends_nothing(organization, now, deliver_outbox):
    with transaction.atomic():
        low(organization, now)
        transaction.set_rollback(True)

    assert deliver_outbox(now) == []


def test_a_notice_that_the_catalog_does_not_have_is_refused(organization, now):
    with pytest.raises(KeyError):
        notify(organization_id=organization.pk, notice="balance.lo", key="1", data={}, now=now)


def test_a_notice_without_an_event_is_not_one(organization, now, deliver_outbox):
    data = {"id": "1", "version": 1, "brand": "visa", "last4": "4242", "expMonth": 12, "expYear": 2026}
    notify(organization_id=organization.pk, notice="card.expires_soon", key="1", data=data, now=now)
    deliver_outbox(now)

    assert not WebhookEvent.objects.exists()


def test_data_that_breaks_the_schema_fails_a_test(organization, now):
    for wrong in ({"id": "1", "version": 1}, {"amount": 5}):
        with pytest.raises(AssertionError, match=r"payment\.settled"):
            notify(organization_id=organization.pk, notice="payment.settled", key="1", data=wrong, now=now)


def test_a_notice_is_mailed_and_its_amounts_stay_exact(organization, now, deliver_outbox):
    low(organization, now)
    deliver_outbox(now)

    (mail,) = MailMessage.objects.all()
    assert (mail.template, mail.key) == ("balance_low", "balance_low:1")
    assert "Available now: -0.000001 USD" in mail.text


def test_a_notice_by_webhook_alone_is_not_mailed(organization, now, deliver_outbox):
    low(organization, now, mail=False)
    deliver_outbox(now)

    assert WebhookEvent.objects.count() == 1
    assert not MailMessage.objects.exists()
