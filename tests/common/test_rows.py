"""Rows written together are read back as they were given, however many there are and whatever their texts hold."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from apps.common.arrays import UuidArray
from apps.common.queries import prepared_rows
from apps.common.rows import MANY, RowWriter
from apps.usage.models import BreakdownTotal, EventCorrection, MeteredOrganization, OtherEventId, ReportFinding
from tests.factories import create_organization
from tests.pricing.factories import make_meter

pytestmark = pytest.mark.django_db
TEXTS = [
    "",
    "null",
    "NULL",
    "{}",
    "{a,b}",
    'a "quote"',
    "back\\slash\\",
    "comma, space ",
    "caf\u00e9 \u2028 \U0001f600",
    "'",
]
CONTROL = ["tab\t", "line\nline", "bell\x07", "\\n is no line", "\x7f"]


@pytest.mark.parametrize("count", [1, 2, MANY, 3 * MANY])
@pytest.mark.parametrize("texts", [TEXTS, CONTROL, [*TEXTS, *CONTROL]], ids=["plain", "control", "both"])
def test_texts_and_dates_are_what_was_given(now, count, texts):
    acme, today = create_organization(now), date(2026, 11, 18)
    rows = [
        (acme.pk, "free", "m", texts[n % len(texts)], f"n{n}", n, -n, f"id {n}", today, today) for n in range(count)
    ]
    writer = RowWriter()
    names = ("organization_id", "kind", "meter_slug", "model", "name", "report_count", "tokens")
    writer.insert(ReportFinding, (*names, "last_event_id", "first_seen_on", "last_seen_on"), rows)
    writer.run()
    found = ReportFinding.objects.order_by("report_count").values_list(*names, "last_event_id", "first_seen_on")
    assert list(found) == [row[:-1] for row in rows]


@pytest.mark.parametrize("count", [1, MANY])
def test_objects_large_numbers_and_times_are_what_was_given(now, count):
    owners = [create_organization(now, f"c{n}") for n in range(count)]
    moment = datetime(2026, 11, 18, 12, 0, 0, 123456, tzinfo=UTC)
    held = [{"text": (TEXTS + CONTROL)[n % 14], "list": [n, None, True, {"a": "\n"}]} for n in range(count)]
    writer = RowWriter()
    columns = ("organization_id", "created_at", "filling")
    writer.insert(MeteredOrganization, columns, [(each.pk, moment, held[n]) for n, each in enumerate(owners)])
    meter = make_meter()
    keys = ("organization_id", "meter_id", "by", "is_month", "day", "cost_currency", "kind", "value_1", "value_2")
    sums = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "charge_micros", "cost_picos")
    rows = [(each.pk, meter.pk, "key", n % 2 == 1, date(2026, 11, 1), "", "", "v", "") for n, each in enumerate(owners)]
    amounts = [(n, 0, 0, 0, 0, 10**30 + n) for n in range(count)]
    for _ in range(2):
        writer.add(
            BreakdownTotal, (*keys, "is_other"), sums, [(*r, False, *a) for r, a in zip(rows, amounts, strict=True)]
        )
        writer.run()
    for n, each in enumerate(owners):
        row = MeteredOrganization.objects.get(pk=each.pk)
        assert (row.created_at, row.filling) == (moment, json.loads(json.dumps(held[n])))
        total = BreakdownTotal.objects.get(organization=each)
        assert (total.is_month, total.event_count, total.cost_picos) == (n % 2 == 1, 2 * n, Decimal(2 * (10**30 + n)))


@pytest.mark.parametrize("count", [0, 1, MANY])
@pytest.mark.parametrize("form", [str, UUID, lambda digits: str(UUID(digits))], ids=["digits", "uuid", "hyphens"])
def test_an_array_of_uuids_is_what_was_given(count, form):
    digits = [f"{n + 2**120:032x}" for n in range(count)]
    ((found, size),) = prepared_rows(
        "SELECT given, cardinality(given) FROM (SELECT %s::uuid[] AS given) AS sent",
        [UuidArray.of([form(each) for each in digits])],
    )
    assert (found, size) == ([UUID(each) for each in digits], count)


def test_many_rows_keep_their_uuids_and_where_one_is_missing(now):
    acme = create_organization(now)
    digests = [f"{n + 2**120:032x}" for n in range(2 * MANY)]
    replaced = [UUID(each) if n % 3 else None for n, each in enumerate(digests)]
    writer = RowWriter()
    writer.insert(OtherEventId, ("organization_id", "digest", "main"), [(acme.pk, e, e[::-1]) for e in digests])
    columns = ("organization_id", "digest", "event", "replacement", "fingerprint", "month", "reason", "created_at")
    month = date(2026, 11, 1)
    rows = [
        (acme.pk, each, n, n if text else None, text, month, "sent twice", now)
        for n, (each, text) in enumerate(zip(digests, replaced, strict=True))
    ]
    writer.insert(EventCorrection, (*columns, "created_by"), [(*row, "test") for row in rows])
    writer.run()
    others = OtherEventId.objects.order_by("digest").values_list("digest", "main")
    assert list(others) == [(UUID(each), UUID(each[::-1])) for each in digests]
    corrections = EventCorrection.objects.order_by("event").values_list("digest", "fingerprint")
    assert list(corrections) == list(zip(map(UUID, digests), replaced, strict=True))
