"""A repeated call gets the first response; another call with the same key is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from apps.idempotency import tasks
from apps.idempotency.errors import CallInProgress, IdempotencyKeyReused
from apps.idempotency.models import IdempotentCall
from apps.idempotency.services import (
    LEASE,
    Call,
    Claim,
    StoredResponse,
    claim_call,
    complete_call,
    purge_calls,
    release_call,
)

CALL = Call(None, "user:1", "key-1", "POST", "/api/v1/org/vouchers/redeem", "a" * 64)
ANSWER = StoredResponse(200, "application/json", b'{"ok":true}')


@pytest.mark.django_db
class TestClaimCall:
    def test_answers_as_before(self, now):
        complete_call(claim=claim_call(call=CALL, now=now), answer=ANSWER, now=now)
        assert claim_call(call=CALL, now=now) == ANSWER

    def test_refuses_another_call_under_the_key(self, now):
        claim_call(call=CALL, now=now)
        with pytest.raises(IdempotencyKeyReused):
            claim_call(call=replace(CALL, request_sha256="b" * 64), now=now)

    def test_refuses_while_the_first_is_running(self, now):
        claim_call(call=CALL, now=now)
        with pytest.raises(CallInProgress):
            claim_call(call=CALL, now=now + LEASE - timedelta(seconds=1))

    def test_keeps_the_keys_of_callers_apart(self, now):
        first = claim_call(call=CALL, now=now)
        second = claim_call(call=replace(CALL, caller="user:2"), now=now)
        assert first.call_id != second.call_id

    def test_takes_over_from_an_attempt_that_died_under_the_same_id(self, now):
        died = claim_call(call=CALL, now=now)
        assert claim_call(call=CALL, now=now + LEASE) == Claim(died.call_id, 2)

    def test_lets_a_released_call_be_tried_again_at_once(self, now):
        failed = claim_call(call=CALL, now=now)
        release_call(claim=failed, now=now)
        assert claim_call(call=CALL, now=now) == Claim(failed.call_id, 2)

    def test_ignores_the_late_answer_of_an_attempt_that_was_taken_over(self, now):
        slow = claim_call(call=CALL, now=now)
        quick = claim_call(call=CALL, now=now + LEASE)
        complete_call(claim=slow, answer=replace(ANSWER, status=409), now=now + LEASE)
        complete_call(claim=quick, answer=ANSWER, now=now + LEASE)
        assert claim_call(call=CALL, now=now + LEASE) == ANSWER

    def test_runs_again_under_the_same_id_when_the_answer_cannot_be_read_any_more(self, now, settings):
        first = claim_call(call=CALL, now=now)
        complete_call(claim=first, answer=ANSWER, now=now)
        settings.SECRET_KEY = "another one " * 5
        # Another secret key hashes the same request to something else.
        again = replace(CALL, request_sha256="c" * 64)
        second = claim_call(call=again, now=now)
        assert second == Claim(first.call_id, 2)
        complete_call(claim=second, answer=ANSWER, now=now)
        assert claim_call(call=again, now=now) == ANSWER

    def test_refuses_a_call_to_elsewhere_even_when_the_answer_cannot_be_read(self, now, settings):
        complete_call(claim=claim_call(call=CALL, now=now), answer=ANSWER, now=now)
        settings.SECRET_KEY = "another one " * 5
        with pytest.raises(IdempotencyKeyReused):
            claim_call(call=replace(CALL, path="/api/v1/org/contract/subscribe", request_sha256="c" * 64), now=now)

    def test_keeps_no_answer_in_the_clear(self, now):
        complete_call(claim=claim_call(call=CALL, now=now), answer=ANSWER, now=now)
        assert ANSWER.body not in bytes(IdempotentCall.objects.get().body)

    def test_forgets_after_two_days_by_time_alone(self, now):
        first = claim_call(call=CALL, now=now)
        complete_call(claim=first, answer=ANSWER, now=now)
        later = claim_call(call=replace(CALL, request_sha256="b" * 64), now=now + timedelta(hours=48))
        assert later.call_id != first.call_id


@pytest.mark.django_db
class TestPurgeCalls:
    def test_deletes_what_is_two_days_old(self, now):
        claim_call(call=CALL, now=now)
        claim_call(call=replace(CALL, key="key-2"), now=now + timedelta(hours=1))
        assert purge_calls(now=now + timedelta(hours=48)) == 1
        assert IdempotentCall.objects.get().key == "key-2"

    def test_runs_by_the_clock(self, now):
        claim_call(call=CALL, now=now)
        tasks.purge_calls(now=now + timedelta(days=3))
        assert not IdempotentCall.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_of_sixteen_at_once_may_run(now):
    gate = Barrier(16)

    def claim(_):
        gate.wait()
        try:
            return claim_call(call=CALL, now=now)
        except CallInProgress:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as threads:
        claims = list(threads.map(claim, range(16)))
    assert len([each for each in claims if each]) == 1
