"""Lists of money and of what happened narrow by days and by amounts."""

import pytest
from django.contrib import admin
from django.urls import reverse

from apps.backoffice.models import SavedView
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import create_world

pytestmark = pytest.mark.django_db

# The moment and, where there is one, the amount that a list narrows by.
LISTS = {
    "ledger.Entry": ("recorded_at", "amount_micros"),
    "ledger.Transfer": ("recorded_at", "amount_micros"),
    "ledger.Hold": ("created_at", "amount_micros"),
    "wallets.Grant": ("granted_at", "amount_micros"),
    "wallets.Consumption": ("recorded_at", "amount_micros"),
    "usage.UsagePosting": ("created_at", "amount_micros"),
    "vouchers.Redemption": ("redeemed_at", "amount_micros"),
    "approvals.Approval": ("requested_at", "amount_micros"),
    "payments.StripePayment": ("created_at", "amount_micros"),
    "payments.StripeInvoice": ("created_at", "amount_micros"),
    "payments.CheckoutSession": ("created_at", "amount_micros"),
    "payments.Refund": ("created_at", "amount_micros"),
    "payments.StripeEvent": ("received_at", ""),
    "auditlog.LogEntry": ("timestamp", ""),
    "idempotency.IdempotentCall": ("created_at", ""),
}


@pytest.fixture
def client():
    create_world()
    return client_of(create_staff("ada", "Administrator"))


@pytest.mark.parametrize("label", LISTS)
def test_by_days_and_amounts(client, label):
    model = next(model for model in admin.site._registry if model._meta.label == label)
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    moment, amount = LISTS[label]

    def rows(**query):
        answer = client.get(address, query)
        assert answer.status_code == 200
        assert answer.context["cl"].has_active_filters, query
        return len(answer.context["cl"].result_list)

    assert rows(**{f"{moment}_from": "2000-01-01"}) == min(50, model._default_manager.count())
    assert rows(**{f"{moment}_to": "2000-01-01"}) == 0
    if amount:
        every = model._default_manager.count()
        assert rows(**{f"{amount}_from": "-1000000000"}) == min(50, every)
        assert rows(**{f"{amount}_from": "1000000000"}) == 0


def test_webhooks_by_type(client):
    found = client.get("/admin/payments/stripeevent/", {"type": "nothing.such"}).context["cl"]
    assert found.result_list == []
    kind = found.model._default_manager.values_list("type", flat=True).first()
    start = kind.partition(".")[0] + "."
    for text in (kind, start):
        rows = client.get("/admin/payments/stripeevent/", {"type": text}).context["cl"].result_list
        assert rows
        assert all(row.type.startswith(text) for row in rows)


def test_a_narrowed_list_is_kept_under_a_name_and_shared(client):
    sent = {"list_name": "wallets.grant", "name": "Small", "query": "amount_micros_to=5", "is_shared": "1"}
    assert client.post("/admin/save-view/", sent).status_code == 302
    assert SavedView.objects.filter(name="Small", is_shared=True).exists()
