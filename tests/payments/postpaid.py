"""A month's usage, invoiced and sent by Stripe."""

from datetime import datetime

from apps.payments import services
from apps.payments.models import StripeInvoice
from apps.tenants.models import Organization
from tests.invoices.factories import bill, invoice_usage


def collect_usage(organization: Organization, month: str, now: datetime) -> StripeInvoice:
    """Invoice a postpaid customer's usage through a month, and have Stripe collect it."""
    bill(organization, now)
    made = services.arrange_document(document_id=invoice_usage(organization, month, now).pk, now=now)
    assert made is not None
    return made
