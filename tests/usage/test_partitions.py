"""Usage events are partitioned by month, created ahead; an id is unique over all partitions."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from apps.usage.event_reader import id_digest
from apps.usage.models import EventId, UsageEvent
from apps.usage.services import attached_months, check_usage, make_partition, make_partitions, rerate_quarantined
from billing_site.health import NotReady, _partitions
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
MICRO = 1_000_000


@pytest.fixture
def acme(now):
    price(make_meter(), micros_per_million=MICRO)
    return create_organization(now)


def table_of(row):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM usage_usageevent WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


class TestPartitions:
    def test_are_made_for_this_month_and_three_ahead(self):
        now = datetime(2031, 11, 30, 23, 59, tzinfo=UTC)
        made = [date(2031, 11, 1), date(2031, 12, 1), date(2032, 1, 1), date(2032, 2, 1)]
        assert (make_partitions(now=now), make_partitions(now=now)) == (made, [])
        assert attached_months()[-4:] == made

    @pytest.mark.parametrize(
        ("at", "table"),
        [
            (datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=UTC), "usage_usageevent_2026_11"),
            (datetime(2026, 12, 1, tzinfo=UTC), "usage_usageevent_2026_12"),
        ],
    )
    def test_take_events_by_the_utc_month_in_which_they_were_recorded(self, acme, at, table):
        send(acme, at, event(quantity=1))
        assert table_of(UsageEvent.objects.get()) == table

    def test_are_made_by_who_finds_none(self, acme, now):
        later = now.replace(year=2033)
        assert send(acme, later, event(quantity=2)).accepted == 1
        assert table_of(UsageEvent.objects.get()) == "usage_usageevent_2033_11"
        assert list(check_usage()) == []

    def test_are_missed_by_readyz_a_month_before_they_are_needed(self):
        make_partition(date(2035, 1, 1))
        assert "up to 2035-01" in _partitions(datetime(2034, 12, 31, tzinfo=UTC))
        with pytest.raises(NotReady, match="2035-02"):
            _partitions(datetime(2035, 1, 1, tzinfo=UTC))

    @pytest.mark.parametrize("statement", ["TRUNCATE usage_usageevent_2026_11", "DELETE FROM usage_usageevent_2026_11"])
    def test_are_guarded_like_the_whole(self, acme, now, statement):
        send(acme, now, event(quantity=1))
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_have_the_indexes_that_queries_need(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'usage_usageevent_2026_11'")
            columns = {definition.partition(" USING ")[2].removeprefix("btree ") for (definition,) in cursor.fetchall()}
        assert columns == {
            "(id, recorded_at)",
            "(organization_id, counted_on, id)",
            "(posting_id)",
            "(id) WHERE ((state)::text = 'quarantined'::text)",
            "brin (event_id text_bloom_ops) WITH (autosummarize='on')",
            "(organization_id, counted_on, id) WHERE ((billing_mode)::text = 'byok'::text)",
        }

    def test_keep_what_waited_in_the_month_it_was_recorded(self, now):
        acme = create_organization(now)
        send(acme, now, event(quantity=3))
        price(make_meter(), micros_per_million=MICRO)
        rerate_quarantined(created_by="staff:ann", now=now.replace(month=12))
        row = UsageEvent.objects.get()
        assert (row.state, table_of(row)) == ("rated", "usage_usageevent_2026_11")


class TestIds:
    def test_are_named_by_a_digest_of_source_and_id(self):
        assert id_digest("app/eu", "evt-1") == UUID("5210f82d-1cee-bc38-1685-17720e1f42ef").hex

    def test_are_kept_beside_the_events(self, acme, now):
        send(acme, now, event("evt-1", source="app/eu", quantity=1))
        row, kept = UsageEvent.objects.get(), EventId.objects.get()
        assert (kept.event, kept.fingerprint, kept.organization_id) == (row.pk, row.fingerprint, acme.pk)
        assert kept.month == date(2026, 11, 1)

    def test_come_once_over_all_months(self, acme, now):
        later = now.replace(year=2028, month=1)
        send(acme, now, event(quantity=1))
        again = send(acme, later, event(quantity=1), event("e2", quantity=1))
        assert (again.accepted, again.duplicate) == (1, 1)
        other = send(acme, later, event(quantity=2))
        assert [each.code for each in other.refusals] == ["id_reused"]

    def test_of_refused_events_stay_free(self, acme, now):
        assert len(send(acme, now, event(quantity=1.5)).refusals) == 1
        assert (EventId.objects.count(), send(acme, now, event(quantity=1)).accepted) == (0, 1)
