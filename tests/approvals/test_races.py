from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from apps.approvals import services, submission
from apps.approvals.models import Approval
from apps.common.errors import BillingError
from tests.approvals.factories import NOW, ask, create_person

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 12


def at_once(call, arguments):
    """Call with each argument at the same time; return each result, or the error's code."""
    gate = Barrier(len(arguments))

    def run(argument):
        try:
            gate.wait(timeout=20)
            return call(argument)
        except BillingError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


def test_one_approval_used_by_many_serves_one():
    approval = ask(create_person("maker"))
    services.approve(approval_id=approval.pk, by=create_person("checker", may_decide=True), now=NOW)

    results = at_once(lambda _: submission.execute(approval.pk, now=NOW).name, range(THREADS))

    assert sorted(results) == sorted(["approval_closed"] * (THREADS - 1) + ["Smith"])


def test_approving_against_rejecting_has_one_outcome():
    approval = ask(create_person("maker"))
    people = [create_person(f"checker{number}", may_decide=True) for number in range(THREADS)]
    decide = {0: services.approve, 1: services.reject}

    results = at_once(lambda person: decide[person.pk % 2](approval_id=approval.pk, by=person, now=NOW).status, people)

    assert results.count("approval_closed") == THREADS - 1
    assert Approval.objects.get().status in results


def test_one_intent_asked_for_in_many_tabs_is_one_request():
    maker = create_person("maker")
    results = at_once(lambda _: ask(maker).pk, range(THREADS))
    assert len(set(results)) == Approval.objects.count() == 1
