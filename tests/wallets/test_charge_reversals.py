"""Credits back in a batch equal single credits back, with a constant number of statements."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.common.money import Micros, to_micros
from apps.ledger.models import Entry
from apps.wallets import services
from apps.wallets.consistency import book_mismatches
from apps.wallets.models import ChargeNet, Consumption, DayTotal, Grant, Shortfall
from apps.wallets.selectors import wallet_figures
from tests.factories import cause_of, charge, create_grant, create_organization

T0 = datetime(2026, 11, 1, tzinfo=UTC)
who = st.integers(0, 1)
steps = st.lists(
    st.tuples(who, st.sampled_from(["grant", "brief", "charge", "charge", "back", "pay"]), st.integers(1, 9)),
    max_size=12,
)
batches = st.lists(st.tuples(who, st.integers(-12, 12), st.sampled_from(["usage", "service"])), min_size=1, max_size=8)


# A postpaid customer who paid more than they used, and batches that credit back more than the overpayment.
OVERPAID = [(1, "charge", 8), (1, "pay", 9)]
GIVEN_BACK = [
    [(0, -5, "usage"), (1, -11, "usage")],
    [(0, -5, "usage"), (0, 0, "usage"), (1, 0, "service"), (1, -11, "service")],
    [(0, -5, "usage"), (1, -11, "usage"), (1, -1, "usage")],
    [(1, -3, "usage"), (0, -5, "usage"), (1, 0, "usage"), (1, -5, "service"), (1, -11, "usage")],
]


def organizations():
    modes = enumerate(("prepaid", "postpaid"))
    return [create_organization(T0, mode, id=UUID(int=n), billing_mode=mode) for n, mode in modes]


def play(customers, history):
    """Post some grants, charges and payments; return the time after them."""
    now = T0
    for number, (index, step, amount) in enumerate(history):
        now += timedelta(hours=2)
        customer = customers[index]
        common = {"amount": Micros(amount), "key": f"k{number}", "created_by": "system:test"}
        common["cause"] = cause_of(customer)
        if step == "grant":
            grant = services.NewGrant(source=services.Source.BONUS, **common)
            services.grant_credits(organization=customer, grant=grant, now=now)
        elif step == "brief":
            end = now + timedelta(hours=amount)
            grant = services.NewGrant(source=services.Source.VOUCHER, expires_at=end, **common)
            services.grant_credits(organization=customer, grant=grant, now=now)
        elif step in ("charge", "back"):
            common["amount"] = Micros(amount if step == "charge" else -amount)
            services.charge(charge=services.Charge(organization=customer, kind="usage", **common), now=now)
        else:
            payment = services.PostpaidPayment(**common)
            services.receive_postpaid_payment(organization=customer, payment=payment, now=now)
    return now


def charges(customers, batch):
    return [
        services.Charge(
            organization=customers[index],
            cause=cause_of(customers[index]),
            amount=Micros(amount),
            kind=kind,
            key=f"b{number}",
            created_by="system:test",
        )
        for number, (index, amount, kind) in enumerate(batch)
    ]


def books():
    """Return the rows of the books in the order in which they were written, without ids."""
    entries = Entry.objects.order_by("account__code", "account_version").values_list(
        "account__code", "account_version", "transfer__key", "amount_micros", "balance_after_micros"
    )
    consumed = Consumption.objects.order_by("organization", "pk").values_list(
        "grant__key", "transfer__key", "amount_micros"
    )
    shortfalls = Shortfall.objects.values_list("transfer__key", "amount_micros", "remaining_micros")
    days = DayTotal.objects.values_list("organization__slug", "day", "kind", "amount_micros", "entry_count")
    remaining = Grant.objects.values_list("key", "remaining_micros", "held_micros")
    nets = ChargeNet.objects.values_list("transfer__key", "amount_micros", "undone_micros")
    return list(entries), list(consumed), set(nets), set(shortfalls), set(days), set(remaining)


def outcome(history, batch, post):
    """Post a batch in one way, return the books, and roll back."""
    with transaction.atomic():
        customers = organizations()
        now = play(customers, history)
        post(charges(customers, batch), now)
        assert [str(each) for each in book_mismatches()] == []
        found = books()
        transaction.set_rollback(True)
    return found


def post_together(some, now):
    services.charge_many(charges=some, now=now)


def post_one_by_one(some, now):
    for each in sorted(some, key=lambda each: each.amount < 0):
        services.charge_many(charges=[each], now=now)


@pytest.mark.django_db
@pytest.mark.parametrize("first_look", [1, 50])
def test_a_batch_comes_to_what_its_charges_come_to_one_by_one(first_look, monkeypatch):
    monkeypatch.setattr("apps.wallets.services.books.FIRST_LOOK", first_look)

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @example(OVERPAID, GIVEN_BACK[0])
    @example(OVERPAID, GIVEN_BACK[1])
    @example(OVERPAID, GIVEN_BACK[2])
    @example(OVERPAID, GIVEN_BACK[3])
    @given(steps, batches)
    def check(history, batch):
        assert outcome(history, batch, post_together) == outcome(history, batch, post_one_by_one)

    check()


@pytest.mark.django_db
def test_each_amount_that_is_given_back_in_a_batch_makes_its_own_overpaid_credit():
    customers = organizations()
    now = play(customers, OVERPAID)
    post_together(charges(customers, [(1, -3, "usage"), (1, -5, "usage")]), now)
    granted = Grant.objects.filter(organization=customers[1]).values_list("key", "amount_micros")
    assert dict(granted) == {"k1:overpaid": 1, "b0:overpaid": 3, "b1:overpaid": 5}


@pytest.mark.django_db
class TestBatch:
    def test_finds_what_was_burnt_long_ago(self, now):
        acme = create_organization(now)
        create_grant(acme, "500", now)
        for number in range(120):
            charge(acme, "1", now, key=f"c{number}")
        charge(acme, "-110", now, key="back")
        assert (Grant.objects.get().remaining_micros, wallet_figures(acme, now).balance_micros) == (
            to_micros("490"),
            to_micros("490"),
        )

    def statements(self, now, prefix, count):
        """Return the number of statements of a mixed batch for some organizations."""
        customers = []
        for number in range(count):
            mode = ("prepaid", "postpaid")[number % 2]
            each = create_organization(now, f"{prefix}-{number}", billing_mode=mode, postpaid_limit_micros=10**9)
            create_grant(each, "5", now, key=f"g:{each.slug}")
            charge(each, "7", now, key=f"c:{each.slug}")
            customers.append(each)
        batch = [
            services.Charge(
                organization=each,
                cause=cause_of(each),
                amount=Micros(amount),
                kind="usage",
                key=f"{each.slug}:{amount}",
                created_by="system:test",
            )
            for each in customers
            for amount in (-3_000_000, 1_000_000, -2_000_000, -1_500_000)
        ]
        with CaptureQueriesContext(connection) as queries:
            services.charge_many(charges=batch, now=now)
        return len(queries)

    def test_costs_as_many_statements_for_many_as_for_few(self, now):
        assert self.statements(now, "few", 2) == self.statements(now, "many", 14)
