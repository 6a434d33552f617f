from pathlib import Path

import pytest
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.backoffice import audit_trail
from apps.backoffice.audit_trail import CALLER
from apps.backoffice.models import ImportedFile
from apps.backoffice.timeline import change_of
from apps.common.audit_settings import audit_trail_of
from apps.payments.models import StripeEvent
from apps.tenants.models import ApiKey, Organization
from apps.tenants.services import issue_api_key
from apps.webhooks.models import WebhookEndpoint
from tests.backoffice.people import client_of, create_staff

pytestmark = pytest.mark.django_db


class TestTheTrail:
    @pytest.fixture
    def entry(self):
        changed = create_staff("new")
        boss = create_staff("boss", is_superuser=True, email="boss@example.com")
        client = client_of(boss)
        page = reverse("admin:auth_user_change", args=[changed.pk])
        seen = client.get(page).context["adminform"].form.seen
        client.post(
            page,
            {"username": "renamed", "_seen": seen, "is_active": "on", "is_staff": "on"},
            headers={"x-request-id": "11111111-2222-3333-4444-555555555555"},
        )
        return LogEntry.objects.get_for_object(User.objects.get(username="renamed")).first()

    def test_has_person_address_request_and_difference(self, entry):
        assert entry.actor.username == "boss"
        assert entry.actor_email == "boss@example.com"
        assert entry.remote_addr == "127.0.0.1"
        assert entry.cid == "11111111-2222-3333-4444-555555555555"
        assert entry.changes_dict["username"] == ["new", "renamed"]

    def test_cannot_be_changed(self, entry):
        with pytest.raises(DatabaseError), transaction.atomic():
            LogEntry.objects.filter(pk=entry.pk).update(actor_email="someone@else")

    def test_cannot_be_removed(self, entry):
        with pytest.raises(DatabaseError), transaction.atomic():
            entry.delete()

    def test_masks_secrets(self, organization, now):
        key = ApiKey.objects.create(
            organization=organization, name="ci", prefix="live_abc", secret_sha256="a" * 64, created_at=now
        )
        key.secret_sha256 = "b" * 64
        key.save()
        trail = str([entry.changes_dict for entry in LogEntry.objects.get_for_object(key)])
        assert "aaaa" not in trail
        assert "bbbb" not in trail
        assert "['hidden', 'hidden']" in trail

    def test_of_a_new_row_has_its_own_columns_and_asks_for_nothing_else(self, organization, now):
        with CaptureQueriesContext(connection) as queries:
            made = Organization.objects.create(name="Globex", slug="globex", created_at=now, updated_at=now)
        written = LogEntry.objects.get_for_object(made).get().changes_dict
        assert {*written} <= {field.name for field in Organization._meta.concrete_fields}
        assert [query["sql"][:6] for query in queries] == ["INSERT", "INSERT"]

    def test_names_the_key_of_an_api_call(self, organization):
        key = issue_api_key(
            organization=organization, name="ci", scopes=["webhooks:write"], created_by="staff:ann", now=timezone.now()
        )
        Client(headers={"Authorization": f"Bearer {key.text}"}).post(
            "/v1/webhooks/endpoints",
            {"url": "https://hooks.example.com/in", "types": ["*"]},
            content_type="application/json",
        )
        entry = LogEntry.objects.get_for_model(WebhookEndpoint).get()
        who = f"API key {ApiKey.objects.get().prefix}"
        assert change_of(entry).by == who
        page = client_of(create_staff("boss", is_superuser=True)).get(
            reverse("admin:auditlog_logentry_change", args=[entry.pk])
        )
        assert who in page.content.decode()
        assert entry.remote_addr == "127.0.0.1"
        assert CALLER not in change_of(entry).text

    def test_says_who_looked(self, organization):
        audit_trail.record_access(organization, what="the billing summary")
        entry = LogEntry.objects.get_for_object(organization).filter(action=LogEntry.Action.ACCESS).get()
        assert entry.additional_data == {"what": "the billing summary"}


def test_every_model_is_in_the_trail_or_is_a_journal_by_name():
    ours = [
        model for config in apps.get_app_configs() if config.name.startswith("apps.") for model in config.get_models()
    ]
    missing = [
        model._meta.label
        for model in ours
        if model._meta.managed and not auditlog.contains(model) and not audit_trail_of(model).journal
    ]
    assert missing == []


def test_no_admin_goes_around_the_trail():
    """The audit trail does not record changes by `update()` and `bulk_…()`."""
    modules = [*Path("apps").glob("*/admin.py"), *Path("apps").glob("*/admin/*.py")]
    around = ("objects.update(", ").update(", "bulk_update(", "bulk_create(", ").delete()")
    found = [(str(path), call) for path in modules for call in around if call in path.read_text()]
    assert found == []


class TestReasons:
    """A form that asks for a reason keeps it, also where the service stores none."""

    @pytest.fixture
    def boss(self, db):
        return client_of(create_staff("boss", "Administrator", is_superuser=True))

    def test_of_a_second_factor_that_is_reset_stands_in_the_persons_history(self, boss):
        person = create_staff("ada", "Billing")
        self.confirmed(boss, reverse("admin:auth_user_reset_second_factor", args=[person.pk]))
        assert "Reset: Lost the phone" in boss.get(reverse("admin:auth_user_history", args=[person.pk])).text

    def test_of_an_event_that_is_replayed_stands_in_its_history(self, boss):
        now, settled = timezone.now(), {"state": "parked", "payload": "{}", "error": "No customer has this id."}
        moments = dict.fromkeys(("created_at", "received_at", "next_attempt_at", "settled_at"), now)
        event = StripeEvent.objects.create(
            event_id="evt_1", type="invoice.paid", object_id="in_1", livemode=False, attempts=5, **settled, **moments
        )
        self.confirmed(boss, reverse("admin:payments_stripeevent_replay_one", args=[event.pk]))
        assert "Replay: Lost the phone" in boss.get(reverse("admin:payments_stripeevent_history", args=[event.pk])).text

    def test_of_an_uploaded_file_stands_in_its_history(self, boss):
        file = SimpleUploadedFile("customers.csv", b"name,currency\nHooli,USD\n")
        self.confirmed(boss, reverse("admin:backoffice_importedfile_upload_customers"), file=file)
        made = ImportedFile.objects.get()
        assert "Lost the phone" in boss.get(reverse("admin:backoffice_importedfile_history", args=[made.pk])).text

    def confirmed(self, client, address, **typed):
        token = client.get(address).context["form"]["token"].value()
        posted = {"_step": "confirm", "token": token, "reason": "Lost the phone", **typed}
        assert client.post(address, posted).status_code == 302
