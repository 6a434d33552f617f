"""Rows of the tax table."""

from collections.abc import Iterable

from apps.billing_profiles.models import TaxRate


def use_tax_rates(rate_ids: Iterable[int | None]) -> None:
    """Mark rows of the tax table as used by documents; from now on they can only be ended."""
    ids = {rate_id for rate_id in rate_ids if rate_id is not None}
    TaxRate.objects.filter(pk__in=ids, used=False).update(used=True)
