"""One event delivered twenty times over 32 threads has one effect, and so has one installment collected at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from apps.common.money import to_micros
from apps.contracts.selectors import surplus_left
from apps.payments import services
from apps.payments.errors import EventBusy, StripeUnavailable
from apps.payments.handlers import dispatch
from apps.payments.models import StripeEvent, StripeInvoice
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import offer, pay, rows
from tests.payments.desk import Desk
from tests.payments.test_contracts import states, subscribe
from tests.payments.test_top_ups import buy

pytestmark = pytest.mark.django_db(transaction=True)


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
        dispatch.handle_event(event_id=event_id, now=now)
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


def test_an_installment_asked_for_by_many_workers_at_once_is_charged_once(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    contract = offer(acme, now)
    desk.press(subscribe(contract, now))
    desk.settle_all()
    desk.clock.move_to(datetime(2026, 12, 18, 0, 10, tzinfo=UTC))
    desk.now = datetime(2026, 12, 18, 0, 10, tzinfo=UTC)

    def arrange(_: int) -> None:
        with suppress(StripeUnavailable):  # the same request is under way
            services.arrange_contract(contract_id=contract.pk, now=desk.now)

    at_once(arrange, list(range(16)))
    desk.settle_all()
    assert desk.charges() == [("2026-11-18", 10_000), ("2026-12-18", 10_000)]
    assert [one["status"] for one in desk.account.store.all("invoice")] == ["paid"]
    assert StripeInvoice.objects.get().state == "paid"


def test_a_bank_transfer_recorded_while_it_is_invoiced_is_never_charged_beside(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    """Whichever comes first pays the installment; the second payment, if there is one, is an overpayment to refund."""
    contract = offer(acme, now)
    desk.press(subscribe(contract, now))
    desk.settle_all()
    desk.clock.move_to(datetime(2026, 12, 18, 0, 10, tzinfo=UTC))
    desk.now = datetime(2026, 12, 18, 0, 10, tzinfo=UTC)
    second = rows(contract)[1]
    work: list[Callable[[], object]] = [
        lambda: services.arrange_contract(contract_id=contract.pk, now=desk.now),
        lambda: pay(second, desk.now, received_in=Role.MANUAL_RECEIPTS),
    ]
    at_once(lambda do: do(), work)
    desk.run(desk.now)
    desk.settle_all()
    charged = sum(amount for day, amount in desk.charges() if day == "2026-12-18")
    assert (states(contract)[1], surplus_left(second.pk)) == ("paid", charged * 10_000)
    assert compare_clearing(acme, desk.now)
