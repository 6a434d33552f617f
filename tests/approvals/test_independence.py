"""Who may decide for whom after one person changed the other's access."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from apps.approvals import services
from apps.approvals.errors import NotIndependent
from apps.approvals.independence import APART_FOR, controlled_by
from apps.approvals.models import AccessChange
from tests.approvals.factories import NOW, ask, create_person

DAY = timedelta(days=1)


def changed(person, by, at=NOW, what="password"):
    return AccessChange.objects.create(person=person, changed_by=by, what=what, changed_at=at)


class TestControlledBy:
    @pytest.mark.parametrize(
        ("changes", "held"),
        [
            ([], set()),
            ([(1, 2)], {2}),
            ([(2, 1)], set()),
            ([(1, 1)], set()),
            ([(1, 2), (2, 3), (3, 4)], {2, 3, 4}),
            ([(2, 3), (1, 2)], {2}),  # 2 changed 3 before 1 controlled 2
            ([(5, 1), (5, 2)], set()),  # colleagues made by the same administrator
        ],
    )
    def test_is_what_was_changed_and_what_that_changed_afterwards(self, changes, held):
        assert controlled_by(1, changes) == held


@pytest.mark.django_db
class TestDeciding:
    @pytest.fixture
    def maker(self):
        return create_person("maker", may_decide=True)

    @pytest.fixture
    def checker(self):
        return create_person("checker", may_decide=True)

    def decide(self, decide, maker, checker, now=NOW):
        return decide(approval_id=ask(maker, now=now).pk, by=checker, now=now)

    @pytest.mark.parametrize("decide", [services.approve, services.reject])
    def test_for_a_person_whose_access_one_changed_is_refused(self, maker, checker, decide):
        changed(maker, by=checker)
        with pytest.raises(NotIndependent, match="checker or maker created the other's account"):
            self.decide(decide, maker, checker)

    @pytest.mark.parametrize("decide", [services.approve, services.reject])
    def test_for_a_person_who_changed_ones_access_is_refused(self, maker, checker, decide):
        changed(checker, by=maker)
        with pytest.raises(NotIndependent):
            self.decide(decide, maker, checker)

    def test_by_an_account_that_the_makers_new_account_made_is_refused(self, maker, checker):
        between = create_person("between")
        changed(between, by=maker, what="account")
        changed(checker, by=between, what="account")
        with pytest.raises(NotIndependent):
            self.decide(services.approve, maker, checker)

    @pytest.mark.parametrize("what", ["groups", "group permissions", "second factor"])
    def test_is_open_to_colleagues_with_the_same_administrator(self, maker, checker, what):
        administrator = create_person("administrator")
        changed(maker, by=administrator, what=what)
        changed(checker, by=administrator, what=what)
        assert self.decide(services.approve, maker, checker).decided_by == checker

    @pytest.mark.parametrize("what", ["account", "password", "status"])
    def test_between_accounts_that_one_person_can_sign_in_to_is_refused(self, maker, checker, what):
        administrator = create_person("administrator")
        changed(maker, by=administrator, what=what)
        changed(checker, by=administrator, what=what)
        with pytest.raises(NotIndependent):
            self.decide(services.approve, maker, checker)
        later = NOW + APART_FOR
        assert self.decide(services.approve, maker, checker, now=later).decided_by == checker

    def test_is_open_after_seven_days(self, maker, checker):
        changed(checker, by=maker)
        with pytest.raises(NotIndependent):
            self.decide(services.approve, maker, checker, now=NOW + APART_FOR - timedelta(seconds=1))
        assert self.decide(services.reject, maker, checker, now=NOW + APART_FOR).status == "rejected"

    def test_is_open_where_nobody_signed_in_made_the_change(self, maker, checker):
        changed(maker, by=None)
        changed(checker, by=None)
        assert self.decide(services.approve, maker, checker).status == "approved"

    def test_changes_nothing_where_it_is_refused(self, maker, checker):
        changed(maker, by=checker)
        approval = ask(maker)
        with pytest.raises(NotIndependent):
            services.approve(approval_id=approval.pk, by=checker, now=NOW)
        approval.refresh_from_db()
        assert (approval.status, approval.decided_by) == ("pending", None)


@pytest.mark.django_db
class TestTheRows:
    @pytest.mark.parametrize("tamper", [lambda rows: rows.update(changed_by=None), lambda rows: rows.delete()])
    def test_are_kept_as_they_were_written(self, tamper):
        changed(create_person("ada"), by=create_person("grace"))
        with pytest.raises(DatabaseError), transaction.atomic():
            tamper(AccessChange.objects.all())
