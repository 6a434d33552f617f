"""The tax table: no overlapping rows for the same sale, and used rows do not change."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from apps.billing_profiles.models import TaxRate
from apps.billing_profiles.selectors import tax_table
from apps.billing_profiles.services import use_tax_rates
from tests.billing_profiles.conftest import NOW


def row(seller, **fields):
    fields = {"country": "DE", "category": "S", "rate_thousandths": 19_000, "valid_from": date(2026, 1, 1)} | fields
    return TaxRate.objects.create(seller=seller, created_by="staff:ann", created_at=NOW, **fields)


def test_rows_with_the_same_key_never_overlap(seller):
    row(seller, valid_to=date(2026, 6, 30))
    row(seller, valid_from=date(2026, 7, 1), valid_to=date(2026, 12, 31))
    row(seller, needs_vat_number=True)
    row(seller, country="FR")
    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        row(seller, valid_from=date(2026, 12, 31))


@pytest.mark.parametrize(
    "fields",
    [
        {"rate_thousandths": 0},
        {"category": "AE", "reason": "Reverse charge"},
        {"category": "AE", "rate_thousandths": 0},
        {"valid_to": date(2025, 12, 31)},
        {"country": "", "region": "BY"},
    ],
)
def test_a_row_that_contradicts_itself_is_refused(seller, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        row(seller, **fields)


def test_a_row_that_a_document_used_is_only_ended(seller):
    kept = row(seller)
    use_tax_rates([kept.pk, None])
    for change in ({"rate_thousandths": 7_000}, {"valid_from": date(2025, 1, 1)}):
        with pytest.raises(IntegrityError, match="only ended"), transaction.atomic():
            TaxRate.objects.update(**change)
    with pytest.raises(IntegrityError, match="only ended"), transaction.atomic():
        kept.delete()
    TaxRate.objects.update(valid_to=date(2026, 12, 31))


def test_the_table_of_a_customer(profile):
    mine = row(profile.seller)
    row(profile.seller, country="FR")
    assert tax_table(profile).choose("usage", date(2026, 5, 1)).rule_id == mine.pk
    profile.exemption_reason, profile.exempt_from = "Embassy", date(2026, 5, 1)
    assert tax_table(profile).choose("usage", date(2026, 5, 1)).reason == "Embassy"
    profile.seller.tax_engine, profile.seller.untaxed_reason = "none", "Small business, section 19 UStG"
    assert tax_table(profile).choose("usage", date(2026, 5, 1)).reason == "Small business, section 19 UStG"
