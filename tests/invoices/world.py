"""A row for every page of invoices, without tax, in the customer's own currency."""

from datetime import datetime, timedelta

from apps.common.money import Micros, to_micros
from apps.invoices import services
from apps.tenants.models import Organization
from tests.invoices import factories


def create_invoice_rows(organization: Organization, now: datetime) -> None:
    """A draft, a paid invoice with a credit note, one that was written off, and unapplied money."""
    factories.bill(organization, now)
    paid = factories.invoice(organization, now, "100", "20")
    factories.pay(organization, "120", now, key="world")
    services.credit_invoice(
        document_id=paid.pk, terms=services.CreditTerms(reason="Agreed"), created_by="staff:test", now=now
    )
    money = factories.pay(organization, "7", now, key="world:2")
    services.pay_back_money(money_id=money.pk, amount=to_micros("1"), key="p", created_by="staff:test", now=now)
    written_off = factories.invoice(organization, now - timedelta(days=60), "500")
    services.write_off_invoice(
        document_id=written_off.pk,
        left=Micros(written_off.left_micros),
        reason="Insolvent",
        created_by="staff:test",
        now=now,
    )
    factories.draft(organization, now, "3")
    services.paper_of(paid, now=now)
