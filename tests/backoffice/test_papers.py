from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.db import connection

from apps.backoffice.customer_page.statement_tab import statement_page
from apps.backoffice.documents.statement import BooksDisagree, monthly_statement
from apps.common.money import Micros
from apps.common.periods import month_of, parse_month
from apps.ledger.models import Entry
from apps.wallets import selectors
from apps.wallets import services as wallets
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer
from tests.factories import cause_of
from tests.table_truncation import without_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return create_customer()


class TestStatement:
    def test_equals_the_ledger(self, customer):
        _, figures = monthly_statement(organization=customer, month=month_of(NOW), now=NOW)
        assert figures.opening_micros == 0
        assert figures.credited_micros == 100_000_000
        assert figures.debited_micros == 12_345_678
        assert figures.closing_micros == selectors.wallet_figures(customer, NOW).posted_micros

    def test_of_one_month_opens_where_the_last_one_closed(self, customer):
        later = NOW + timedelta(days=20)
        wallets.charge(
            organization=customer,
            cause=cause_of(customer),
            amount=Micros(7),
            kind="usage",
            key="later",
            created_by="staff:test",
            now=later,
        )
        _, first = monthly_statement(organization=customer, month=month_of(NOW), now=later)
        _, second = monthly_statement(organization=customer, month=month_of(later), now=later)
        assert second.opening_micros == first.closing_micros
        assert second.closing_micros == first.closing_micros - 7
        assert second.movement_count == 1

    def test_adds_up_where_a_later_moment_was_written_first(self, customer):
        """A request takes its moment before it waits for the wallet: here November's waited for December's."""
        december = month_of(NOW).end
        for key, moment in (("first", december + timedelta(seconds=1)), ("second", december - timedelta(seconds=1))):
            wallets.charge(
                organization=customer,
                cause=cause_of(customer),
                amount=Micros(7),
                kind="usage",
                key=key,
                created_by="staff:test",
                now=moment,
            )
        before = 100_000_000 - 12_345_678
        _, november = monthly_statement(organization=customer, month=month_of(NOW), now=december)
        _, after = monthly_statement(organization=customer, month=month_of(december), now=december)
        assert (november.opening_micros, november.closing_micros) == (0, before - 7)
        assert (after.opening_micros, after.closing_micros) == (before - 7, before - 14)

    @pytest.mark.tampers
    def test_is_not_drawn_where_the_entries_do_not_follow_from_each_other(self, customer):
        with without_triggers(connection):
            Entry.objects.filter(account__code__endswith=":wallet", account_version=2).update(balance_after_micros=1)
        with pytest.raises(BooksDisagree):
            monthly_statement(organization=customer, month=month_of(NOW), now=NOW)

    def test_of_a_month_before_anything_happened_is_empty(self, customer):
        _, figures = monthly_statement(organization=customer, month=parse_month("2020-02"), now=NOW)
        assert (figures.opening_micros, figures.closing_micros, figures.movement_count) == (0, 0, 0)

    def test_goes_on_over_pages_and_is_the_same_every_time(self, customer):
        for number in range(150):
            wallets.charge(
                organization=customer,
                cause=cause_of(customer),
                amount=Micros(1),
                kind="usage",
                key=f"k{number}",
                created_by="staff:t",
                now=NOW,
            )
        paper, figures = monthly_statement(organization=customer, month=month_of(NOW), now=NOW)
        again, _ = monthly_statement(organization=customer, month=month_of(NOW), now=NOW)
        assert paper == again
        assert paper.count(b"/Type /Page\n") >= 3
        assert figures.movement_count == 152

    def test_opens_as_a_pdf_and_is_recorded(self, customer):
        client = client_of(create_staff("ada", "Viewer"))
        answer = client.get(statement_page(customer, "2026-11"))
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
        assert LogEntry.objects.get_for_object(customer).first().additional_data["month"] == "2026-11"

    @pytest.mark.parametrize("month", ["2026-13", "2026-1", "x", "0000-01"])
    def test_of_no_month_is_not_found(self, customer, month):
        assert client_of(create_staff("ada", "Viewer")).get(statement_page(customer, month)).status_code == 404
