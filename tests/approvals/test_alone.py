"""What one person moves alone adds up, whatever it is, for a day and for one customer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from apps.approvals.alone import Wanted, may_move_alone, would_need_second_person
from apps.approvals.models import Approval, MoveAlone
from apps.approvals.services import approve, request_approval, use_approval
from tests.approvals.factories import NOW, create_person
from tests.approvals.test_races import at_once

MILLION = 1_000_000


@pytest.fixture(autouse=True)
def _limit(settings):
    settings.APPROVAL_LIMIT_MICROS = 1_000 * MILLION


def wanted(amount: int, token: str, **fields) -> Wanted:
    given = {"kind": "adjust", "subject": "organization:1", "about": "organization:1", "currency": "USD"} | fields
    return Wanted(arguments={"token": token}, amount_micros=amount * MILLION, **given)


def may(by, amount: int, token: str, now=NOW, **fields) -> bool:
    return may_move_alone(wanted=wanted(amount, token, **fields), by=by, now=now)


@pytest.mark.django_db
class TestMayMoveAlone:
    def test_up_to_the_limit_in_all(self):
        ann = create_person("ann")
        assert [may(ann, amount, str(amount)) for amount in (600, 401, 400, 1)] == [True, False, True, False]

    def test_whatever_the_moves_are_and_into_whichever_direction(self):
        ann = create_person("ann")
        assert may(ann, -600, "a", kind="deduct")
        assert not may(ann, 401, "b", kind="contracts.write_off", subject="installment:7")

    def test_for_each_customer_currency_and_person(self):
        ann = create_person("ann")
        assert may(ann, 900, "a")
        assert may(ann, 900, "b", about="organization:2")
        assert may(ann, 800, "c", currency="EUR")
        assert may(create_person("bob"), 900, "d")

    def test_again_a_day_later(self):
        ann = create_person("ann")
        assert may(ann, 900, "a")
        assert not may(ann, 900, "b", now=NOW + timedelta(hours=24, seconds=-1))
        assert may(ann, 900, "b", now=NOW + timedelta(hours=24))

    def test_the_same_move_again_without_counting_it_twice(self):
        ann = create_person("ann")
        assert [may(ann, 900, "a") for _ in range(3)] == [True] * 3
        assert MoveAlone.objects.count() == 1

    def test_but_not_another_one_that_looks_like_it(self):
        ann = create_person("ann")
        assert may(ann, 900, "a")
        assert not may(ann, 900, "a", subject="installment:7")

    def test_what_a_second_person_agreed_to_and_was_carried_out(self):
        ann, bob = create_person("ann"), create_person("bob", may_decide=True)
        large = wanted(5000, "a")
        named = {"kind": large.kind, "subject": large.subject, "arguments": large.arguments}
        asked = request_approval(
            **named, amount_micros=large.amount_micros, currency="USD", reason="x", requested_by=ann, now=NOW
        )
        approve(approval_id=asked.pk, by=bob, now=NOW)
        assert not may_move_alone(wanted=large, by=ann, now=NOW)
        use_approval(approval_id=asked.pk, **named, now=NOW)
        assert may_move_alone(wanted=large, by=ann, now=NOW)
        assert Approval.objects.count() == 1
        assert not may_move_alone(wanted=replace(large, arguments={"token": "b"}), by=ann, now=NOW)

    def test_looking_counts_nothing(self):
        ann = create_person("ann")
        assert not would_need_second_person(wanted=wanted(900, "a"), by=ann, now=NOW)
        assert not MoveAlone.objects.exists()

    @pytest.mark.parametrize("change", [lambda rows: rows.update(amount_micros=1), lambda rows: rows.delete()])
    def test_what_was_counted_stays(self, change):
        may(create_person("ann"), 900, "a")
        with pytest.raises(DatabaseError), transaction.atomic():
            change(MoveAlone.objects.all())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_one_of_six_slices_at_once_is_moved_alone():
    ann = create_person("ann")
    results = at_once(lambda number: may(ann, 900, str(number)), range(6))
    assert sorted(results) == [False] * 5 + [True]
