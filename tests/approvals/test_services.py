from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, transaction

from apps.approvals import services
from apps.approvals.errors import (
    ApprovalClosed,
    ApprovalExpired,
    ApprovalNotFound,
    ApprovalRequired,
    MakerIsChecker,
    MayNotDecide,
)
from apps.approvals.models import TRANSITIONS, Approval
from tests.approvals.factories import NOW, ask, create_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker() -> User:
    return create_person("maker")


@pytest.fixture
def checker() -> User:
    return create_person("checker", may_decide=True)


class TestAsk:
    def test_waits_until_it_expires(self, maker):
        approval = ask(maker)
        assert approval.status == "pending"
        assert approval.expires_at == NOW + timedelta(hours=72)


class TestDecide:
    def test_by_a_second_person_is_kept(self, maker, checker):
        approval = services.approve(approval_id=ask(maker).pk, by=checker, now=NOW, note=" fine ")
        assert (approval.status, approval.decided_by, approval.decided_at) == ("approved", checker, NOW)
        assert approval.decision_note == "fine"

    def test_rejecting_ends_it(self, maker, checker):
        approval = services.reject(approval_id=ask(maker).pk, by=checker, now=NOW)
        assert approval.status == "rejected"
        with pytest.raises(ApprovalClosed):
            services.approve(approval_id=approval.pk, by=checker, now=NOW)

    @pytest.mark.parametrize("decide", [services.approve, services.reject])
    def test_by_the_maker_is_refused(self, decide):
        both = create_person("both", may_decide=True)
        with pytest.raises(MakerIsChecker):
            decide(approval_id=ask(both).pk, by=both, now=NOW)

    def test_by_the_maker_is_refused_to_a_superuser_too(self):
        root = create_person("root", is_superuser=True)
        with pytest.raises(MakerIsChecker):
            services.approve(approval_id=ask(root).pk, by=root, now=NOW)

    def test_without_the_permission_is_refused(self, maker):
        with pytest.raises(MayNotDecide):
            services.approve(approval_id=ask(maker).pk, by=create_person("other"), now=NOW)

    def test_by_someone_who_left_is_refused(self, maker):
        left = create_person("left", is_superuser=True, is_active=False)
        with pytest.raises(MayNotDecide):
            services.approve(approval_id=ask(maker).pk, by=left, now=NOW)

    def test_after_it_expired_is_refused_though_no_task_ran(self, maker, checker):
        with pytest.raises(ApprovalExpired):
            services.approve(approval_id=ask(maker).pk, by=checker, now=NOW + timedelta(hours=72))

    def test_of_an_unknown_request_is_refused(self, checker):
        with pytest.raises(ApprovalNotFound):
            services.approve(approval_id=404, by=checker, now=NOW)


class TestSpend:
    @pytest.fixture
    def approved(self, maker, checker):
        return services.approve(approval_id=ask(maker).pk, by=checker, now=NOW)

    def test_serves_once(self, approved):
        services.spend(approved, now=NOW)
        assert approved.status == "used"
        with pytest.raises(ApprovalClosed):
            services.spend(approved, now=NOW)

    def test_waits_for_the_second_person(self, maker):
        with pytest.raises(ApprovalRequired):
            services.spend(ask(maker), now=NOW)

    def test_does_not_outlive_its_expiry(self, approved):
        with pytest.raises(ApprovalExpired):
            services.spend(approved, now=NOW + timedelta(hours=72))


class TestExpireApprovals:
    def test_marks_what_time_has_run_out_on_once(self, maker):
        ask(maker)
        assert services.expire_approvals(now=NOW + timedelta(hours=71)) == 0
        assert services.expire_approvals(now=NOW + timedelta(hours=72)) == 1
        assert services.expire_approvals(now=NOW + timedelta(hours=73)) == 0


class TestTheDatabase:
    """The database enforces the rules of the services against code that bypasses them."""

    def test_refuses_the_maker_as_checker(self, maker):
        approval = ask(maker)
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.filter(pk=approval.pk).update(status="approved", decided_by=maker, decided_at=NOW)

    def test_refuses_agreement_by_nobody(self, maker):
        approval = ask(maker)
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.filter(pk=approval.pk).update(status="approved")

    @pytest.mark.parametrize(
        "change",
        [
            {"amount_micros": 1},
            {"arguments": {}},
            {"subject_id": "2"},
            {"reason": "other"},
            {"key": "2"},
            {"preview": []},
        ],
    )
    def test_refuses_to_change_what_was_asked(self, maker, change):
        approval = ask(maker)
        with pytest.raises(DatabaseError), transaction.atomic():
            Approval.objects.filter(pk=approval.pk).update(**change)

    def test_refuses_to_make_someone_else_the_maker(self, maker, checker):
        approval = services.approve(approval_id=ask(maker).pk, by=checker, now=NOW)
        with pytest.raises(DatabaseError), transaction.atomic():
            Approval.objects.filter(pk=approval.pk).update(requested_by=create_person("third"))

    def test_refuses_to_swap_the_checker(self, maker, checker):
        approval = services.approve(approval_id=ask(maker).pk, by=checker, now=NOW)
        with pytest.raises(DatabaseError), transaction.atomic():
            Approval.objects.filter(pk=approval.pk).update(decided_by=create_person("third"))

    def test_refuses_to_open_what_has_ended(self, maker, checker):
        approval = services.reject(approval_id=ask(maker).pk, by=checker, now=NOW)
        with pytest.raises(DatabaseError), transaction.atomic():
            Approval.objects.filter(pk=approval.pk).update(status="approved")

    def test_refuses_a_request_born_approved(self, maker, checker):
        approval = ask(maker)
        approval.pk, approval.status, approval.decided_by, approval.decided_at = None, "approved", checker, NOW
        approval.fingerprint = "f" * 64
        with pytest.raises(DatabaseError), transaction.atomic():
            approval.save(force_insert=True)

    def test_refuses_to_forget(self, maker):
        approval = ask(maker)
        with pytest.raises(DatabaseError), transaction.atomic():
            approval.delete()


def test_transitions_name_every_state():
    assert set(TRANSITIONS) == set(Approval.Status)
