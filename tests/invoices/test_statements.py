"""The number of statements of what is done with invoices, whatever their number and that of their events."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.bank import services as bank
from apps.bank.models import BankFile, BankLine
from apps.bank.services.lines import Confirmation
from apps.contracts.recurring_revenue import movements
from apps.contracts.selectors import recurring_stretches
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document
from apps.invoices.selectors import receivables
from apps.tenants.models import Organization
from tests.api.callers import as_bearer, key_of
from tests.bank.files import camt, entry
from tests.contracts.factories import offer
from tests.invoices import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(now: datetime) -> Organization:
    return factories.create_customer(now, factories.create_seller(now))


@contextmanager
def statements(most: int) -> Iterator[None]:
    """Refuse more statements inside the block, apart from savepoints and content types, which a process reads once."""
    with CaptureQueriesContext(connection) as captured:
        yield
    sent = [query["sql"] for query in captured if not re.search("SAVEPOINT|FROM .django_content_type", query["sql"])]
    assert len(sent) <= most, "\n".join(re.sub(r'"\w+"\.', "", sql)[:160] for sql in sent)


def uploaded(amounts: list[int], now: datetime) -> BankFile:
    entries = [entry(f"{amount}.00", ref=str(place), day=f"{now:%Y-%m-%d}") for place, amount in enumerate(amounts)]
    raw = camt(entries, closing=f"{1_000 + sum(amounts)}.00")
    return bank.upload_bank_file(file_name="camt.xml", raw=raw, account=None, created_by="staff:ann", now=now)


def test_an_invoice_is_finalized(acme: Organization, now: datetime) -> None:
    factories.invoice(acme, now, "10")
    draft = factories.draft(acme, now, "100")
    with statements(14):
        factories.finalize(draft, now)


@pytest.mark.parametrize("count", [1, 20])
def test_a_bank_line_is_confirmed_for_any_number_of_invoices(acme: Organization, now: datetime, count: int) -> None:
    owed = [factories.invoice(acme, now, "100") for _ in range(count)]
    bank.import_bank_file(file_id=uploaded([119 * count], now).pk, created_by="staff:ann", now=now)
    pays = Confirmation(
        line_id=BankLine.objects.get().pk, organization_id=acme.pk, invoice_ids=tuple(each.pk for each in owed)
    )
    with statements(18):
        bank.confirm_lines([pays], created_by="staff:ann", now=now)
    assert set(Document.objects.values_list("state", flat=True)) == {"paid"}
    assert invoice_mismatches() == []


@pytest.mark.parametrize(("count", "most"), [(1, 17), (1_000, 18)])
def test_bank_lines_are_imported(acme: Organization, now: datetime, count: int, most: int) -> None:
    """The grades of matches are written 500 lines at a time."""
    factories.invoice(acme, now, "100")
    file = uploaded([1] * count, now)
    with statements(most):
        bank.import_bank_file(file_id=file.pk, created_by="staff:ann", now=now)
    assert BankLine.objects.count() == count


class TestOfACustomer:
    @pytest.fixture
    def owed(self, acme: Organization, now: datetime) -> Document:
        """One of four open invoices of a customer with a contract."""
        offer(acme, now)
        owed, *_ = (factories.invoice(acme, now, "100") for _ in range(4))
        return owed

    def test_receivables_are_listed_by_age(self, owed: Document, now: datetime) -> None:
        with statements(3):
            receivables(owed.seller, now.date())

    def test_recurring_revenue_is_reported(self, owed: Document, now: datetime) -> None:
        with statements(2):
            movements(recurring_stretches(Organization.objects.all()), [now.date(), now.date()])

    def test_invoices_are_listed_by_api(self, owed: Document) -> None:
        """The credential, the invoices, their payment pages and unapplied money."""
        client = Client(headers=as_bearer(key_of(owed.organization)))
        client.get("/v1/billing/invoices")
        with statements(4):
            assert len(client.get("/v1/billing/invoices").json()["data"]) == 4

    def test_a_transfer_is_recorded(self, owed: Document, now: datetime) -> None:
        with statements(9):
            factories.pay(owed.organization, "119", now, invoice_id=owed.pk)
