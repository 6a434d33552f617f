"""Lists of money and events can be filtered by days and amounts."""

from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse

from apps.backoffice.models import SavedView
from apps.billing_profiles.models import BillingProfile
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import create_world
from tests.kept_worlds import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]

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
    "payments.Dispute": ("created_at", "amount_micros"),
    "invoices.Money": ("value_date", "amount_micros"),
    "contracts.Installment": ("due_date", "amount_micros"),
    "tenants.Organization": ("created_at", ""),
    "payments.StripeEvent": ("received_at", ""),
    "auditlog.LogEntry": ("timestamp", ""),
    "idempotency.IdempotentCall": ("created_at", ""),
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        create_world()
        yield


@pytest.fixture
def client(world, db):
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


@pytest.mark.parametrize("label", ["invoices/document", "invoices/money", "contracts/installment"])
def test_filters_by_day_amount_and_currency_add_up(client, label):
    list_ = f"/admin/{label}/"
    assert client.get(list_, {"currency_code": "usd"}).context["cl"].result_count >= 1
    assert client.get(list_, {"currency_code": "jpy"}).context["cl"].result_count == 0
    amount = "total_micros" if label == "invoices/document" else "amount_micros"
    every = client.get(list_, {f"{amount}_from": "0"}).context["cl"].result_count
    found = client.get(list_, {f"{amount}_from": "0", "currency_code": "USD"}).context["cl"].result_count
    none = client.get(list_, {f"{amount}_from": "100000000", "currency_code": "USD"}).context["cl"].result_count
    assert every >= found > none == 0


OF_CUSTOMERS = [
    "invoices/document",
    "invoices/money",
    "contracts/contract",
    "contracts/installment",
    "tenants/organization",
]


@pytest.mark.parametrize("label", OF_CUSTOMERS)
def test_by_properties_of_the_customer(client, label):
    def rows(**query):
        return client.get(f"/admin/{label}/", query).context["cl"].result_count

    ada = User.objects.get(username="ada")
    BillingProfile.objects.update(owner=ada, tags=["vip"], country="DE")
    owned, other = ({"owner": "ada"}, {"owner": "bob"})
    if label == "tenants/organization":
        owned, other = ({"billing_profile__owner__id__exact": ada.pk}, {"billing_profile__owner__id__exact": "0"})
    for query in ({"tag": "VIP"}, {"tag": "other, vip"}, owned, {"country": "fr, de"}, {"tag": "vip", **owned}):
        assert rows(**query) >= 1, query
    for query in ({"tag": "other"}, other, {"country": "FR"}, {"tag": "vip", **other}):
        assert rows(**query) == 0, query


def test_rows_match_all_filters_or_any(client):
    def rows(**query):
        return client.get("/admin/contracts/installment/", query).context["cl"].result_count

    BillingProfile.objects.update(tags=["vip"])
    every, paid = rows(tag="vip"), rows(state__exact="paid")
    assert every > paid > 0
    assert rows(tag="none", state__exact="paid") == 0
    assert rows(tag="none", state__exact="paid", match="any") == paid
    assert rows(tag="vip", state__exact="paid", match="any") == every
    assert rows(tag="none", state__exact="paid", match="any", contract__id__exact=str(uuid4())) == 0
    assert rows(match="any") == rows()


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
    sent = {"list_name": "wallets.grant", "name": "Small", "query": "amount_micros_to=5", "shared": "everybody"}
    assert client.post("/admin/save-view/", sent).status_code == 302
    assert SavedView.objects.filter(name="Small", is_shared=True).exists()


@pytest.mark.parametrize(
    "narrowed",
    [
        "ledger/entry/?account=org%00",
        "ledger/hold/?status__exact=%00",
        "wallets/grant/?organization=%00",
        "usage/usageevent/?customer=a%00",
        "payments/stripeevent/?type=%00",
    ],
)
def test_a_nul_is_refused_before_the_database_fails_at_it(client, narrowed):
    assert client.get(f"/admin/{narrowed}").status_code == 400
