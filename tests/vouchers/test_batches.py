"""Batches: created, generated, resumed, approved."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission

from apps.approvals import services as approvals
from apps.approvals.errors import ApprovalClosed, ApprovalRequired, MakerIsChecker
from apps.approvals.models import Approval
from apps.approvals.submission import execute, submit
from apps.vouchers import services
from apps.vouchers.actions import StartBatch
from apps.vouchers.errors import (
    BatchNotFound,
    CodesCannotBeMade,
    IllegalBatchState,
    InvalidTerms,
    ReasonMissing,
    VoucherNotFound,
)
from apps.vouchers.models import Batch, BatchEvent, Voucher
from apps.vouchers.services.generation import CHUNK
from tests.vouchers.factories import create_batch, redeem, staff, terms

pytestmark = pytest.mark.django_db
State = Batch.State


def make(now, **fields):
    return services.create_batch(terms=terms(**fields), reason="Spring fair", by=staff(), now=now)


def checker():
    person = staff("bob")
    person.user_permissions.add(Permission.objects.get(codename="decide_approval"))
    return type(person).objects.get(pk=person.pk)


class TestCreateBatch:
    def test_generates_in_the_background_and_then_works(self, now, deliver_outbox):
        batch = make(now, count=3)
        assert batch.state == State.GENERATING
        deliver_outbox(now)

        batch.refresh_from_db()
        assert (batch.state, batch.generated_count, batch.generated_at) == (State.ACTIVE, 3, now)
        assert Voucher.objects.filter(batch=batch).count() == 3

    def test_keeps_no_code_in_clear(self, now):
        batch, (code,) = create_batch(now, prefix="SPRING")
        plain = code.replace("-", "")

        kept = (
            str(list(Voucher.objects.values()))
            + str(list(Batch.objects.values()))
            + str(list(BatchEvent.objects.values()))
        )
        assert plain not in kept
        assert code not in kept
        assert batch.vouchers.get().masked == f"SPRING-…{plain[-4:]}"

    def test_writes_down_who_made_it_and_why(self, now):
        make(now, count=2)

        created, started = BatchEvent.objects.order_by("pk")
        assert (created.action, created.reason, created.done_by) == ("created", "Spring fair", "staff:ann")
        assert created.details == {"worth_micros": 50_000_000}
        assert (started.action, started.reason, started.done_by) == ("started", "Spring fair", "staff:ann")

    @pytest.mark.parametrize("reason", ["", "  ", "\n"])
    def test_asks_why(self, now, reason):
        with pytest.raises(ReasonMissing):
            services.create_batch(terms=terms(), reason=reason, by=staff(), now=now)

        assert not Batch.objects.exists()

    @pytest.mark.parametrize("changed", [{"organization_ids": (uuid4(),)}, {"plan_ids": (404,)}])
    def test_refuses_eligible_ones_that_do_not_exist(self, now, changed):
        with pytest.raises(InvalidTerms):
            make(now, **changed)


class TestGenerateChunk:
    def test_goes_on_where_a_killed_worker_stopped(self, now):
        batch = make(now, amount="0.01", count=CHUNK + 7)
        assert services.generate_chunk(batch_id=batch.pk, now=now) == 7
        batch.refresh_from_db()
        assert (batch.state, batch.generated_count) == (State.GENERATING, CHUNK)

        assert services.generate_chunk(batch_id=batch.pk, now=now) == 0
        numbers = list(Voucher.objects.filter(batch=batch).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(CHUNK + 7))

    def test_does_nothing_when_all_are_there(self, now, django_assert_num_queries):
        batch, _ = create_batch(now, count=2)

        assert services.generate_chunk(batch_id=batch.pk, now=now) == 0
        assert Voucher.objects.count() == 2

    def test_makes_no_codes_with_another_key(self, now, settings):
        batch = make(now, count=2)
        settings.VOUCHER_CODE_KEY = "another" * 8

        with pytest.raises(CodesCannotBeMade):
            services.generate_chunk(batch_id=batch.pk, now=now)
        assert not Voucher.objects.exists()

    def test_stops_when_the_batch_is_revoked_meanwhile(self, now):
        batch = make(now, amount="0.01", count=CHUNK * 2)
        services.generate_chunk(batch_id=batch.pk, now=now)
        services.revoke_batch(batch_id=batch.pk, reason="Wrong amount", by=staff(), now=now)

        assert services.generate_chunk(batch_id=batch.pk, now=now) == 0
        assert Voucher.objects.count() == CHUNK

    def test_codes_do_not_work_before_all_are_made(self, now, acme):
        batch = make(now, amount="0.01", count=CHUNK * 2)
        services.generate_chunk(batch_id=batch.pk, now=now)
        code = next(services.Download(batch).codes())

        with pytest.raises(VoucherNotFound):
            redeem(acme, code, now)

    def test_costs_statements_per_thousand_codes_not_per_code(self, now, django_assert_max_num_queries):
        batch = make(now, amount="0.01", count=CHUNK)

        with django_assert_max_num_queries(20):
            services.generate_chunk(batch_id=batch.pk, now=now)

    def test_refuses_an_unknown_batch(self, now):
        with pytest.raises(BatchNotFound):
            services.generate_chunk(batch_id=uuid4(), now=now)


class TestApproval:
    @pytest.fixture(autouse=True)
    def _limit(self, settings):
        settings.APPROVAL_LIMIT_MICROS = 1_000_000_000

    @pytest.fixture
    def batch(self, now):
        return make(now, count=41)

    def test_is_asked_above_the_limit_only(self, now, batch):
        assert make(now, count=40).state == State.GENERATING
        assert batch.state == State.AWAITING_APPROVAL
        assert Approval.objects.get().amount_micros == 1_025_000_000

    def test_counts_every_redemption_of_every_code(self, now):
        assert make(now, count=4, max_redemptions=11, max_per_organization=1).state == State.AWAITING_APPROVAL

    def test_no_code_exists_before_it(self, now, batch, deliver_outbox):
        deliver_outbox(now)
        assert services.generate_chunk(batch_id=batch.pk, now=now) == 0

        assert not Voucher.objects.exists()

    def test_cannot_start_without_it(self, now, batch):
        with pytest.raises(ApprovalRequired):
            execute(Approval.objects.get().pk, now=now)

    def test_is_not_given_by_the_one_who_asked(self, now, batch):
        person = staff()
        person.user_permissions.add(Permission.objects.get(codename="decide_approval"))

        with pytest.raises(MakerIsChecker):
            approvals.approve(approval_id=Approval.objects.get().pk, by=person, now=now)

    def test_starts_once_when_given(self, now, batch, deliver_outbox):
        approvals.approve(approval_id=Approval.objects.get().pk, by=checker(), now=now)
        execute(Approval.objects.get().pk, now=now + timedelta(hours=1))
        deliver_outbox(now + timedelta(hours=1))

        assert Batch.objects.get().state == State.ACTIVE
        with pytest.raises(ApprovalClosed):
            execute(Approval.objects.get().pk, now=now)

    def test_can_be_asked_again_after_a_refusal(self, now, batch):
        approvals.reject(approval_id=Approval.objects.get().pk, by=checker(), now=now)
        submit(StartBatch.of(batch, reason="Smaller audience", key="staff:2"), by=staff(), now=now)

        again, first = Approval.objects.order_by("-pk")
        assert (again.status, again.subject_id, first.status) == ("pending", str(batch.pk), "rejected")

    def test_can_be_given_up(self, now, batch):
        services.cancel_batch(batch_id=batch.pk, reason="Not this year", by=staff(), now=now)

        approvals.approve(approval_id=Approval.objects.get().pk, by=checker(), now=now)
        with pytest.raises(IllegalBatchState):
            execute(Approval.objects.get().pk, now=now)

    def test_a_chosen_code_does_not_work_before_it(self, now, acme):
        services.create_chosen(code="BIG", terms=terms("2000"), reason="A favor", by=staff(), now=now)
        with pytest.raises(VoucherNotFound):
            redeem(acme, "BIG", now)

        approvals.approve(approval_id=Approval.objects.get().pk, by=checker(), now=now)
        execute(Approval.objects.get().pk, now=now)
        assert redeem(acme, "BIG", now).amount == 2_000_000_000


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_transitions_written_down(state):
    assert Batch.TRANSITIONS[state] <= set(State)


def test_batches_of_a_day_add_up(now, settings):
    settings.APPROVAL_LIMIT_MICROS = 1_000_000_000
    ann = staff("ann")
    states = [
        services.create_batch(terms=terms("100", count=6), reason="Spring", by=ann, now=now).state for _ in range(2)
    ]
    assert states == [Batch.State.GENERATING, Batch.State.AWAITING_APPROVAL]
