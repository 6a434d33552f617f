"""The burn order between every two sources of credit, by the services that grant and charge."""

from datetime import timedelta
from itertools import combinations, permutations

import pytest

from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from tests.factories import charge, create_grant, create_organization, reserve

pytestmark = pytest.mark.django_db

# As docs/ledger.md states it, source by source, repeated here on purpose.
PUBLISHED = [["included_quota"], ["signup", "voucher", "bonus", "adjustment"], ["contract"], ["top_up"]]
RANK = {source: rank for rank, sources in enumerate(PUBLISHED) for source in sources}
PAID = {"contract", "top_up"}
APART = [(first, second) for first, second in permutations(RANK, 2) if RANK[first] < RANK[second]]
TOGETHER = [pair for pair in permutations(RANK, 2) if RANK[pair[0]] == RANK[pair[1]]]


@pytest.fixture
def acme(now):
    return create_organization(now)


def grant(organization, source, now, **fields):
    paid = 10_000_000 if source in PAID else 0
    return create_grant(organization, "10", now, key=source, source=source, paid_micros=paid, **fields)


def left():
    return {grant.source: grant.remaining_micros // 1_000_000 for grant in Grant.objects.all()}


def test_every_source_has_its_place():
    assert set(RANK) == set(Grant.Source.values)
    assert len(APART) + len(TOGETHER) // 2 == len(list(combinations(Grant.Source.values, 2)))


@pytest.mark.parametrize(("first", "second"), APART)
def test_one_source_is_burnt_before_another(acme, now, first, second):
    """Even if the other is older and ends sooner."""
    grant(acme, second, now, expires_at=now + timedelta(days=1))
    grant(acme, first, now + timedelta(hours=1))
    charge(acme, "13", now + timedelta(hours=2))
    assert left() == {first: 0, second: 7}


@pytest.mark.parametrize(("first", "second"), APART)
def test_one_source_is_held_before_another(acme, now, first, second):
    grant(acme, second, now, expires_at=now + timedelta(days=1))
    grant(acme, first, now + timedelta(hours=1))
    reserve(acme, "13", now + timedelta(hours=2))
    held = {grant.source: grant.held_micros // 1_000_000 for grant in Grant.objects.all()}
    assert held == {first: 10, second: 3}
    assert wallet_figures(acme, now + timedelta(hours=2)).held_micros == 13_000_000


@pytest.mark.parametrize(("older", "newer"), TOGETHER)
def test_of_equal_sources_the_older_is_burnt_first(acme, now, older, newer):
    grant(acme, older, now)
    grant(acme, newer, now + timedelta(hours=1))
    charge(acme, "13", now + timedelta(hours=2))
    assert left() == {older: 0, newer: 7}


@pytest.mark.parametrize(("sooner", "later"), TOGETHER)
def test_of_equal_sources_what_ends_sooner_is_burnt_first(acme, now, sooner, later):
    grant(acme, later, now, expires_at=now + timedelta(days=2))
    grant(acme, sooner, now + timedelta(hours=1), expires_at=now + timedelta(days=1))
    charge(acme, "13", now + timedelta(hours=2))
    assert left() == {sooner: 0, later: 7}


def test_all_of_them_in_one_charge(acme, now):
    order = [source for sources in PUBLISHED for source in sources]
    for hours, source in enumerate(reversed(PUBLISHED[1])):
        grant(acme, source, now - timedelta(hours=hours))
    for source in ("top_up", "contract", "included_quota"):
        grant(acme, source, now)
    burnt = []
    for number, source in enumerate(order):
        charge(acme, "10", now + timedelta(hours=number + 1), key=f"c{number}")
        burnt.append(next(each for each in left() if left()[each] == 0 and each not in burnt))
        assert burnt[-1] == source
