"""Automatic top-up against the local Stripe: one charge per attempt, despite failures of bank and network."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from apps.common.money import to_micros
from apps.outbox.models import OutboxMessage
from apps.payments.models import StripePayment
from apps.payments.services.automatic_top_ups import review_top_ups
from apps.payments.services.customers import ensure_customer
from apps.tenants.models import Organization
from apps.top_ups.models import TopUp, TopUpAttempt
from apps.wallets import services as wallets
from apps.wallets.errors import BudgetExceeded
from apps.wallets.selectors import wallet_figures
from local_stripe import methods
from local_stripe.faults import Fault
from local_stripe.methods import CARDS, BankAnswer
from tests.factories import charge, create_grant, create_organization, reserve
from tests.payments.desk import Desk
from tests.top_ups.factories import create_top_up


def switch_on(desk: Desk, organization: Organization, now: datetime, **settings: Any) -> TopUp:
    """Save a card at Stripe, and switch automatic top-up on as the customer's admin."""
    customer = ensure_customer(organization=organization, now=now)
    with desk.account.store.transaction():
        card = methods.save(desk.account, customer, CARDS["4242424242424242"])
    return create_top_up(
        organization,
        now,
        **{f"{name}_micros": value and to_micros(value) for name, value in settings.items()},
        customer_id=customer,
        payment_method_id=card["id"],
        card_fingerprint=card["card"]["fingerprint"],
    )


def let_cards_end(desk: Desk, outcome: BankAnswer) -> None:
    with desk.account.store.transaction():
        methods.set_outcome(desk.account, desk.take("payment_method"), outcome)


def notice_count(kind: str) -> int:
    return OutboxMessage.objects.filter(arguments__notice=kind).count()


def intents(desk: Desk) -> list[Any]:
    return list(desk.account.store.all("payment_intent"))


