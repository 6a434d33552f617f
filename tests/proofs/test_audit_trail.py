"""The chain of the audit trail: linked within a minute; changed, removed and inserted entries are named."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction

from apps.proofs import services
from apps.proofs.models import AuditLink
from apps.proofs.services.company import prove_audit_trail
from tests.table_truncation import without_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(db):
    """Three entries, linked."""
    before = set(LogEntry.objects.values_list("pk", flat=True))
    for name in ("one", "two", "three"):
        Group.objects.create(name=name)
    services.link_audit_trail()
    return list(LogEntry.objects.exclude(pk__in=before).order_by("pk"))


def edit(sql, *values):
    connection.check_constraints()
    with without_triggers(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)


def found(now, *, whole=True):
    return str(prove_audit_trail(whole=whole, now=now + timedelta(days=4_000)) or "")


class TestLinking:
    def test_gives_every_entry_one_place(self, trail):
        assert services.link_audit_trail() == 0
        assert AuditLink.objects.count() == LogEntry.objects.count()
        assert list(AuditLink.objects.order_by("number").values_list("number", flat=True)) == list(
            range(1, AuditLink.objects.count() + 1)
        )

    def test_finds_an_entry_with_a_lesser_id_that_was_committed_later(self, trail, now):
        edit("UPDATE auditlog_logentry SET id = -5 WHERE id = %s", trail[0].pk)
        edit("DELETE FROM proofs_auditlink WHERE entry_id = %s", trail[0].pk)
        edit("UPDATE auditlog_logentry SET id = %s WHERE id = -5", trail[0].pk)
        assert services.link_audit_trail() == 1

    def test_is_proven_from_the_mark_on(self, trail, now):
        assert found(now, whole=False) == ""
        Group.objects.create(name="four")
        services.link_audit_trail()
        assert found(now, whole=False) == ""
        assert found(now) == ""

    @pytest.mark.parametrize("change", ["UPDATE proofs_auditlink SET hash = 'x'", "DELETE FROM proofs_auditlink"])
    def test_the_database_keeps_the_links(self, trail, change):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


class TestTampering:
    @pytest.mark.parametrize(
        "change",
        [
            "object_pk = '9'",
            "object_repr = 'x'",
            "action = 2",
            "changes = '{}'",
            "changes_text = 'x'",
            "actor_id = 1",
            "actor_email = 'x'",
            "cid = 'x'",
            "remote_addr = '10.0.0.1'",
            "remote_port = 1",
            "timestamp = timestamp + interval '1 second'",
            "additional_data = '{\"a\": 1}'",
            "serialized_data = '{}'",
            "content_type_id = (SELECT MIN(id) FROM django_content_type)",
        ],
    )
    def test_every_column_counts(self, trail, now, change):
        edit(f"UPDATE auditlog_logentry SET {change} WHERE id = %s", trail[1].pk)
        number = AuditLink.objects.get(entry=trail[1].pk).number
        assert found(now) == f"audit: record {number} (entry {trail[1].pk}): R9"

    def test_an_entry_that_was_removed_is_named(self, trail, now):
        number = AuditLink.objects.get(entry=trail[1].pk).number
        edit("DELETE FROM auditlog_logentry WHERE id = %s", trail[1].pk)
        assert found(now) == f"audit: record {number} (entry {trail[1].pk}): R9: the entry no longer exists"

    def test_so_is_one_that_was_removed_with_its_link(self, trail, now):
        number = AuditLink.objects.get(entry=trail[1].pk).number
        edit("DELETE FROM proofs_auditlink WHERE entry_id = %s", trail[1].pk)
        edit("DELETE FROM auditlog_logentry WHERE id = %s", trail[1].pk)
        assert found(now) == f"audit: record {number}: R9: it is missing"

    def test_the_newest_ones_cut_off_are_missed_once_a_mark_has_passed_them(self, trail, now):
        assert found(now) == ""
        number = AuditLink.objects.get(entry=trail[2].pk).number
        edit("DELETE FROM proofs_auditlink WHERE entry_id = %s", trail[2].pk)
        edit("DELETE FROM auditlog_logentry WHERE id = %s", trail[2].pk)
        assert found(now) == f"audit: record {number}: R4"

    def test_one_that_was_put_in_has_no_link(self, trail, now):
        edit("UPDATE auditlog_logentry SET id = -5 WHERE id = %s", trail[0].pk)
        edit("UPDATE proofs_auditlink SET entry_id = -5 WHERE entry_id = %s", trail[0].pk)
        assert "R9" in found(now)
