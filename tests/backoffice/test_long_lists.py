"""Lists over a million rows use an index, without a count and without reading a filter's choices."""

import pytest
from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.common.money import to_micros
from apps.ledger.models import Account, Entry, Transfer
from apps.wallets import services as wallets
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer
from tests.factories import cause_of

# Lists that grow with what customers do, and so are never counted.
LONG = (
    "ledger.Account",
    "ledger.Entry",
    "ledger.Hold",
    "ledger.Transfer",
    "wallets.Consumption",
    "wallets.Grant",
    "wallets.Shortfall",
    "usage.UsageEvent",
    "usage.QuarantinedEvent",
    "usage.UsagePosting",
    "usage.UsageDay",
    "usage.Counter",
    "usage.CharacterMonth",
    "usage.MonthClose",
    "vouchers.Voucher",
    "vouchers.Redemption",
    "payments.StripeEvent",
    "payments.StripePayment",
    "outbox.OutboxMessage",
    "idempotency.IdempotentCall",
    "snapshots.BalanceSnapshot",
    "snapshots.CostSnapshot",
    "auditlog.LogEntry",
)
PAGES = {model._meta.label: page for model, page in admin.site._registry.items()}
# How a list may be narrowed so that its order changes.
NARROWED = (
    "",
    "account=org:1:wallet",
    "account=org:1:",
    "recorded_at_from=2026-01-01",
    "counted_on_from=2026-01-01",
    "customer=a",
    "organization=a",
)


def orders(page):
    requests = [RequestFactory().get("/", query_params=dict([each.split("=")]) if each else {}) for each in NARROWED]
    return {tuple(page.get_keyset(request)) for request in requests}


def has_index(model, keyset):
    """Return whether an index gives the order: the key, or one with its first column at the first or second place."""
    *path, first = keyset[0].split("__")
    owner = model
    for part in path:
        owner = owner._meta.get_field(part).related_model
    if first in ("pk", "id") or owner._meta.get_field(first).db_index or owner._meta.get_field(first).unique:
        return True
    columns = [index.fields for index in owner._meta.indexes if index.condition is None]
    columns += [constraint.fields for constraint in owner._meta.constraints if hasattr(constraint, "fields")]
    return any(first in [name.lstrip("-") for name in fields[:2]] for fields in columns)


@pytest.mark.parametrize("label", LONG)
def test_the_order_of_a_long_list_has_an_index(label):
    page = PAGES[label]
    assert all(keyset and has_index(page.model, keyset) for keyset in orders(page)), orders(page)


@pytest.mark.django_db
@pytest.mark.parametrize("label", LONG)
def test_a_long_list_reads_no_choices_for_its_filters(label):
    for each in PAGES[label].list_filter:
        if isinstance(each, str):
            field = get_fields_from_path(PAGES[label].model, each)[-1]
            known = field.choices or field.is_relation or field.get_internal_type() in ("BooleanField", "DateTimeField")
            assert known, each
        else:
            assert not (isinstance(each, tuple) and issubclass(each[1], AllValuesFieldListFilter)), each


@pytest.mark.django_db
@pytest.mark.parametrize("label", LONG)
def test_a_long_list_is_never_counted_and_asks_little(label):
    create_customer()
    client = client_of(create_staff("ada", is_superuser=True))
    name = label.lower().replace(".", "_")
    client.get("/admin/")
    client.get("/admin/backoffice/note/")  # reads the person's default views, for a minute
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
    counts = [query["sql"] for query in queries if "COUNT(*)" in query["sql"] and "concern" not in query["sql"]]
    assert counts == []
    assert len(queries) <= 7, [query["sql"] for query in queries]


@pytest.mark.django_db
class TestTheBooks:
    ENTRIES = "/admin/ledger/entry/"

    @pytest.fixture
    def customer(self):
        customer = create_customer()
        for number in range(60):
            wallets.charge(
                charge=wallets.Charge(
                    organization=customer,
                    cause=cause_of(customer),
                    amount=1_000_000 + number,
                    kind="usage",
                    key=f"k{number:03}",
                    created_by="staff:t",
                ),
                now=NOW,
            )
        return customer

    @pytest.fixture
    def client(self):
        return client_of(create_staff("ada", "Viewer"))

    def rows(self, client, **query):
        return client.get(self.ENTRIES, query).context["cl"]

    def test_pages_of_some_days_follow_on_each_other(self, client, customer):
        days = {"recorded_at_from": "2026-11-18", "recorded_at_to": "2026-11-18"}
        first = self.rows(client, **days)
        assert first.get_ordering(None, None) == ["-transfer__recorded_at", "-pk"]
        second = client.get(f"{self.ENTRIES}{first.older}").context["cl"]
        third = client.get(f"{self.ENTRIES}{second.older}").context["cl"]
        seen = [row.pk for page in (first, second, third) for row in page.result_list]
        assert seen == list(Entry.objects.order_by("-pk").values_list("pk", flat=True))
        back = client.get(f"{self.ENTRIES}{third.newer}").context["cl"]
        assert [row.pk for row in back.result_list] == [row.pk for row in second.result_list]
        assert self.rows(client, recorded_at_from="2026-11-19").result_list == []

    @pytest.mark.parametrize(
        ("least", "most"), [("1", "1.000009"), ("-1.000009", "-1"), ("-1", "1"), ("", "-1.00005"), ("1.000059", "")]
    )
    def test_amounts_are_found_on_the_side_that_is_asked_for(self, client, customer, least, most):
        limits = {"amount_micros_from": least, "amount_micros_to": most}
        shown = list(self.rows(client, **limits).result_list)
        rows = Entry.objects.all()
        if least:
            rows = rows.filter(amount_micros__gte=to_micros(least))
        if most:
            rows = rows.filter(amount_micros__lte=to_micros(most))
        assert [row.pk for row in shown] == list(rows.order_by("-pk").values_list("pk", flat=True)[:50])
        assert shown

    def test_of_one_account_and_of_all_of_a_customers(self, client, customer):
        one = self.rows(client, account=f"org:{customer.pk}:wallet")
        assert {row.account_id for row in one.result_list} == {Account.objects.get(code__endswith=":wallet").pk}
        every = self.rows(client, account=f"org:{customer.pk}:")
        assert [row.pk for row in every.result_list] == list(
            Entry.objects.order_by("-pk").values_list("pk", flat=True)[:50]
        )

    def test_transfers_of_some_days_follow_on_each_other(self, client, customer):
        first = client.get("/admin/ledger/transfer/", {"recorded_at_from": "2026-11-01"}).context["cl"]
        second = client.get(f"/admin/ledger/transfer/{first.older}").context["cl"]
        seen = [row.pk for page in (first, second) for row in page.result_list]
        assert seen == list(Transfer.objects.order_by("-recorded_at", "-pk").values_list("pk", flat=True))


@pytest.mark.django_db
def test_whoever_is_unknown_has_no_rows():
    create_customer()
    client = client_of(create_staff("ada", "Administrator"))
    for address in (
        "/admin/wallets/grant/?organization=nobody",
        "/admin/usage/usageevent/?customer=nobody",
        "/admin/auditlog/logentry/?who=nobody",
    ):
        assert client.get(address).context["cl"].result_list == []
