from datetime import UTC, datetime

import pytest

from apps.billing_profiles.models import BillingProfile, Seller
from tests.factories import create_organization

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture
def seller(db: None) -> Seller:
    return Seller.objects.create(
        legal_name="Example GmbH",
        street="Hauptstraße 1",
        postal_code="10115",
        city="Berlin",
        country="DE",
        time_zone="Europe/Berlin",
        tax_currency="EUR",
        tax_engine="table",
        vat_number="DE115235681",
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.fixture
def profile(seller: Seller) -> BillingProfile:
    return BillingProfile.objects.create(
        organization=create_organization(NOW, currency="EUR"),
        seller=seller,
        legal_name="Acme GmbH",
        street="Nebenstraße 2",
        city="Hamburg",
        country="DE",
        vat_number="DE136695976",
        created_at=NOW,
        updated_at=NOW,
    )
