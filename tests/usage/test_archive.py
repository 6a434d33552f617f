"""Archived months: verified before their rows are removed, used by explanations and proofs, known to ingest."""

import csv
import io
import os
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.urls import reverse

from apps.common.periods import parse_month
from apps.usage import models, partitions
from apps.usage.errors import ArchiveDiffers, ArchiveUnavailable, MonthHasQuarantined, MonthNotClosed
from apps.usage.event_files import COLUMNS, read_file
from apps.usage.models import ArchivedMonth, EventId, RecentArchivedEvent, UsageEvent, UsagePosting
from apps.usage.selectors import recent_usage_events
from apps.usage.services import (
    archive,
    archive_usage,
    attached_months,
    check_usage,
    close_month,
    rebuild_usage,
    rerate_quarantined,
)
from tests.backoffice.people import client_of, create_staff
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.table_truncation import without_triggers
from tests.usage.factories import event, send, several

# Partitions are detached outside transactions; what is refused before that needs none.
detaching = pytest.mark.django_db(transaction=True)

MICRO = 1_000_000
SENT = datetime(2025, 3, 18, 12, tzinfo=UTC)
LATER = datetime(2026, 5, 18, 12, tzinfo=UTC)  # 14 months later
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
TIME = "2025-03-18T11:59:00Z"


@pytest.fixture(autouse=True)
def directory(settings, tmp_path):
    settings.ARCHIVE_DIR = tmp_path / "archive"
    yield settings.ARCHIVE_DIR
    with connection.cursor() as cursor:
        for month in (date(2025, month, 1) for month in range(1, 13)):
            cursor.execute(f"DROP TABLE IF EXISTS {partitions.partition_of(month)}")


@pytest.fixture
def acme():
    price(make_meter(), micros_per_million=MICRO, start=datetime(2025, 1, 1, tzinfo=UTC))
    return create_organization(SENT)


@pytest.fixture
def used(acme):
    """Three events of March, one of April, and both months closed."""
    send(acme, SENT, *several(3, quantity=2, time=TIME, session="s", project="p", model="m"))
    send(acme, SENT.replace(month=4), event("later", quantity=5, time="2025-04-18T11:59:00Z", session="t"))
    close(MARCH, APRIL)
    return acme


def close(*months):
    for month in months:
        close_month(month=parse_month(f"{month:%Y-%m}"), closed_by="system:test", now=LATER)


def archived(before=APRIL, now=LATER, **options):
    return list(archive_usage(before=before, now=now, **options))


