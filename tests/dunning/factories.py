"""A policy, and a customer who owes an invoice that was due on 3 November 2026."""

from datetime import UTC, datetime, timedelta
from typing import Any

from apps.billing_profiles.models import Seller
from apps.dunning import services
from apps.dunning.models import DunningPolicy
from apps.dunning.rules import Letter, Restriction, Step
from apps.invoices.models import Document
from apps.mail.models import Contact
from apps.tenants.models import Organization
from tests.invoices import factories

STEPS = (
    Step(3),
    Step(14, Letter.DEMAND, fee_micros=5_000_000, restriction=Restriction.PAUSE),
    Step(28, Letter.FINAL, restriction=Restriction.SUSPEND),
)


def at(day: int, month: int = 11) -> datetime:
    """A moment of a day in 2026."""
    return datetime(2026, month, day, 9, tzinfo=UTC)


def create_policy(seller: Seller, now: datetime, **given: Any) -> DunningPolicy:
    """The policy of all customers of a seller in euros."""
    values: dict[str, Any] = {
        "name": "Standard",
        "seller_id": seller.pk,
        "currency": "EUR",
        "is_default": True,
        "steps": STEPS,
    }
    return services.set_policy(policy_id=None, terms=services.PolicyTerms(**values | given), now=now)


def add_contact(organization: Organization, now: datetime) -> Contact:
    """A contact for billing."""
    return Contact.objects.create(
        organization=organization,
        name="Ada",
        email="ada@acme.test",
        purposes=["billing"],
        created_at=now,
        updated_at=now,
    )


def owe(organization: Organization, *amounts: str) -> Document:
    """An invoice that was due on 3 November, after terms of 30 days."""
    return factories.invoice(organization, at(3) - timedelta(days=30), *amounts)
