"""Customers that keep the prices that a list replaces: chosen with its drafts, written when it is published."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from apps.pricing import errors
from apps.pricing.models import PRICE_FIELDS, KeptPrices, PriceBook, PriceListImport, PriceVersion
from apps.pricing.services.catalog import override_price_book
from apps.pricing.services.chain import link_publications
from apps.tenants.models import Organization

Status = PriceVersion.Status
MOST = 50_000  # prices that one publication may write for them


@transaction.atomic
def choose_kept_prices(
    *, imported: PriceListImport, until: Mapping[Organization, datetime | None], created_by: str, now: datetime
) -> None:
    """Choose the customers that keep the prices that a list would replace, until a time or permanently.

    Raises:
        PriceNotDraft: the list is published or discarded.
        PriceTermsInvalid: it is not a list of the customers' currency, or a time is not after it takes effect.
    """
    locked = PriceListImport.objects.select_for_update(no_key=True).select_related("book").get(pk=imported.pk)
    if locked.state != PriceListImport.State.DRAFT:
        raise errors.PriceNotDraft()
    book = locked.book
    if until and not book.is_for_all:
        raise errors.PriceTermsInvalid(
            "customers can keep old prices only if the list applies to all customers of a currency"
        )
    for organization, end in until.items():
        if organization.currency != book.currency:
            raise errors.PriceTermsInvalid(
                f"{organization.slug} is billed in {organization.currency}", field="customers"
            )
        if end is not None and end <= locked.effective_from:
            raise errors.PriceTermsInvalid(f"{organization.slug}: the list takes effect later", field="customers")
    KeptPrices.objects.filter(price_list=locked).delete()
    KeptPrices.objects.bulk_create(
        KeptPrices(organization=each, price_list=locked, until=end, created_by=created_by, created_at=now)
        for each, end in until.items()
    )


def keep_old_prices(
    imported: PriceListImport, before: Mapping[str, PriceVersion], *, published_by: str, approval: str, now: datetime
) -> None:
    """Publish the replaced prices as the chosen customers' own; models that already have an own price do not change.

    Raises:
        PriceTermsInvalid: that would be too many prices, or the list takes effect after they end.
    """
    kept = list(KeptPrices.objects.filter(price_list=imported).select_related("organization")) if before else []
    if late := next((each for each in kept if each.until and each.until <= imported.effective_from), None):
        raise errors.PriceTermsInvalid(f"{late.organization.slug}: the list takes effect after the old prices end")
    if len(kept) * len(before) > MOST:
        raise errors.PriceTermsInvalid(f"more than {MOST:,} prices would be kept; choose fewer customers")
    for each in kept:
        each.price_list = imported
        book = override_price_book(organization=each.organization, now=now)
        own = PriceVersion.objects.filter(
            Q(effective_to__isnull=True) | Q(effective_to__gt=imported.effective_from),
            book=book,
            meter=imported.meter,
            status=Status.PUBLISHED,
        )
        own = own if each.until is None else own.filter(effective_from__lt=each.until)
        models = set(own.values_list("model", flat=True))
        rows = [
            _copy(row, book, each, published_by, approval, now) for row in before.values() if row.model not in models
        ]
        if "" not in models:  # with an own price for any model, the list does not apply to the customer
            link_publications(book.pk, PriceVersion.objects.bulk_create(rows, batch_size=1_000), now)


def _copy(
    row: PriceVersion, book: PriceBook, kept: KeptPrices, published_by: str, approval: str, now: datetime
) -> PriceVersion:
    """Return a replaced price as a customer's own, from the time when the list takes effect."""
    return PriceVersion(
        book=book,
        meter=row.meter,
        model=row.model,
        scheme=row.scheme,
        **{name: getattr(row, name) for name in PRICE_FIELDS},
        effective_from=kept.price_list.effective_from,
        effective_to=kept.until,
        status=Status.PUBLISHED,
        created_by=kept.created_by,
        created_at=now,
        published_by=published_by,
        published_at=now,
        approval=approval,
    )
