"""Invoices for the usage of postpaid customers: what they ask for, exactly once, and what follows from their end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.billing_profiles.models import Seller, TaxRate
from apps.common.money import Micros, to_micros
from apps.common.periods import midnight, month_of
from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.errors import HasPayments, NegativeTotal, NothingToInvoice, StateForbids
from apps.invoices.models import Document, InvoicedMonth
from apps.outbox.models import OutboxMessage
from apps.pricing.services import list_price_book
from apps.tenants.models import Organization
from apps.usage.models import LateUsageDay
from apps.usage.services import (
    Correction,
    check_usage,
    close_month,
    correct_event,
    draft_usage_invoice,
    invoice_closed_month,
    rebuild_usage,
)
from tests.factories import create_grant
from tests.invoices import factories
from tests.invoices.factories import finalize, pay
from tests.invoices.test_invoices import books, fresh
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send, several

pytestmark = pytest.mark.django_db
State = Document.State
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
ONE_EACH = 1_000_000 * 1_000_000  # one unit of the currency per unit of the meter


@pytest.fixture(autouse=True)
def _invoices_agree_with_the_ledger() -> Iterator[None]:
    yield
    assert invoice_mismatches() == []


@pytest.fixture
def seller(now: datetime) -> Seller:
    return factories.create_seller(now, review_days=3)


@pytest.fixture
def acme(now: datetime, seller: Seller) -> Organization:
    """A postpaid customer in euros, created 200 days ago, with three meters at one euro a unit."""
    begin = now - timedelta(days=200)
    acme = factories.create_customer(begin, seller, billing_mode="postpaid", postpaid_limit_micros=to_micros("9000"))
    book = list_price_book(currency="EUR", now=EARLY)
    for slug in ("api", "search", "disk"):
        name = {"api": "API calls", "search": "Searches", "disk": "Disk space"}[slug]
        price(make_meter(slug, "other", name=name, unit="call"), book=book, micros_per_million=ONE_EACH)
    return acme


def use(
    acme: Organization, now: datetime, amount: str, meter: str = "api", *, day: str = "2026-10-20", **data: str
) -> None:
    id = f"{meter}:{day}:{amount}:{now:%H%M%S}"
    send(acme, now, event(id, meter, quantity=amount, time=f"{day}T12:00:00Z", **data))


def close(acme: Organization, month: date, now: datetime) -> Document:
    """Close a month, and draft its invoice."""
    close_month(month=month_of(midnight(month)), closed_by="system:test", now=now)
    return draft_usage_invoice(organization=acme, month=month, now=now)


def sums_of(document: Document) -> list[str]:
    """Return an invoice's exact sum, the amount carried in, its net, tax and total, and the amount carried out."""
    sums = ("exact_micros", "carried_in_micros", "net_micros", "tax_micros", "total_micros", "carried_out_micros")
    return [f"{getattr(document, name) / 1_000_000:f}" for name in sums]


def lines(document: Document) -> list[tuple[str, str]]:
    return [
        (f"{'-' if row.is_reduction else ''}{row.amount_micros / 1_000_000:.2f}", row.text)
        for row in document.lines.order_by("position")
    ]


def test_active_characters_have_one_line(acme: Organization, now: datetime) -> None:
    book = list_price_book(currency="EUR", now=EARLY)
    price(
        make_meter("character", "character", name="Characters", unit="character"),
        book=book,
        micros_per_million=ONE_EACH,
    )
    use(acme, now, "5", character="ada")
    use(acme, now, "7", character="brunel")
    assert lines(close(acme, OCTOBER, now)) == [("12.00", "API calls"), ("2.00", "Characters")]


