"""One event twenty times over thirty-two threads is one effect."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from apps.common.money import to_micros
from apps.payments import services
from apps.payments.errors import EventBusy
from apps.payments.models import StripeEvent
from apps.tenants.models import Organization
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(work: Callable[[Any], Any], inputs: list[Any]) -> list[Any]:
    """Do work for every input over 32 threads, each with its own connection."""

    def closing(one: Any) -> Any:
        try:
            return work(one)
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as pool:
        return list(pool.map(closing, inputs))


def handle(event_id: str, now: datetime) -> None:
    try:
        services.handle_event(event_id=event_id, now=now)
    except EventBusy:
        return


def test_copies_of_every_event_have_one_effect(desk: Desk, acme: Organization, now: datetime) -> None:
    desk.press(buy(acme, now))
    desk.refund(1_000)
    copies = [event for event in desk.events() for _ in range(20)]
    answers = at_once(lambda event: desk.post(event).status_code, copies)
    assert set(answers) == {200}
    ids = [event["id"] for event in copies]
    at_once(lambda event_id: handle(event_id, now), ids)
    desk.run(now)
    assert wallet_figures(acme, now).balance_micros == to_micros("15")
    assert Grant.objects.count() == 1
    assert not StripeEvent.objects.filter(state__in=["received", "parked"]).exists()


def test_the_same_key_at_once_is_one_session(desk: Desk, acme: Organization, now: datetime) -> None:
    urls = at_once(lambda _: buy(acme, now), list(range(16)))
    assert len(set(urls)) == 1
    assert len(desk.account.store.all("checkout.session")) == 1
    assert len(desk.account.store.all("customer")) == 1
