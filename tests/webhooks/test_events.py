"""Events: recorded once, numbered without gaps, with the exact body that is sent."""

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, transaction

from apps.tenants.models import Organization
from apps.webhooks.event_types import EVENT_TYPES
from apps.webhooks.models import WebhookEvent
from tests.factories import create_organization
from tests.webhooks.factories import record


class TestRecording:
    def test_each_organization_counts_from_one(self, organization, now):
        other = create_organization(now, "other")

        numbers = [record(each, now, key).sequence for key in "ab" for each in (organization, other)]

        assert numbers == [1, 1, 2, 2]

    def test_a_repeated_key_records_nothing(self, organization, now):
        first = record(organization, now)

        assert record(organization, now, data={"id": "other", "version": 9}) == first
        assert record(organization, now, key="2").sequence == 2

    def test_the_same_key_of_another_type_is_another_event(self, organization, now):
        assert [
            record(organization, now, event_type=each).sequence for each in ("top_up.failed", "top_up.succeeded")
        ] == [1, 2]

    def test_the_body_is_exact(self, organization, now):
        event = record(organization, now, data={"amount": Decimal("12345678901234.100000")})

        assert '"sequence":1,"data":{"amount":12345678901234.1}' in event.body
        assert json.loads(event.body) == {
            "id": f"evt_{event.pk.hex}",
            "type": "month.closed",
            "timestamp": "2026-11-18T12:00:00Z",
            "organizationId": str(organization.pk),
            "sequence": 1,
            "data": {"amount": 12345678901234.1},
        }

    def test_an_aborted_transaction_leaves_no_gap(self, organization, now):
        record(organization, now)
        with transaction.atomic():
            record(organization, now, key="2")
            transaction.set_rollback(True)

        assert record(organization, now, key="3").sequence == 2

    def test_a_body_that_is_too_large_is_refused(self, organization, now):
        with pytest.raises(ValueError, match="65536"):
            record(organization, now, data={"text": "x" * 65_536})

        assert not WebhookEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_numbers_have_no_gap_and_keys_are_recorded_once(self, now):
        organization = create_organization(now)
        together = Barrier(8)

        def work(worker: int) -> None:
            together.wait()
            try:
                for number in range(10):
                    record(Organization(pk=organization.pk), now, key=f"{number}:{worker % 2}")
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))

        assert list(WebhookEvent.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 21))


class TestTypes:
    def test_a_type_fits_its_column(self):
        assert max(map(len, EVENT_TYPES)) <= WebhookEvent._meta.get_field("type").max_length