class TestMonthWithCarriedRemainder:
    """Usage of 123.456789 + 40.004321 + 49.000000, prepaid credit of 36.770000, 0.003210 carried in."""

    @pytest.fixture
    def drafted(self, acme: Organization, now: datetime) -> Document:
        use(acme, now, "10.003210", day="2026-09-20")
        finalize(close(acme, date(2026, 9, 1), now), now)
        pay(acme, "11.90", now)
        create_grant(acme, "36.77", now)
        use(acme, now, "123.456789", model="x")
        use(acme, now, "40.004321", "search")
        use(acme, now, "49", "disk")
        return close(acme, OCTOBER, now)

    def test_asks_in_payable_amounts_and_carries_the_rest(self, drafted: Document) -> None:
        assert sums_of(drafted) == ["175.691110", "0.003210", "175.690000", "33.380000", "209.070000", "0.004320"]
        assert lines(drafted) == [
            ("123.46", "API calls, x"),
            ("49.00", "Disk space"),
            ("40.00", "Searches"),
            ("-36.77", "Prepaid credit used"),
        ]
        (first, *_) = drafted.lines.order_by("position")
        assert (first.quantity, first.exact_micros, first.period_start, first.last_day) == (
            "123.456789 calls",
            to_micros("123.456789"),
            OCTOBER,
            date(2026, 10, 31),
        )
        assert (drafted.period_start, drafted.tax_date) == (OCTOBER, date(2026, 10, 31))

    def test_its_net_is_owed_already_and_payments_clear_it(self, acme: Organization, drafted: Document, now) -> None:
        before = books(acme)
        made = finalize(drafted, now)
        assert books(acme) == before | {"invoiced": "-33.38", "tax": "35.28"}
        pay(acme, "209.07", now, key="b2", invoice_id=made.pk)
        assert (fresh(made).state, books(acme)["receivable"]) == (State.PAID, "-0.00")
        assert "invoiced" not in books(acme)

    def test_a_voided_usage_invoice_frees_its_month(self, acme: Organization, drafted: Document, now) -> None:
        made = finalize(drafted, now)
        before = books(acme)
        note = services.void_invoice(document_id=made.pk, reason="Wrong address", created_by="staff:ann", now=now)
        assert (note.net_micros, note.tax_micros) == (to_micros("175.69"), to_micros("33.38"))
        assert (fresh(made).state, books(acme)["receivable"]) == (State.VOID, before["receivable"])
        assert (books(acme)["tax"], "invoiced" in books(acme)) == ("1.90", False)
        message = OutboxMessage.objects.get(task="usage.draft_invoice", key=f"draft-usage-again:{made.pk}")
        assert message.arguments["month"] == "2026-10"
        use(acme, now, "10", day="2026-11-10")
        both = close(acme, NOVEMBER, now + timedelta(days=20))
        assert sums_of(both) == ["185.691110", "0.003210", "185.690000", "35.280000", "220.970000", "0.004320"]
        assert {row.month for row in InvoicedMonth.objects.filter(document=both)} == {OCTOBER, NOVEMBER}


class TestWindow:
    def test_late_usage_is_on_the_next_invoice(self, acme, now):
        use(acme, now, "10")
        close(acme, OCTOBER, now)
        with pytest.raises(NothingToInvoice):
            draft_usage_invoice(organization=acme, month=OCTOBER, now=now)
        use(acme, now, "5", day="2026-10-21")  # counts in November, since October is closed
        use(acme, now, "2", day="2026-11-10")
        later = close(acme, NOVEMBER, now + timedelta(days=20))
        assert (sums_of(later)[0], lines(later)) == ("7.000000", [("5.00", "API calls"), ("2.00", "API calls")])

    def test_an_amount_below_one_payable_step_waits_for_the_next_month(self, acme, now):
        use(acme, now, "0.75")
        with pytest.raises(NothingToInvoice):
            close(acme, OCTOBER, now)
        use(acme, now, "0.5", day="2026-11-10")
        both = close(acme, NOVEMBER, now + timedelta(days=20))
        assert lines(both) == [("0.75", "API calls"), ("0.50", "API calls")]
        assert (both.period_start, both.last_day) == (OCTOBER, date(2026, 11, 30))

    def test_a_correction_after_the_invoice_lowers_the_next(self, acme, now):
        use(acme, now, "10")
        finalize(close(acme, OCTOBER, now), now)
        correct_event(
            Correction(
                organization=acme, source="app", event_id=f"api:2026-10-20:10:{now:%H%M%S}", reason="r", created_by="k"
            ),
            now=now,
        )
        use(acme, now, "25", "disk", day="2026-11-10")
        later = close(acme, NOVEMBER, now + timedelta(days=20))
        assert (sums_of(later)[0], lines(later)) == ("15.000000", [("-10.00", "API calls"), ("25.00", "Disk space")])

    def test_a_draft_below_a_later_invoice_is_not_discarded(self, acme, now):
        use(acme, now, "10")
        first = close(acme, OCTOBER, now)
        use(acme, now, "5", day="2026-11-10")
        later = close(acme, NOVEMBER, now + timedelta(days=20))
        with pytest.raises(StateForbids):
            services.discard_draft(document_id=first.pk, now=now)
        services.discard_draft(document_id=later.pk, now=now)
        services.discard_draft(document_id=first.pk, now=now)
        both = draft_usage_invoice(organization=acme, month=NOVEMBER, now=now + timedelta(days=20))
        assert sums_of(both)[0] == "15.000000"


