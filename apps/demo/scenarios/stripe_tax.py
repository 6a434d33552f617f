"""A third seller, whose tax Stripe calculates: its customer in New York City has a draft that the worker has taxed."""

from datetime import datetime
from typing import Any

from apps.billing_profiles.models import NumberRange, Seller
from apps.billing_profiles.services import create_profile
from apps.common.money import to_micros
from apps.demo.timeline import CREATED_BY, Demo, Step
from apps.invoices import services
from apps.tenants.models import Organization

DUNDER = "dunder"
LLC: dict[str, Any] = {
    "legal_name": "Example Cloud New York LLC",
    "street": "350 Fifth Avenue",
    "postal_code": "10118",
    "city": "New York",
    "region": "NY",
    "country": "US",
    "register_text": "New York DOS ID 1234567",
    "tax_number": "98-7654321",
    "time_zone": "America/New_York",
    "tax_currency": "USD",
    "tax_engine": Seller.TaxEngine.STRIPE,
}
BUYER: dict[str, Any] = {
    "legal_name": "Dunder Paper Company, Inc.",
    "street": "233 Broadway",
    "postal_code": "10279",
    "city": "New York",
    "region": "NY",
    "country": "US",
    "purchase_order": "DP-0173",
}


def steps(demo: Demo) -> list[Step]:
    """Return one step, a day before the end: the customer has bought its credit before, without tax."""
    return [Step(demo.ago(days=1), _draft)]


def _draft(at: datetime) -> None:
    seller = Seller.objects.create(**LLC, created_at=at, updated_at=at)
    NumberRange.objects.create(
        seller=seller, kind=NumberRange.Kind.INVOICE, year=at.year, pattern="TEST-NY-{year}-{n:05}"
    )
    customer = Organization.objects.get(slug=DUNDER)
    create_profile(organization=customer, seller=seller, values=BUYER, external_ids=[], now=at)
    line = services.LineTerms(
        text="Migration of the paper archive",
        quantity="3 days",
        amount=to_micros("3600"),
        reason="Agreed by email",
    )
    terms = services.DraftTerms(lines=[line])
    services.draft_invoice(organization=customer, terms=terms, created_by=CREATED_BY, now=at)
