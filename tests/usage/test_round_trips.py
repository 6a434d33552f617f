"""A batch of usage takes the same number of statements for 500 events as for one."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.ledger.models import Transfer
from apps.tenants.known_credentials import CredentialChanged, DeferredCheck
from apps.tenants.models import ApiKey
from apps.tenants.selectors import authenticate_api_key
from apps.tenants.services import issue_api_key
from apps.usage.models import ActiveCharacter, DistinctId, EventId, UsageEvent, UsagePosting
from tests.factories import create_grant, create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db(transaction=True)

# BEGIN, what counting needs, the wallet, everything written, COMMIT.
MOST = 5


@pytest.fixture
def acme(now):
    organization = create_organization(now)
    create_grant(organization, "10", now)
    chat = make_meter()
    price(chat, micros_per_million=1_000_000)
    price(chat, micros_per_million=2_000_000, model="large")
    price(make_meter("character", "character"), micros_per_million=1_000_000)
    return organization


def batch(number: int, prefix: str) -> list[dict[str, Any]]:
    """Events of two models, several sessions, characters, operators and costs, some of them ahead of the clock."""
    return [
        event(
            f"{prefix}{each}",
            quantity=1 + each,
            model=("", "large")[each % 2],
            session=f"s{each % 7}",
            character=f"c{each % 5}",
            traffic_source=("web", "api")[each % 2],
            operator=f"o{each % 3}",
            cost={"amount": "0.25", "currency": ("USD", "EUR")[each % 2]},
            time="2026-11-18T12:05:00Z" if each % 3 else "2026-11-18T11:59:00Z",
        )
        for each in range(number)
    ]


def sent(act: Any) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("number", [1, 50, 500])
class TestRoundTrips:
    def test_are_five_for_a_batch(self, acme, now, number):
        for prefix in ("first", "second"):
            statements = sent(lambda name=prefix: send(acme, now, *batch(number, name)))
            assert len(statements) <= MOST, [text[:80] for text in statements]
        assert UsageEvent.objects.count() == EventId.objects.count() == 2 * number
        assert set(UsageEvent.objects.values_list("pk")) == set(EventId.objects.values_list("event"))
        assert ActiveCharacter.objects.count() == min(number, 5)
        assert DistinctId.objects.count() == min(number, 7) + min(number, 5)
        charged = set(UsagePosting.objects.exclude(amount_micros=0).values_list("transfer"))
        assert charged == set(Transfer.objects.filter(cause_type="usage.posting").values_list("pk"))

    def test_are_three_for_one_that_came_before(self, acme, now, number):
        send(acme, now, *batch(number, "e"))

        assert len(sent(lambda: send(acme, now, *batch(number, "e")))) == 3


def test_include_the_check_of_a_known_credential(acme, now):
    """With a key that was changed meanwhile nothing is counted, and the first statement of the batch detects it."""
    key = issue_api_key(organization=acme, name="x", scopes=["usage:write"], created_by="x", now=now)
    authenticate_api_key(key.text, now)

    def send_with_key(name: str) -> None:
        with DeferredCheck():
            authenticate_api_key(key.text, now)
            send(acme, now, *batch(2, name))

    assert len(sent(lambda: send_with_key("a"))) <= MOST
    ApiKey.objects.update(scopes=[])
    with CaptureQueriesContext(connection) as captured, pytest.raises(CredentialChanged):
        send_with_key("b")
    assert [query["sql"].split("(")[0] for query in captured] == ["BEGIN", "SELECT json_build_array", "ROLLBACK"]
    assert UsageEvent.objects.count() == 2


def test_no_batch_reads_a_table_whole_that_was_empty_when_its_plan_was_made(acme, now):
    grow = ("usage_eventid", "usage_othereventid", "usage_eventcorrection", "usage_distinctid", "usage_activecharacter")
    scans = "SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname = ANY(%s) ORDER BY 1"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(scans, [list(grow)])
        before = cursor.fetchall()
        send(acme, now, *batch(50, "e"))
        cursor.execute(scans, [list(grow)])
        assert [scans for scans in cursor if scans not in before and scans[1]] == []