class TestReview:
    def test_is_finalized_when_the_review_days_are_over(self, acme, now):
        use(acme, now, "10")
        held, free = close(acme, OCTOBER, now), None
        assert held.finalize_on == now.date() + timedelta(days=3)
        assert services.finalize_due(now=now + timedelta(days=2)) == 0
        services.hold_draft(document_id=held.pk, reason="Ask sales", now=now)
        assert services.finalize_due(now=now + timedelta(days=3)) == 0
        free = services.release_draft(document_id=held.pk, now=now)
        assert (services.finalize_due(now=now + timedelta(days=3)), fresh(free).state) == (1, State.OPEN)

    def test_without_review_days_it_is_finalized_at_once(self, acme, now, seller):
        seller.review_days = 0
        seller.save()
        use(acme, now, "10")
        for _ in range(2):  # as a message that is delivered twice
            invoice_closed_month(organization=acme, month=OCTOBER, hold_reason="", now=now)
        assert Document.objects.get().number == "TEST-INV-2026-00001"

    def test_counts_the_sellers_days(self, acme, now):
        use(acme, now, "10")
        Seller.objects.update(time_zone="Pacific/Auckland")
        made = close(acme, OCTOBER, now)
        due = datetime.combine(made.finalize_on, time(), ZoneInfo("Pacific/Auckland"))
        assert services.finalize_due(now=due - timedelta(minutes=1)) == 0
        assert services.finalize_due(now=due) == 1

    def test_one_that_cannot_be_finalized_is_held_with_the_reason(self, acme, now):
        use(acme, now, "10")
        made = close(acme, OCTOBER, now)
        acme.billing_profile.city = ""
        acme.billing_profile.save()
        assert services.finalize_due(now=now + timedelta(days=3)) == 0
        assert (fresh(made).is_held, "city" in fresh(made).hold_reason) == (True, True)

    def test_staff_add_lines_and_take_something_off(self, acme, now):
        use(acme, now, "10")
        made = close(acme, OCTOBER, now)
        extra = services.LineTerms(text="Setup", amount=to_micros("50"), reason="Agreed")
        off = services.LineTerms(text="Goodwill", amount=to_micros("4"), product="usage", reason="Outage")
        services.add_line(document_id=made.pk, line=extra, is_reduction=False, now=now)
        services.add_line(document_id=made.pk, line=off, is_reduction=True, now=now)
        far = replace(off, amount=to_micros("57"))
        with pytest.raises(NegativeTotal):
            services.add_line(document_id=made.pk, line=far, is_reduction=True, now=now)
        made = finalize(fresh(made), now)
        assert (made.net_micros, books(acme)["receivable"]) == (to_micros("56"), "-56.00")
        pay(acme, "66.64", now)
        assert (fresh(made).state, books(acme).get("receivable")) == (State.PAID, None)

    def test_a_void_invoice_takes_back_what_staff_added(self, acme, now):
        use(acme, now, "10")
        made = close(acme, OCTOBER, now)
        extra = services.LineTerms(text="Setup", amount=to_micros("50"), reason="Agreed")
        services.add_line(document_id=made.pk, line=extra, is_reduction=False, now=now)
        made = finalize(fresh(made), now)
        services.void_invoice(document_id=made.pk, reason="Wrong", created_by="staff:ann", now=now)
        assert books(acme) == {"receivable": "-10.00", "revenue": "10.00"}


