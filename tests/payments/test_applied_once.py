"""A handled event is never applied again, however it arrives."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.outbox.models import OutboxMessage
from apps.payments import services
from apps.payments.errors import EventIsHandled
from apps.payments.handlers import HANDLERS, Handler, dispatch, event_backfill
from apps.payments.models import StripeEvent
from apps.tenants.models import Organization
from apps.wallets.selectors import account_balances
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy

HANDLED = ("checkout.session.completed", "charge.succeeded", "payment_intent.succeeded", "refund.created")


@pytest.fixture
def applied(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the applications of each event by its id, without changing their effects."""
    counts: Counter[str] = Counter()

    def counted(handler: Handler) -> Handler:
        def apply(facts: Any, context: Any) -> None:
            handler.apply(facts, context)
            counts[context.event_id] += 1

        return replace(handler, apply=apply)

    for kind, handler in list(HANDLERS.items()):
        monkeypatch.setitem(HANDLERS, kind, counted(handler))
    return counts


def pay_and_refund(desk: Desk, acme: Organization, now: datetime) -> None:
    desk.press(buy(acme, now))
    desk.refund(1_000)


def redelivered(desk: Desk, now: datetime) -> None:
    for event in desk.events():
        assert desk.post(event).status_code == 200


def redelivered_backwards(desk: Desk, now: datetime) -> None:
    for event in reversed(desk.events()):
        assert desk.post(event).status_code == 200
        desk.run(now)


def swept(desk: Desk, now: datetime) -> None:
    found = event_backfill.sweep_events(now=now, since=now - timedelta(days=1))
    assert (found.listed > 0, found.missing) == (True, 0)


def replayed(desk: Desk, now: datetime) -> None:
    for event_id in StripeEvent.objects.filter(state="handled").values_list("event_id", flat=True):
        with pytest.raises(EventIsHandled):
            services.replay_event(event_id=event_id, by="staff:ann", now=now)
    services.replay_parked(by="staff:ann", now=now)


def asked_for_again(desk: Desk, now: datetime) -> None:
    for event in desk.events():
        dispatch.handle_event(event_id=event["id"], now=now)


WAYS = [redelivered, redelivered_backwards, swept, replayed, asked_for_again]


@pytest.mark.parametrize("again", WAYS, ids=lambda way: way.__name__)
def test_when_it_is(
    desk: Desk, acme: Organization, now: datetime, applied: Counter[str], again: Callable[[Desk, datetime], None]
) -> None:
    pay_and_refund(desk, acme, now)
    desk.deliver()
    once = {event["id"]: 1 for event in desk.events(*HANDLED)}
    books = account_balances(acme)
    assert once.items() <= applied.items()
    before = dict(applied)
    OutboxMessage.objects.all().delete()  # as some days later: it no longer knows what was asked for
    again(desk, now + timedelta(minutes=1))
    desk.run(now + timedelta(days=1))
    assert applied == before
    assert set(applied.values()) == {1}
    assert account_balances(acme) == books


def test_when_it_is_delivered_after_a_sweep_found_it_in_another_version(
    desk: Desk, acme: Organization, now: datetime, applied: Counter[str]
) -> None:
    desk.account.api_version = "2024-06-20"
    pay_and_refund(desk, acme, now)
    event_backfill.sweep_events(now=now, since=now - timedelta(days=1))
    desk.run(now)
    before, books = dict(applied), account_balances(acme)
    assert {event["id"] for event in desk.events(*HANDLED)} <= set(before)
    redelivered(desk, now)
    desk.run(now + timedelta(days=1))
    assert applied == before
    assert set(applied.values()) == {1}
    assert account_balances(acme) == books


def test_when_another_worker_was_faster(
    desk: Desk, acme: Organization, now: datetime, applied: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, ahead = dispatch._prepare, set[str]()

    def overtaken(event: StripeEvent, at: datetime) -> Any:
        prepared = prepare(event, at)
        if event.event_id not in ahead:
            ahead.add(event.event_id)
            dispatch.handle_event(event_id=event.event_id, now=at)
        return prepared

    monkeypatch.setattr(dispatch, "_prepare", overtaken)
    pay_and_refund(desk, acme, now)
    desk.deliver()
    assert {event["id"] for event in desk.events(*HANDLED)} <= ahead
    assert set(applied.values()) == {1}