def as_csv(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def totals():
    tables = (models.UsageDay, models.Counter, models.DistinctId, models.DistinctIdDay)
    return [sorted(str({**row, "id": 0}) for row in table.objects.values()) for table in tables]


@detaching
class TestArchiving:
    def test_moves_a_month_into_its_file(self, used, directory):
        before = list(UsageEvent.objects.filter(recorded_at__lt=SENT.replace(day=31)).order_by("pk").values_list())
        [done] = archived()
        assert (done.row.month, done.row.row_count, done.row.charge_micros) == (MARCH, 3, 6)
        assert (MARCH in attached_months(), UsageEvent.objects.get().event_id) == (False, "later")
        assert sorted(read_file(directory / done.row.file)) == before

    def test_keeps_the_table_until_it_is_to_be_dropped(self, used):
        assert [each.is_dropped for each in (*archived(), *archived(), *archived(drop=True))] == [False, False, True]
        assert not archive.partition_exists(MARCH)

    def test_sorts_by_organization_and_id(self, used, directory):
        other = create_organization(SENT, "other")
        send(other, SENT, *several(2, quantity=1, time=TIME))
        send(used, SENT, event("more", quantity=1, time=TIME))
        close(MARCH)
        [done] = archived()
        keys = [(str(row[COLUMNS.index("organization_id")]), row[0]) for row in read_file(directory / done.row.file)]
        assert keys == sorted(keys)

    def test_is_a_command(self, used):
        out = io.StringIO()
        call_command("archive_usage", "--before", "2025-05", "--drop", stdout=out)
        assert out.getvalue().splitlines() == [
            "2025-03: 3 events in usage_usageevent_2025_03.parquet.",
            "2025-04: 1 events in usage_usageevent_2025_04.parquet.",
        ]


@pytest.mark.django_db
class TestRefuses:
    def test_a_month_that_corrections_may_reach(self, used):
        with pytest.raises(MonthNotClosed, match="from 2025-05-06"):
            archived(now=datetime(2025, 5, 5, 23, 59, tzinfo=UTC))

    def test_a_month_that_is_open_for_somebody_and_names_them(self, used):
        create_organization(SENT, "beta")
        with pytest.raises(MonthNotClosed, match="open for beta"):
            archived()
        assert MARCH in attached_months()

    def test_a_month_in_which_usage_waits(self, used):
        with without_triggers(connection):
            UsageEvent.objects.filter(event_id="e1").update(
                state="quarantined", reason="no_price", counted_on=None, posting=None, charge_micros=0
            )
        with pytest.raises(MonthHasQuarantined, match="1 events of 2025-03"):
            archived()

    def test_events_that_are_not_what_was_charged(self, used, directory):
        with without_triggers(connection):
            UsageEvent.objects.filter(event_id="e1").update(charge_micros=1)
        with pytest.raises(ArchiveDiffers, match="postings against events"):
            archived()
        assert (ArchivedMonth.objects.exists(), MARCH in attached_months()) == (False, True)

    def test_a_file_that_is_not_what_is_in_the_table(self, used, monkeypatch):
        monkeypatch.setattr(archive, "read_file", lambda path: list(read_file(path))[:-1])
        with pytest.raises(ArchiveDiffers, match="of 2025-03 differs between file and table"):
            archived()

    def test_and_says_so_on_the_command_line(self, used):
        create_organization(SENT, "beta")
        with pytest.raises(CommandError, match="open for beta"):
            call_command("archive_usage", "--before", "2025-04", stdout=io.StringIO())


@detaching
class TestGoesOn:
    """A run that was broken off is continued by the next one."""

    @pytest.mark.parametrize("step", ["_compare", "hash_of", "detach_partition"])
    def test_where_it_was_broken_off(self, used, monkeypatch, step):
        def breaks(*_, **__):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(archive, step, breaks)
            with pytest.raises(KeyboardInterrupt):
                archived()
        assert (UsageEvent.objects.count(), list(check_usage())) == (4, [])
        assert (len(archived()), UsageEvent.objects.count(), list(check_usage())) == (1, 1, [])

    def test_where_another_run_has_meanwhile_archived_the_month(self, used, directory, monkeypatch):
        others = []
        refuse = archive._refuse_unsettled

        def late(month, now):
            monkeypatch.setattr(archive, "_refuse_unsettled", refuse)
            others.extend(archived(drop=True))
            refuse(month, now)

        monkeypatch.setattr(archive, "_refuse_unsettled", late)
        assert archived(drop=True) == others
        assert len(list(read_file(directory / "usage_usageevent_2025_03.parquet"))) == 3
        assert [file.name for file in directory.iterdir()] == ["usage_usageevent_2025_03.parquet"]

    def test_and_clears_away_the_files_of_runs_that_broke_off(self, used, directory):
        directory.mkdir()
        for name, hours in (("old.part", 25), ("new.part", 23)):
            (directory / name).touch()
            moment = (LATER - timedelta(hours=hours)).timestamp()
            os.utime(directory / name, (moment, moment))
        archived()
        assert sorted(file.suffix for file in directory.iterdir()) == [".parquet", ".part"]
        assert (directory / "new.part").exists()

    def test_and_never_detaches_what_is_not_in_its_file(self, used, directory, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(archive, "detach_partition", lambda *_, **__: None)
            archived()
        (directory / "usage_usageevent_2025_03.parquet").unlink()
        with pytest.raises(ArchiveUnavailable):
            archived()
        assert MARCH in attached_months()


@detaching
class TestAfterwards:
    def test_an_id_stays_known(self, used):
        archived(drop=True)
        again = send(used, LATER, event("e1", quantity=2, time=TIME, session="s", project="p", model="m"))
        other = send(used, LATER, event("e2", quantity=9, time="2026-05-18T11:59:00Z"))
        assert (again.duplicate, [each.code for each in other.refusals]) == (1, ["id_reused"])
        assert EventId.objects.count() == 4

    def test_the_totals_are_proven_and_made_anew_with_it(self, used):
        before = totals()
        archived(before=date(2025, 5, 1), drop=True)
        assert list(check_usage()) == []
        with without_triggers(connection):
            models.UsageDay.objects.update(charge_micros=1)
        assert "day totals against events" in {each.proof for each in check_usage()}
        rebuild_usage(now=LATER)
        assert (totals(), list(check_usage())) == (before, [])

    @pytest.mark.parametrize("harm", ["changed", "missing"])
    def test_a_file_that_was_touched_is_named(self, used, directory, harm):
        archived(drop=True)
        path = directory / "usage_usageevent_2025_03.parquet"
        if harm == "changed":
            path.write_bytes(path.read_bytes() + b"\0")
        else:
            os.unlink(path)
        assert [each.detail for each in check_usage() if "usage_usageevent_2025_03" in each.detail]
        with pytest.raises(ArchiveUnavailable):
            rebuild_usage(now=LATER)

    def test_a_charge_over_two_months_is_proven_in_both(self):
        acme = create_organization(SENT)
        send(acme, SENT, event("a", quantity=1, time=TIME))
        send(acme, SENT.replace(month=4), event("b", quantity=2, time="2025-04-18T11:59:00Z"))
        price(make_meter(), micros_per_million=MICRO, start=datetime(2025, 1, 1, tzinfo=UTC))
        rerate_quarantined(created_by="staff:ann", now=SENT.replace(month=4, day=20))
        assert UsagePosting.objects.count() == 2
        close(MARCH, APRIL)
        assert [each.row.row_count for each in archived(before=date(2025, 5, 1), drop=True)] == [1, 1]
        assert list(check_usage()) == []


@detaching
class TestNewestEvents:
    """The summary's newest events are the same before and after their months are archived."""

    def newest(self, organization):
        return [json_of_newest(organization, most) for most in (1, 3, 100)]

    def kept(self):
        return list(RecentArchivedEvent.objects.order_by("event").values_list("event_id", flat=True))

    def test_stay_the_same_byte_for_byte(self, used):
        other = create_organization(SENT, "other")
        send(other, SENT, event("b1", input_tokens=1, output_tokens=2, time=TIME, billing_mode="byok"))
        close(MARCH, APRIL)
        before = [self.newest(used), self.newest(other)]
        assert [each.event_id for each in recent_usage_events(used, 3)] == ["later", "e3", "e2"]
        for month, is_dropped in ((APRIL, False), (date(2025, 5, 1), True)):
            archived(before=month, drop=is_dropped)
            assert [self.newest(used), self.newest(other)] == before
        assert self.kept() == ["e1", "e2", "e3", "later", "b1"]

    def test_come_once_while_their_month_is_written_and_not_detached(self, used, monkeypatch):
        before = self.newest(used)
        monkeypatch.setattr(archive, "detach_partition", lambda *_, **__: None)
        archived()
        assert (self.kept(), MARCH in attached_months()) == (["e1", "e2", "e3"], True)
        assert self.newest(used) == before

    def test_of_an_archived_month_are_those_among_the_newest_hundred(self, used):
        send(used, SENT.replace(month=4), *several(97, prefix="a", quantity=1, time="2025-04-18T11:59:00Z"))
        close(APRIL)
        before = self.newest(used)
        archived()
        assert (self.kept(), self.newest(used)) == (["e2", "e3"], before)

    def test_that_newer_ones_pushed_out_go_with_the_next_month(self, used):
        archived()
        send(used, SENT.replace(month=4), *several(97, prefix="a", quantity=1, time="2025-04-18T11:59:00Z"))
        close(APRIL)
        before = self.newest(used)
        archived(before=date(2025, 5, 1))
        assert (self.kept()[:3], len(self.kept()), self.newest(used)) == (["e2", "e3", "later"], 100, before)

    def test_are_proven_against_their_files(self, used):
        archived(drop=True)
        with without_triggers(connection):
            RecentArchivedEvent.objects.filter(event_id="e2").update(charge_micros=1)
        assert {each.proof for each in check_usage()} == {"recent archived events against events"}

    def test_are_never_changed(self, used):
        archived()
        with pytest.raises(IntegrityError, match="written once"):
            RecentArchivedEvent.objects.update(charge_micros=1)


def json_of_newest(organization, most):
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(usage_newest_events(%s, %s) AS text)", [organization.pk, most])
        return cursor.fetchone()[0]


@detaching
class TestReading:
    @pytest.fixture
    def client(self, used):
        archived(drop=True)
        return client_of(create_staff("ada", is_superuser=True))

    def page(self, client, what, identity):
        answer = client.get(reverse("admin:why", args=[what, identity]))
        return answer.status_code, answer.content.decode()

    def test_explanations_open_archived_events(self, client, used):
        status, text = self.page(client, "posting", UsagePosting.objects.get(item_count=3).pk)
        assert (status, re.findall(r">\s*(e\d)\s*<", text)) == (200, ["e1", "e2", "e3"])
        link = re.search(r'href="(/admin/why/event/2025-03:[^"]+)"', text)[1]
        event_page = client.get(link).content.decode()
        assert all(each in event_page for each in ("Event e1", "/admin/pricing/priceversion/", "app e1"))
        status, text = self.page(client, "day", f"{used.pk}:2025-03-18:chat")
        assert (status, re.findall(r">\s*(e\d)\s*<", text)) == (200, ["e1", "e2", "e3"])
        for identity in ("2025-03:x:1", "2025-03:1", "2025-3:{}:1", "2025-03:{}:999", "2025-02:{}:1"):
            assert self.page(client, "event", identity.format(used.pk))[0] == 404, identity

    def test_a_file_of_the_list_has_them_as_the_list_is_narrowed(self, client, used):
        posting = UsagePosting.objects.get(item_count=3)
        for query, ids in (
            ({}, ["later", "e3", "e2", "e1"]),
            ({"customer": "acme"}, ["later", "e3", "e2", "e1"]),
            ({"posting__id__exact": str(posting.pk)}, ["e3", "e2", "e1"]),
            ({"customer": "acme", "counted_on_to": "2025-03-31", "charge_micros_from": "0.000002"}, ["e3", "e2", "e1"]),
            ({"customer": "acme", "charge_micros_from": "0.000003"}, ["later"]),
            ({"customer": "acme", "q": "e2"}, ["e2"]),
            ({"customer": "acme", "billing_mode": "byok"}, []),
            ({"customer": "nobody"}, []),
            ({"q": "e2"}, []),
        ):
            rows = as_csv(client.get("/admin/export/usage/usageevent/csv/", query))
            assert [row["Id"] for row in rows] == ids, query
            assert {row["Organization"] for row in rows} <= {"Acme"}
        assert "Events recorded up to 2025-03 are archived" in client.get("/admin/usage/usageevent/").content.decode()

    def test_says_what_cannot_be_read(self, client, directory):
        (directory / "usage_usageevent_2025_03.parquet").unlink()
        for address in (
            reverse("admin:why", args=["posting", UsagePosting.objects.get(item_count=3).pk]),
            "/admin/export/usage/usageevent/csv/",
        ):
            answer = client.get(address)
            assert (answer.status_code, "2025_03.parquet cannot be read" in answer.content.decode()) == (503, True)