class TestPaidAndCredited:
    @pytest.fixture
    def hundred(self, acme: Organization, now: datetime) -> Document:
        """An invoice over 100.00 and 19.00 of tax."""
        use(acme, now, "100")
        return finalize(close(acme, OCTOBER, now), now)

    def test_a_credit_note_reduces_the_amount_due_first(self, acme, now, hundred):
        terms = services.CreditTerms(reason="Outage", amount=to_micros("40"))
        services.credit_invoice(document_id=hundred.pk, terms=terms, created_by="staff:ann", now=now)
        assert books(acme) == {"receivable": "-60.00", "revenue": "60.00", "invoiced": "-11.40", "tax": "11.40"}
        pay(acme, "71.40", now)
        services.credit_invoice(document_id=hundred.pk, terms=terms, created_by="staff:ann", now=now)
        assert books(acme)["unapplied"] == "47.60"
        with pytest.raises(HasPayments):
            services.void_invoice(document_id=hundred.pk, reason="r", created_by="staff:ann", now=now)

    def test_is_written_off_and_paid_after_all(self, acme, now, hundred):
        services.write_off_invoice(
            document_id=hundred.pk, left=Micros(hundred.left_micros), reason="r", created_by="staff:ann", now=now
        )
        assert books(acme) == {"revenue": "100.00", "tax": "19.00", "write_offs": "-119.00"}
        pay(acme, "119", now, invoice_id=hundred.pk)
        assert books(acme) == {"revenue": "100.00", "tax": "19.00", "manual_receipts": "-119.00"}

    def test_unapplied_money_pays_it_when_it_is_finalized(self, acme, now):
        pay(acme, "19.90", now)
        use(acme, now, "10")
        made = finalize(close(acme, OCTOBER, now), now)
        assert (made.state, books(acme)["unapplied"]) == (State.PAID, "8.00")

    def test_tax_inside_the_prices_comes_out_of_what_was_earned(self, acme, now, seller):
        seller.prices_include_tax = True
        seller.save()
        use(acme, now, "119")
        made = finalize(close(acme, OCTOBER, now), now)
        assert (made.net_micros, made.tax_micros) == (to_micros("100"), to_micros("19"))
        assert books(acme) == {"receivable": "-119.00", "revenue": "100.00", "tax": "19.00"}
        pay(acme, "119", now)
        assert books(acme) == {"manual_receipts": "-119.00", "revenue": "100.00", "tax": "19.00"}


@pytest.mark.parametrize(
    ("currency", "rate", "used", "expected"),
    [
        ("JPY", 10_000, "1005.4", ["1005.400000", "0.000000", "1005.000000", "101.000000", "1106.000000", "0.400000"]),
        ("KWD", 5_000, "12.345", ["12.345000", "0.000000", "12.340000", "0.620000", "12.960000", "0.005000"]),
    ],
)
def test_twelve_small_units(now: datetime, currency: str, rate: int, used: str, expected: list[str]) -> None:
    seller = factories.create_seller(now, tax_currency=currency)
    TaxRate.objects.filter(product="usage").update(rate_thousandths=rate)
    begin = now - timedelta(days=200)
    customer = factories.create_customer(begin, seller, currency=currency, billing_mode="postpaid")
    price(make_meter("api", "other"), book=list_price_book(currency=currency, now=EARLY), micros_per_million=ONE_EACH)
    use(customer, now, used)
    assert sums_of(close(customer, OCTOBER, now)) == expected


def test_a_month_is_drafted_and_finalized_by_as_many_statements_whatever_was_used(acme, now):
    ContentType.objects.get_for_model(Document)  # read once in a process, for the audit trail
    counts = []
    for month, day, number in ((OCTOBER, "2026-10-20", 1), (NOVEMBER, "2026-11-10", 40)):
        at = now + timedelta(days=20)
        send(acme, now, *several(number, "api", prefix=day, quantity="3", time=f"{day}T12:00:00Z"))
        close_month(month=month_of(midnight(month)), closed_by="system:test", now=at)
        with CaptureQueriesContext(connection) as drafting:
            made = draft_usage_invoice(organization=acme, month=month, now=at)
        with CaptureQueriesContext(connection) as finalizing:
            finalize(made, at)
        counts.append((len(drafting), len(finalizing)))
    assert all(drafting <= 18 and finalizing <= 14 for drafting, finalizing in counts), counts


def test_late_usage_has_a_line_with_its_own_period(acme: Organization, now: datetime) -> None:
    use(acme, now, "5", day="2026-09-20")
    finalize(close(acme, date(2026, 9, 1), now), now)
    use(acme, now, "7", day="2026-09-21")
    use(acme, now, "3", day="2026-09-21", model="x")
    use(acme, now, "11", day="2026-11-02")
    correct_event(
        Correction(
            organization=acme, source="app", event_id=f"api:2026-09-20:5:{now:%H%M%S}", reason="r", created_by="k"
        ),
        now=now,
    )
    found = close(acme, NOVEMBER, now + timedelta(days=20)).lines.order_by("position")
    assert [(str(row.period_start), str(row.last_day), row.text, row.amount_micros // 1_000_000) for row in found] == [
        ("2026-09-01", "2026-09-30", "API calls", 2),
        ("2026-09-01", "2026-09-30", "API calls, x", 3),
        ("2026-11-01", "2026-11-30", "API calls", 11),
    ]
    assert list(check_usage()) == []
    LateUsageDay.objects.update(charge_micros=1)
    assert {each.proof for each in check_usage()} == {"late usage against events"}
    rebuild_usage(now=now)
    assert list(check_usage()) == []
