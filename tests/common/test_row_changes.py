"""Writing rows and audit entries in one statement has the same result as saving each row."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.row_changes import RowChanges
from apps.common.rows import RowWriter, copy_row
from apps.payments.models import CheckoutSession
from apps.tenants.models import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(acme, now):
    return CheckoutSession.objects.create(
        organization=acme,
        purpose="top_up",
        amount_micros=25_000_000,
        currency="USD",
        state="open",
        stripe_id="cs_0",
        created_by="key:bk_test",
        created_at=now,
        updated_at=now,
    )


@pytest.fixture
def acme(organization):
    return organization


def change(row, now):
    """Set a text, a choice, a moment and an id; return the names of the fields, one of which keeps its value."""
    row.stripe_id, row.state, row.expires_at = "cs_1", "processing", now + timedelta(hours=1)
    return ("stripe_id", "state", "expires_at", "currency")


def entries():
    """Return the newest entry without its id and time."""
    left_out = ("id", "timestamp")
    row = LogEntry.objects.order_by("-pk").values().first()
    return {name: value for name, value in row.items() if name not in left_out}


def write(changes):
    writer = RowWriter()
    changes.add_to(writer)
    writer.run()


def test_the_entry_is_the_one_that_saving_writes(session, now):
    session.save(update_fields=change(session, now))
    by_saving, kept = entries(), CheckoutSession.objects.values().get()
    CheckoutSession.objects.update(stripe_id="cs_0", state="open", expires_at=None)
    row = CheckoutSession.objects.get()
    changes = RowChanges()
    changes.watch(row)
    changes.save(row, *change(row, now))
    with CaptureQueriesContext(connection) as sent:
        write(changes)
    assert len(sent) == 1
    assert (entries(), CheckoutSession.objects.values().get()) == (by_saving, kept)


def test_a_row_that_was_set_twice_is_written_once(session, acme):
    changes = RowChanges()
    for row in (session, acme):
        changes.watch(row)
    acme.name = "Acme Inc."
    changes.save(acme, "name")
    session.state = "processing"
    changes.save(session, "state")
    session.state = "paid"
    changes.save(session, "state")
    write(changes)
    assert entries()["changes"] in ({"state": ["open", "paid"]}, {"name": ["Acme", "Acme Inc."]})
    assert (CheckoutSession.objects.get().state, Organization.objects.get().name) == ("paid", "Acme Inc.")
    count = LogEntry.objects.count()
    write(changes)
    session.state = "failed"
    changes.save(session, "state")
    write(changes)
    assert LogEntry.objects.count() == count + 1
    assert entries()["changes"] == {"state": ["paid", "failed"]}


def test_what_did_not_change_leaves_no_entry(session):
    changes = RowChanges()
    changes.watch(session)
    changes.save(session, "state", "stripe_id")
    count = LogEntry.objects.count()
    write(changes)
    assert LogEntry.objects.count() == count


def test_a_copy_of_a_row_shares_nothing_that_saving_or_reading_changes(session, acme):
    session.organization = acme
    copied = copy_row(session)
    copied.state = "paid"
    copied.organization = None
    assert (session.state, session.organization is acme, copied == session) == ("open", True, True)
    copied.save(update_fields=["state"])
    assert CheckoutSession.objects.get().state == "paid"
