"""The journal for hledger, with balances, types, directives and order, and CSV for Excel."""

import csv
import io
import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from apps.backoffice.home.tile_figures import tile_figures
from apps.common.money import from_micros, to_micros
from apps.ledger.models import Account
from apps.wallets.accounts import Role
from apps.wallets.ledger_export import EXPORT_ACCOUNTS
from tests.contracts.factories import active
from tests.factories import capture, charge, create_grant, create_organization, reserve
from tests.invoices import factories

pytestmark = pytest.mark.django_db

TYPES = {"assets": "A", "liabilities": "L", "equity": "E", "revenues": "R", "expenses": "X"}


@pytest.fixture
def books(now):
    """Credit, an overspent wallet, a postpaid debt, a paid contract, late postings, and invoices that were overpaid."""
    prepaid = create_organization(now)
    create_grant(prepaid, "10", now)
    create_grant(prepaid, "4.5", now, key="g2", source="top_up", paid_micros=4_500_000)
    charge(prepaid, "12.000001", now)
    capture(prepaid, reserve(prepaid, "2", now).pk, "1.25", now)
    charge(prepaid, "-0.25", now, key="back")
    overspent = create_organization(now, "overspent")
    charge(overspent, "3", now - timedelta(days=40), key="late")
    owing = create_organization(now, "owing", billing_mode="postpaid", postpaid_limit_micros=to_micros("50"))
    charge(owing, "7.5", now, key="owed")
    active(create_organization(now, "signed"), now, service="120")
    create_grant(create_organization(now, "yen", currency="JPY"), "500", now, key="yen")
    invoiced = factories.create_customer(now, factories.create_seller(now, tax_point="payment"), "invoiced")
    factories.invoice(invoiced, now, "100", "20.50")
    factories.pay(invoiced, "50", now)
    factories.pay(invoiced, "200", now, key="b2")
    factories.invoice(invoiced, now, "300")
    return prepaid


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


class Journal:
    """A small reader of hledger's format, strict where `hledger check --strict ordereddates` is."""

    def __init__(self, text: str) -> None:
        self.commodities: dict[str, str] = {}
        self.accounts: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.totals: Counter[tuple[str, str]] = Counter()
        self.dates: list[str] = []
        for block in re.split(r"\n\n+", text.strip()):
            for line in block.split("\n"):
                self._read(line)
            assert not any(self._open.values()), block
            self._open = Counter()

    _open: Counter[str] = Counter()

    def _read(self, line: str) -> None:
        if found := re.fullmatch(r'commodity (1000\.\d*) "(\w+)"', line):
            self.commodities[found[2]] = found[1]
        elif found := re.fullmatch(r"account (\S+(?: \S+)*)  ; type: ([ALERX])(?:, code: (\S+), id: \d+)?", line):
            self.accounts[found[1]] = found[2]
            self.codes[found[3] or ""] = found[1]
        elif found := re.fullmatch(r"(\d{4}-\d\d-\d\d) \([^()]+\) \S+", line):
            self.dates.append(found[1])
        else:
            found = re.fullmatch(r'    (\S+(?: \S+)*)  (-?\d+(?:\.\d+)?) "(\w+)"', line)
            assert found, line
            assert found[1] in self.accounts, f"{found[1]} is not declared"
            assert found[3] in self.commodities, f"{found[3]} is not declared"
            self.totals[found[1], found[3]] += Decimal(found[2])
            self._open[found[3]] += Decimal(found[2])

    def total(self, beginning: str, unit: str) -> Decimal:
        return sum(
            (amount for (name, one), amount in self.totals.items() if name.startswith(beginning) and one == unit),
            Decimal(0),
        )


@pytest.fixture
def journal(books):
    return Journal(run("export_ledger", "--format", "hledger"))


class TestHledger:
    def test_has_the_balances_of_the_books_with_debits_positive(self, journal):
        accounts = Account.objects.exclude(balance_micros=0).values_list("code", "unit", "balance_micros")
        expected = {(journal.codes[code], unit): -from_micros(balance) for code, unit, balance in accounts}
        assert {key: total for key, total in journal.totals.items() if total} == expected

    def test_is_in_the_order_of_its_dates(self, journal):
        assert len(set(journal.dates)) > 1
        assert journal.dates == sorted(journal.dates)

    def test_gives_every_account_its_type(self, journal):
        assert all(TYPES[name.partition(":")[0]] == letter for name, letter in journal.accounts.items())
        assert set(TYPES) <= set(journal.accounts)
        assert set(EXPORT_ACCOUNTS) == set(Role)

    def test_shows_the_same_figures_as_home(self, journal, now):
        home = tile_figures("USD", now)
        assert -journal.total("liabilities:credit:", "USD") == from_micros(home.credit_micros)
        assert journal.total("assets:receivable:", "USD") == from_micros(home.outstanding_micros)
        assert -journal.total("revenues:", "USD") == from_micros(home.recognized_micros)
        assert -journal.total("liabilities:deferred revenue:", "USD") == from_micros(home.deferred_micros)
        assert journal.total("assets:overspent:", "USD") == 3

    def test_adds_up_to_nothing_in_every_currency(self, journal):
        for unit in journal.commodities:
            assert journal.total("", unit) == 0

    def test_shows_as_many_decimals_as_amounts_have_and_a_yen_none(self, journal):
        assert journal.commodities == {"USD": "1000.000000", "JPY": "1000.", "EUR": "1000.00"}


class TestCsv:
    def test_writes_a_row_per_transfer(self, books):
        text = run("export_ledger", "--format", "csv")
        assert text.encode().startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert rows[0]["recorded_at"]
        mine = [row["amount"] for row in rows if row["kind"] == "usage" and str(books.pk) in row["source"]]
        assert mine == ["12.000001", "1.25", "0.25"]

    def test_makes_formulas_harmless(self, books, now):
        charge(books, "0.1", now, key="formula", description="=HYPERLINK(1)")
        rows = list(csv.DictReader(io.StringIO(run("export_ledger", "--format", "csv"))))
        assert [row["description"] for row in rows if row["key"] == "formula"] == ["'=HYPERLINK(1)"]
