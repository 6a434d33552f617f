"""Invoices for the periods of service agreements."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest

from apps.billing_profiles.errors import ProfileIncomplete
from apps.contracts import services as contracts
from apps.contracts.errors import ImpossibleTerms
from apps.contracts.models import ServiceAgreement
from apps.invoices import services, tasks
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document
from apps.outbox.models import OutboxMessage
from apps.tenants.models import Organization
from tests.contracts.factories import agreement
from tests.invoices import factories
from tests.invoices.test_invoices import books, fresh

pytestmark = pytest.mark.django_db
INVOICE = ServiceAgreement.BillBy.INVOICE


@pytest.fixture(autouse=True)
def _invoices_agree_with_the_ledger() -> Iterator[None]:
    yield
    assert [str(each) for each in invoice_mismatches()] == []


@pytest.fixture
def acme(now: datetime) -> Organization:
    return factories.create_customer(now, factories.create_seller(now))


@pytest.fixture
def bill(deliver_outbox: Callable[[datetime], list[str]]) -> Callable[[ServiceAgreement, datetime], None]:
    def run(made: ServiceAgreement, now: datetime) -> None:
        contracts.bill_agreement(agreement_id=made.pk, now=now)
        deliver_outbox(now)

    return run


def test_each_period_has_an_invoice_with_its_tax_and_the_wallet_is_not_charged(acme, bill, now):
    made = agreement(acme, now, bill_by=INVOICE)
    for _ in range(2):
        bill(made, now)
    (document,) = Document.objects.all()
    assert (document.kind, document.state, document.total_micros) == ("agreement", "open", 59_500_000)
    assert (document.period_start, document.last_day) == (date(2026, 11, 18), date(2026, 12, 17))
    assert books(acme) == {"invoiced": "-59.50", "revenue": "50.00", "tax": "9.50"}
    bill(made, now + timedelta(days=31))
    assert [each.period_start for each in Document.objects.order_by("period_start")][1] == date(2026, 12, 18)


def test_it_is_paid_credited_and_written_off_like_others(acme, bill, now):
    made = agreement(acme, now, bill_by=INVOICE, charge_type=ServiceAgreement.ChargeType.ONE_TIME)
    bill(made, now)
    (document,) = Document.objects.all()
    assert document.period_start is None
    factories.pay(acme, "19.50", now)
    terms = services.CreditTerms(reason="r", amount=10_000_000)
    services.credit_invoice(document_id=document.pk, terms=terms, created_by="staff:ann", now=now)
    row = fresh(document)
    services.write_off_invoice(document_id=row.pk, left=row.left_micros, reason="r", created_by="staff:ann", now=now)
    assert books(acme) == {"manual_receipts": "-19.50", "revenue": "40.00", "tax": "7.60", "write_offs": "-28.10"}


def test_the_price_and_the_text_are_those_of_the_day_on_which_the_period_began(acme, deliver_outbox, now):
    made = agreement(acme, now, bill_by=INVOICE)
    contracts.bill_agreement(agreement_id=made.pk, now=now)
    ServiceAgreement.objects.update(amount_micros=90_000_000, description="Other")
    deliver_outbox(now)
    (document,) = Document.objects.all()
    assert (document.net_micros, document.lines.get().text) == (50_000_000, "Support")


def test_a_customer_without_a_billing_profile_is_invoiced_once_it_has_one(acme, now):
    made = agreement(acme, now, bill_by=INVOICE)
    acme.billing_profile.delete()
    contracts.bill_agreement(agreement_id=made.pk, now=now)
    (asked,) = OutboxMessage.objects.filter(task="invoices.invoice_agreement")
    with pytest.raises(ProfileIncomplete):
        tasks.invoice_agreement(**asked.arguments, now=now)
    assert not Document.objects.exists()
    factories.bill(acme, now)
    for _ in range(2):
        tasks.invoice_agreement(**asked.arguments, now=now)
    assert [each.net_micros for each in Document.objects.all()] == [50_000_000]


def test_an_amount_that_cannot_be_paid_is_refused(acme, now):
    with pytest.raises(ImpossibleTerms) as refused:
        agreement(acme, now, bill_by=INVOICE, amount_micros=50_000_001)
    assert refused.value.field == "amount_micros"
