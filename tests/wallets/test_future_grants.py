"""Credit that starts later is neither shown nor spendable before, and counts from its first moment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.errors import BillingError
from apps.common.money import MICROS_PER_UNIT, to_micros
from apps.wallets import services
from apps.wallets.errors import BudgetExceeded
from apps.wallets.models import Grant, Shortfall
from apps.wallets.selectors import funded_by, upcoming_credit, wallet_figures
from tests.backoffice.people import client_of, create_staff
from tests.factories import cause_of, charge, create_grant, create_organization, reserve

pytestmark = pytest.mark.django_db
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
EVE = DECEMBER - timedelta(microseconds=1)


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def postpaid(now):
    return create_organization(now, "owes", billing_mode="postpaid", postpaid_limit_micros=to_micros("20"))


def later(organization, amount, now, key="later", **fields):
    fields = {"source": "contract", "paid_micros": to_micros(amount), "starts_at": DECEMBER} | fields
    return create_grant(organization, amount, now, key=key, **fields)


def shown(organization, now):
    figures = wallet_figures(organization, now)
    return figures.balance_micros // MICROS_PER_UNIT, figures.available_micros // MICROS_PER_UNIT


class TestBeforeItsStart:
    def test_is_not_shown(self, acme, now):
        create_grant(acme, "3", now)
        later(acme, "10", now)
        assert [shown(acme, at) for at in (now, EVE, DECEMBER)] == [(3, 3), (3, 3), (13, 13)]

    def test_is_not_reserved(self, acme, now):
        later(acme, "10", now)
        with pytest.raises(BudgetExceeded):
            reserve(acme, "1", EVE)
        assert reserve(acme, "10", DECEMBER).amount_micros == to_micros("10")

    def test_does_not_pay_for_usage(self, acme, now):
        later(acme, "10", now)
        charge(acme, "4", EVE)
        assert (shown(acme, EVE), shown(acme, DECEMBER)) == ((-4, -4), (6, 6))

    def test_does_not_pay_what_was_overspent_before(self, acme, now):
        charge(acme, "4", now)
        later(acme, "10", now)
        assert shown(acme, now) == (-4, -4)

    def test_leaves_a_postpaid_customers_usage_owed(self, postpaid, now):
        later(postpaid, "10", now)
        charge(postpaid, "4", EVE)
        assert (wallet_figures(postpaid, EVE).outstanding_micros, shown(postpaid, EVE)) == (to_micros("4"), (0, 16))

    def test_is_not_deducted(self, acme, now):
        later(acme, "10", now)
        with pytest.raises(BudgetExceeded):
            services.deduct(
                organization=acme,
                amount=to_micros("1"),
                order=services.Instruction(
                    cause=cause_of(acme),
                    key="d",
                    description="r",
                    created_by="staff:ann",
                ),
                now=now,
            )

    def test_goes_back_with_its_payment(self, acme, now):
        grant = later(acme, "10", now)
        services.refund_grant(
            grant=grant,
            amount=to_micros("10"),
            order=services.Instruction(
                cause=cause_of(grant.organization),
                key="r",
                created_by="system:stripe",
            ),
            now=now,
        )
        assert (shown(acme, now), shown(acme, DECEMBER), Shortfall.objects.exists()) == ((0, 0), (0, 0), False)

    def test_is_frozen_by_a_dispute_and_nothing_else_is(self, acme, now):
        create_grant(acme, "3", now)
        grant = later(acme, "10", now)
        services.freeze_grant(
            grant=grant, amount=to_micros("10"), key="f", dispute="f", created_by="system:stripe", now=now
        )
        assert [wallet_figures(acme, at).available_micros for at in (now, DECEMBER)] == [to_micros("3")] * 2
        assert reserve(acme, "3", now).amount_micros == to_micros("3")
        services.unfreeze(organization=acme, dispute="f", now=now)
        assert (shown(acme, now), shown(acme, DECEMBER)) == ((3, 0), (13, 10))

    def test_is_taken_back_by_a_revocation(self, acme, now):
        grant = later(acme, "10", now, source="bonus", paid_micros=0)
        services.revoke_grant(
            grant=grant, cause=cause_of(grant.organization), reason="r", created_by="staff:ann", now=now
        )
        assert shown(acme, DECEMBER) == (0, 0)

    def test_shows_to_staff_as_what_is_to_come(self, acme):
        moment = datetime.now(UTC)
        start = moment + timedelta(days=9)
        later(acme, "10", moment, starts_at=start)
        upcoming = upcoming_credit(acme, moment)
        assert (upcoming.amount_micros, upcoming.starts_at) == (to_micros("10"), start)
        address = f"/admin/tenants/organization/{acme.pk}/change/"
        page = client_of(create_staff("ada", "Billing")).get(address).content.decode()
        assert f"10.00 USD more from {start:%Y-%m-%d}" in page


class TestFromItsStart:
    def test_burns_in_its_place(self, acme, now):
        later(acme, "10", now, source="bonus", paid_micros=0)
        create_grant(acme, "10", now, key="top-up", source="top_up", paid_micros=10)
        before, after = charge(acme, "4", EVE), charge(acme, "4", DECEMBER, key="c2")
        assert [use.grant.key for each in (before, after) for use in funded_by(each.pk)] == ["top-up", "later"]

    @pytest.mark.parametrize("by_the_job", [True, False])
    def test_pays_what_was_overspent(self, acme, now, by_the_job):
        later(acme, "10", now)
        charge(acme, "4", EVE)
        if by_the_job:
            services.expire_grants(now=DECEMBER)
        else:
            charge(acme, "1", DECEMBER, key="c2")
        assert not Shortfall.objects.filter(remaining_micros__gt=0).exists()

    def test_that_has_come_already_counts_at_once(self, acme, now):
        grant = later(acme, "10", now, starts_at=now - timedelta(days=1))
        assert (grant.starts_at, shown(acme, now)) == (None, (10, 10))

    def test_is_granted_once(self, acme, now):
        assert later(acme, "10", now) == later(acme, "10", DECEMBER)
        with pytest.raises(BillingError):
            later(acme, "10", now, starts_at=EVE)


STEPS = st.tuples(st.sampled_from(["now", "later", "charge", "wait"]), st.integers(1, 9))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14))
def test_any_history_never_spends_what_has_not_begun(db, now, steps):
    with transaction.atomic():
        _check_history(now, steps)
        transaction.set_rollback(True)


def _check_history(now, steps):
    acme, moment, granted, charged = create_organization(now), now, [], 0
    for number, (step, amount) in enumerate(steps):
        if step == "wait":
            moment += timedelta(hours=amount)
        elif step == "charge":
            charge(acme, str(amount), moment, key=f"c{number}")
            charged += amount
        else:
            start = moment + timedelta(hours=amount) if step == "later" else None
            create_grant(acme, str(amount), moment, key=f"g{number}", starts_at=start)
            granted.append((amount, start))
        begun = sum(each for each, start in granted if start is None or start <= moment)
        assert shown(acme, moment) == (begun - charged,) * 2
        idle = [grant for grant in Grant.objects.all() if not grant.has_started(moment)]
        assert all(grant.remaining_micros == grant.amount_micros for grant in idle)
