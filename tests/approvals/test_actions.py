"""Actions: performed alone up to the day's limit, requested above it, executed once when approved."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import DatabaseError, transaction

from apps.approvals.actions import register
from apps.approvals.errors import (
    AlreadyRequested,
    ApprovalClosed,
    ApprovalForSomethingElse,
    ApprovalRequired,
    MakerMayNotAct,
    MayNotAct,
    SentWithOtherValues,
)
from apps.approvals.limits import needs_second_person
from apps.approvals.models import AccessChange, Approval, SoloAction
from apps.approvals.services import approve, reject
from apps.approvals.submission import submit
from apps.common.changes import Change
from apps.common.errors import Conflict, Rejected
from tests.approvals.factories import MILLION, NOW, Rename, ask, create_person, rename
from tests.approvals.test_races import at_once
from tests.factories import create_organization


@pytest.fixture(autouse=True)
def _limit(settings):
    settings.APPROVAL_LIMIT_MICROS = 1_000 * MILLION


def alone(by, amount: int, key: str, now=NOW, **fields) -> bool:
    """Submit, and return whether it was carried out without a second person."""
    return submit(rename(amount, key=key, token=key, **fields), by=by, now=now) is None


@pytest.mark.django_db
class TestAlone:
    def test_up_to_the_limit_in_all(self):
        ann = create_person("ann")
        assert [alone(ann, amount, str(amount)) for amount in (600, 401, 400, 1)] == [True, False, True, False]

    def test_for_each_customer_and_person(self):
        ann, acme, globex = create_person("ann"), create_organization(NOW), create_organization(NOW, "globex")
        assert alone(ann, 900, "a", organization_id=acme.pk)
        assert alone(ann, 900, "b", organization_id=globex.pk)
        assert alone(ann, 900, "c")
        assert alone(create_person("bob"), 900, "e")
        assert not alone(ann, 101, "f", organization_id=acme.pk)

    def test_over_all_currencies(self, settings):
        settings.APPROVAL_LIMIT_RATES = {"USD": "1", "EUR": "0.9"}
        ann = create_person("ann")
        assert alone(ann, 900, "a")
        assert not alone(ann, 91, "b", currency="EUR")
        assert alone(ann, 90, "c", currency="EUR")
        assert not alone(ann, 1, "d")

    def test_one_form_of_several_says_beforehand_that_they_pass_the_limit_together(self):
        ann = create_person("ann")
        assert not needs_second_person(rename(600, key="a"), by=ann, now=NOW)
        assert needs_second_person(rename(600, key="a"), rename(600, key="b"), by=ann, now=NOW)

    def test_for_all_accounts_that_one_person_made(self):
        ann, bob, eve = (create_person(name) for name in ("ann", "bob", "eve"))
        for made in (bob, eve):
            AccessChange.objects.create(person=made, changed_by=ann, what="account", changed_at=NOW)
        assert alone(bob, 900, "a")
        assert [alone(person, 101, person.username) for person in (eve, ann)] == [False, False]

    def test_again_a_day_later(self):
        ann = create_person("ann")
        assert alone(ann, 900, "a")
        assert not alone(ann, 900, "b", now=NOW + timedelta(hours=24, seconds=-1))
        assert alone(ann, 900, "c", now=NOW + timedelta(hours=24))

    def test_the_same_form_again_is_done_and_counted_once(self):
        ann = create_person("ann")
        assert [alone(ann, 900, "a") for _ in range(3)] == [True] * 3
        assert SoloAction.objects.count() == 1

    def test_the_same_form_with_other_values_is_refused(self):
        ann = create_person("ann")
        assert alone(ann, 900, "a")
        with pytest.raises(SentWithOtherValues):
            alone(ann, 50, "a")

    def test_what_was_refused_does_not_count(self):
        ann = create_person("ann")
        with pytest.raises(Conflict):
            submit(Failing(organization_id=None, currency="USD", amount_micros=1, reason="x", key="1"), by=ann, now=NOW)
        assert not SoloAction.objects.exists()

    def test_looking_counts_nothing_and_says_what_would_be(self):
        ann = create_person("ann")
        assert not needs_second_person(rename(900), by=ann, now=NOW)
        assert needs_second_person(rename(1001), by=ann, now=NOW)
        assert not SoloAction.objects.exists()

    def test_needs_the_permission(self):
        ann = create_person("ann")
        ann.user_permissions.clear()
        with pytest.raises(MayNotAct):
            submit(rename(1), by=type(ann).objects.get(pk=ann.pk), now=NOW)

    def test_needs_a_reason(self):
        with pytest.raises(Rejected):
            submit(rename(1, reason="  "), by=create_person("ann"), now=NOW)

    @pytest.mark.parametrize("change", [lambda rows: rows.update(amount_micros=1), lambda rows: rows.delete()])
    def test_what_was_counted_stays(self, change):
        alone(create_person("ann"), 900, "a")
        with pytest.raises(DatabaseError), transaction.atomic():
            change(SoloAction.objects.all())


@register
@dataclass(frozen=True, kw_only=True)
class Failing(Rename):
    """Refuses when it is carried out."""

    kind: ClassVar[str] = "test.failing"

    def perform(self, *, by, now):
        raise Conflict("Not now.")


@pytest.mark.django_db
class TestAsking:
    def test_keeps_what_the_person_saw_before_asking(self):
        assert ask(create_person("ann"), name="Jones").seen() == [Change("Names", "", "Jones")]

    def test_refuses_at_once_what_carrying_it_out_would_refuse(self):
        failing = Failing(organization_id=None, currency="USD", amount_micros=10**10, reason="x", key="1")
        with pytest.raises(Conflict):
            submit(failing, by=create_person("ann"), now=NOW)
        assert not Approval.objects.exists()

    def test_changes_nothing(self):
        ann = create_person("ann")
        ask(ann, name="Jones")
        ann.refresh_from_db()
        assert ann.last_name == ""

    def test_sends_the_same_form_twice_as_one_request(self):
        ann = create_person("ann")
        assert ask(ann) == ask(ann)

    def test_is_refused_where_exactly_this_waits_already_whoever_asks_and_however_much_they_may(self, settings):
        ann, bob = create_person("ann"), create_person("bob")
        first = ask(ann)
        for person in (ann, bob):
            with pytest.raises(AlreadyRequested, match=f"Request {first.pk} by ann"):
                ask(person, key="staff:2")
        settings.APPROVAL_LIMIT_MICROS = 10**12
        with pytest.raises(AlreadyRequested):
            submit(rename(key="staff:3"), by=bob, now=NOW)

    def test_is_possible_again_after_a_refusal_or_when_time_ran_out(self):
        ann, bob = create_person("ann"), create_person("bob", may_decide=True)
        first = ask(ann)
        reject(approval_id=first.pk, by=bob, now=NOW)
        second = ask(ann, key="staff:2")
        third = ask(ann, key="staff:3", now=NOW + timedelta(hours=72))
        second.refresh_from_db()
        assert (second.status, third.status) == ("expired", "pending")


@pytest.mark.django_db
class TestCarryingOut:
    @pytest.fixture
    def asked(self):
        return ask(create_person("ann"), name="Jones")

    @pytest.fixture
    def bob(self):
        return create_person("bob", may_decide=True)

    def execute(self, approval, now=NOW):
        from apps.approvals.submission import execute

        return execute(approval.pk, now=now)

    def test_is_done_once_in_the_name_of_who_asked(self, asked, bob):
        approve(approval_id=asked.pk, by=bob, now=NOW)
        assert self.execute(asked).name == "Jones"
        asked.requested_by.refresh_from_db()
        assert asked.requested_by.last_name == "Jones"
        with pytest.raises(ApprovalClosed):
            self.execute(asked)

    def test_is_not_done_before_somebody_agrees(self, asked):
        with pytest.raises(ApprovalRequired):
            self.execute(asked)

    @pytest.mark.parametrize("lost", ["permission", "is_active", "is_staff"])
    def test_is_not_done_for_a_maker_who_may_no_longer_do_it(self, asked, bob, lost):
        approve(approval_id=asked.pk, by=bob, now=NOW)
        ann = asked.requested_by
        if lost == "permission":
            ann.user_permissions.clear()
        else:
            type(ann).objects.filter(pk=ann.pk).update(**{lost: False})
        with pytest.raises(MakerMayNotAct):
            self.execute(asked)
        asked.refresh_from_db()
        assert asked.status == "approved"

    def test_leaves_the_agreement_where_it_is_refused(self, asked, bob, monkeypatch):
        approve(approval_id=asked.pk, by=bob, now=NOW)
        monkeypatch.setattr(Rename, "perform", Failing.perform)
        with pytest.raises(Conflict):
            self.execute(asked)
        asked.refresh_from_db()
        assert asked.status == "approved"

    def test_does_nothing_but_what_was_agreed_to(self, asked, bob, monkeypatch):
        approve(approval_id=asked.pk, by=bob, now=NOW)
        monkeypatch.setattr(Rename, "fingerprint", "0" * 64)
        with pytest.raises(ApprovalForSomethingElse):
            self.execute(asked)

    def test_counts_for_nobody_and_the_form_sent_again_is_done(self, asked, bob):
        approve(approval_id=asked.pk, by=bob, now=NOW)
        self.execute(asked)
        ann = asked.requested_by
        assert submit(rename(name="Jones"), by=ann, now=NOW) is None
        assert alone(ann, 1_000, "b")


@pytest.mark.django_db(transaction=True)
def test_one_of_six_slices_at_once_is_moved_alone():
    ann = create_person("ann")
    results = at_once(lambda number: alone(ann, 900, str(number)), range(6))
    assert sorted(results) == [False] * 5 + [True]