class TestCharge:
    def test_of_a_low_balance_brings_credit_once(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        create_grant(acme, "30", now)
        charge(acme, "10", now)
        attempt = TopUpAttempt.objects.get()
        assert (attempt.state, attempt.amount_micros) == ("requested", to_micros("50"))
        desk.settle_all()
        attempt.refresh_from_db()
        assert (attempt.state, wallet_figures(acme, now).balance_micros) == ("succeeded", to_micros("70"))
        payment = StripePayment.objects.get()
        assert (payment.key, payment.grant and payment.grant.key) == (attempt.reference, attempt.reference)
        assert payment.charge_id.startswith("ch_")
        for event in desk.events():
            desk.post(event)
        desk.run(now)
        assert wallet_figures(acme, now).balance_micros == to_micros("70")
        assert notice_count("top_up.succeeded") == 1

    def test_follows_the_caps(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now, amount=None, up_to="100")
        create_grant(acme, "100", now)
        for number, (spent, balance) in enumerate(
            [("82.649999", "77.350001"), ("70", "67.350001"), ("70", "27.350001"), ("70", "-42.649999")]
        ):
            charge(acme, spent, now, key=f"c{number}")
            desk.settle_all()
            assert wallet_figures(acme, now).balance_micros == to_micros(balance)
        top_up = TopUp.objects.get()
        assert top_up.capped_until == datetime(2026, 11, 19, tzinfo=now.tzinfo)
        assert notice_count("top_up.capped") == 1

    def test_survives_a_lost_answer_with_one_charge(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        create_grant(acme, "30", now)
        desk.local.faults.add(Fault("drop_after", path="/v1/payment_intents", times=3))
        charge(acme, "10", now)
        desk.run(now)
        assert TopUpAttempt.objects.get().state == "sent"
        assert wallet_figures(acme, now).balance_micros == to_micros("20")
        desk.run(now + timedelta(minutes=10))
        desk.settle_all()
        assert len(intents(desk)) == 1
        assert wallet_figures(acme, now).balance_micros == to_micros("70")

    def test_is_booked_from_the_event_alone(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        create_grant(acme, "30", now)
        desk.local.faults.add(Fault("drop_after", path="/v1/payment_intents", times=3))
        charge(acme, "10", now)
        desk.run(now)
        for event in desk.events("payment_intent.succeeded", "charge.succeeded"):
            desk.post(event)
        desk.run(now)
        assert TopUpAttempt.objects.get().state == "succeeded"
        assert wallet_figures(acme, now).balance_micros == to_micros("70")


@pytest.mark.django_db(transaction=True)
class TestRefusedReservation:
    def test_starts_a_charge_that_covers_it(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        create_grant(acme, "30", now)
        with pytest.raises(BudgetExceeded) as refused:
            reserve(acme, "75", now)
        attempt = TopUpAttempt.objects.get()
        assert attempt.is_for_refusal
        assert refused.value.top_up is not None
        assert refused.value.top_up.live is not None
        assert refused.value.top_up.live.id == attempt.pk
        desk.settle_all()
        reserve(acme, "75", now)

    def test_of_more_than_one_charge_covers_starts_none(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        create_grant(acme, "30", now)
        with pytest.raises(BudgetExceeded):
            reserve(acme, "80.000001", now)
        assert not TopUpAttempt.objects.exists()


class TestDeclined:
    def test_a_dead_card_is_tried_four_times_in_thirty_days(
        self, desk: Desk, acme: Organization, now: datetime, clock: Any
    ) -> None:
        switch_on(desk, acme, now)
        let_cards_end(desk, BankAnswer.GENERIC)
        create_grant(acme, "30", now)
        charge(acme, "10", now)
        for hour in (*range(100), *range(100, 30 * 24, 20)):
            desk.now = now + timedelta(hours=hour)
            clock.move_to(desk.now)
            review_top_ups(now=desk.now)
            desk.settle_all()
        made = [row.created_at for row in TopUpAttempt.objects.order_by("created_at")]
        assert [(each - now) / timedelta(hours=1) for each in made] == [0, 1, 25, 97]
        assert len(intents(desk)) == 4
        assert {each["status"] for each in intents(desk)} == {"canceled"}
        assert TopUp.objects.get().stopped_reason == "card_declined_too_often"
        assert (notice_count("top_up.failed"), notice_count("top_up.stopped")) == (3, 1)

    def test_a_lost_card_is_tried_once(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        let_cards_end(desk, BankAnswer.LOST)
        create_grant(acme, "30", now)
        charge(acme, "10", now)
        desk.settle_all()
        review_top_ups(now=now + timedelta(days=5))
        assert TopUpAttempt.objects.get().state == "declined"
        assert TopUp.objects.get().stopped_reason == "lost_card"


class TestMoneyBack:
    def test_a_refund_stops_it_and_starts_no_charge(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        create_grant(acme, "30", now)
        charge(acme, "10", now)
        desk.settle_all()
        desk.refund()
        desk.settle_all()
        assert wallet_figures(acme, now).balance_micros == to_micros("20")
        assert TopUp.objects.get().stopped_reason == "refunded"
        assert TopUpAttempt.objects.count() == 1

    def test_a_dispute_stops_it(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        create_grant(acme, "30", now)
        charge(acme, "10", now)
        desk.settle_all()
        desk.dispute()
        desk.settle_all()
        assert TopUp.objects.get().stopped_reason == "disputed"
        assert TopUpAttempt.objects.count() == 1

    @pytest.mark.parametrize(("takes_back", "reason"), [(Desk.refund, "refunded"), (Desk.dispute, "disputed")])
    def test_while_a_charge_is_on_its_way_stays_a_stop(
        self, desk: Desk, acme: Organization, now: datetime, takes_back: Callable[[Desk], Any], reason: str
    ) -> None:
        switch_on(desk, acme, now)
        create_grant(acme, "30", now)
        charge(acme, "10", now)
        desk.settle_all()
        takes_back(desk)
        desk.local.faults.add(Fault("drop_after", path="/v1/payment_intents", times=3))
        charge(acme, "60", now, key="c2")
        desk.run(now)
        assert sorted(TopUpAttempt.objects.values_list("state", flat=True)) == ["sent", "succeeded"]
        desk.settle_all()
        assert set(TopUpAttempt.objects.values_list("state", flat=True)) == {"succeeded"}
        assert TopUp.objects.get().stopped_reason == reason
        assert (len(intents(desk)), notice_count("top_up.stopped")) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_workers_at_the_threshold_start_one(desk: Desk, now: datetime) -> None:
    acme = create_organization(now)
    switch_on(desk, acme, now)
    create_grant(acme, "120", now)

    def work(number: int) -> None:
        try:
            charge(acme, "1", now, key=f"w{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(100)))
    assert TopUpAttempt.objects.count() == 1
    desk.settle_all()
    assert len(intents(desk)) == 1
    assert wallet_figures(acme, now).balance_micros == to_micros("70")
    wallets.review_credit(organization=acme, now=now)
    assert TopUpAttempt.objects.count() == 1
