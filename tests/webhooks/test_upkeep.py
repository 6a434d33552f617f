"""Failing endpoints: a notice after a day, disabled after five days; old events are deleted."""

import json
from datetime import timedelta

import pytest
from django.core import mail

from apps.mail.models import Contact
from apps.notices.services import review_endpoints
from apps.webhooks.models import WebhookDelivery, WebhookEvent
from apps.webhooks.services import purge
from tests.webhooks.factories import make_endpoint, record, states
from tests.webhooks.receivers import answers_status, receiver

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def engineer(organization, now, settings):
    """A person who gets technical email; receivers are on this machine."""
    settings.WEBHOOK_LOOPBACK = True
    Contact.objects.create(
        organization=organization,
        name="Eng",
        email="eng@example.com",
        purposes=["technical"],
        created_at=now,
        updated_at=now,
    )


def subjects():
    return [each.subject for each in mail.outbox]


def test_after_a_day_of_failures_the_customer_gets_one_notice_and_after_five_it_is_disabled(
    organization, now, deliver_outbox
):
    with receiver() as good, receiver(answers_status(500, "no")) as bad:
        endpoint, other = make_endpoint(organization, now, bad.url), make_endpoint(organization, now, good.url)
        for hours in (0, 16, 32, 60, 90, 112, 120):
            moment = now + hours * HOUR
            record(organization, moment, str(hours))
            deliver_outbox(moment)
            review_endpoints(now=moment)
            deliver_outbox(moment)
            endpoint.refresh_from_db()
            if hours == 16:
                assert (subjects(), endpoint.state) == ([], "failing")
            if hours == 32:
                assert (len(subjects()), endpoint.told_of) == (1, "failing")
            if hours == 112:
                assert (len(subjects()), endpoint.state) == (1, "failing")
        review_endpoints(now=now + 121 * HOUR)
        deliver_outbox(now + 121 * HOUR)

    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_because) == ("disabled", "failing")
    failing, disabled = mail.outbox
    assert (failing.to, disabled.to) == (["eng@example.com"], ["eng@example.com"])
    assert bad.url in failing.body
    assert bad.url in disabled.body
    told = [json.loads(each.body) for each in good.requests if "endpoint.disabled" in each.body]
    assert [(each["type"], each["data"]["endpointId"], each["data"]["reason"]) for each in told] == [
        ("endpoint.disabled", str(endpoint.pk), "failing")
    ]
    record(organization, now + 122 * HOUR, "later")
    assert (states(endpoint)[-1], "pending" in states(endpoint), states(other)[-1]) == ("skipped", False, "pending")


@pytest.mark.parametrize(
    ("failing_days", "failures", "last_days_ago", "state"),
    [(5, 10, 0.5, "disabled"), (4.9, 50, 0.5, "failing"), (5, 9, 0.5, "failing"), (6, 50, 1, "failing")],
    ids=["all true", "not five days", "nine failures", "none in the last day"],
)
def test_it_is_disabled_only_by_all_three_rules(organization, now, failing_days, failures, last_days_ago, state):
    endpoint = make_endpoint(organization, now)
    endpoint.failing_since, endpoint.failures = now - failing_days * DAY, failures
    endpoint.last_failure_at = now - last_days_ago * DAY
    endpoint.save()
    review_endpoints(now=now)
    endpoint.refresh_from_db()
    assert endpoint.state == state


def test_old_deliveries_go_after_30_days_and_events_after_90(organization, now):
    endpoint = make_endpoint(organization, now)
    for days in (90, 89, 30, 29):
        record(organization, now - days * DAY, f"{days}")
    WebhookDelivery.objects.filter(endpoint=endpoint).update(state="delivered", next_try_at=None)
    record(organization, now - 40 * DAY, "pending")
    while purge(now=now):
        pass
    assert set(WebhookEvent.objects.values_list("key", flat=True)) == {"89", "30", "29", "pending"}
    assert set(WebhookDelivery.objects.values_list("event__key", flat=True)) == {"29", "pending"}
