"""Publish drafts as unchangeable prices, and end or withdraw published prices."""

import json
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.pricing import errors
from apps.pricing.models import PriceBook, PriceVersion
from apps.pricing.services.chain import link_end, link_publication, link_withdrawal
from apps.pricing.services.drafts import PriceSlot, PriceTerms, check_span, check_terms, draft_price_version

# Events up to five minutes ahead of the clock are accepted and priced. A price that replaces another starts later than
# any of those, so that the replaced version cannot have priced an event of the new one's span.
LEAD = timedelta(minutes=10)


def terms_text(draft: PriceVersion) -> str:
    """Return all terms of a draft as one text, to detect whether it was edited since an approval was requested."""
    terms = {name: getattr(draft, name) for name in PriceTerms.__dataclass_fields__}
    until = draft.effective_to.isoformat() if draft.effective_to else None
    meter = {
        "counts": draft.meter.counts,
        "unique_of": draft.meter.unique_of,
        "kind": draft.meter.kind,
        "unknown_models": draft.meter.unknown_models,
    }
    facts = {"from": draft.effective_from.isoformat(), "to": until, "model": draft.model, **meter, **terms}
    return json.dumps({name: value for name, value in facts.items() if value not in (None, "", [], {})}, sort_keys=True)


@transaction.atomic
def publish_price_version(*, version_id: int, published_by: str, now: datetime, approval: str = "") -> PriceVersion:
    """Publish a draft for its span; the open version that it replaces ends where it starts.

    A version may start in the past only if no price was in force then, as for quarantined usage. In a cost book, which
    charges nobody, a version that replaces another may start now.

    Raises:
        UnknownPriceVersion: there is no such version. PriceTermsInvalid: its terms are invalid.
        PriceNotDraft: it is published or withdrawn.
        PriceAlreadyEffective: another version may have priced usage in its span.
        PriceOverlaps: another version of the same book, meter and model is in force in its span.
    """
    draft = _lock_version(version_id)
    if draft.status != PriceVersion.Status.DRAFT:
        raise errors.PriceNotDraft()
    check_terms(draft)
    _refuse_repricing(draft, now)
    draft.took_over_from = _end_predecessor(draft, approval, now)
    draft.status = PriceVersion.Status.PUBLISHED
    draft.published_by, draft.published_at, draft.approval = published_by, now, approval
    draft.save(update_fields=["status", "published_by", "published_at", "approval", "took_over_from"])
    link_publication(draft, now)
    return draft


@transaction.atomic
def end_price_version(*, version_id: int, at: datetime | None, now: datetime, approval: str = "") -> PriceVersion:
    """End a published price at a future time, or remove its end with None; usage after the end needs another price.

    Raises:
        UnknownPriceVersion: there is no such version.
        PriceAlreadyEffective: `at` is less than ten minutes ahead, or the version is not published or has ended.
        PriceTermsInvalid: it would end before it starts, or within a month whose figure it prices.
        PriceOverlaps: another version is in force before that time.
    """
    version = _lock_version(version_id)
    ended = version.effective_to is not None and version.effective_to < now + LEAD
    is_soon = at is not None and at < now + LEAD
    if version.status != PriceVersion.Status.PUBLISHED or ended or is_soon:
        raise errors.PriceAlreadyEffective(field="effective_to")
    if at is not None and at <= version.effective_from:
        raise errors.PriceTermsInvalid("a price must end after it starts; withdraw it instead", field="effective_to")
    if _overlapping(_siblings(version), version.effective_from, at).exists():
        raise errors.PriceOverlaps("another version starts before that moment", field="effective_to")
    check_span(version.meter, version.effective_from, at)
    _set_end(version, at, approval, now)
    return version


@transaction.atomic
def withdraw_price_version(*, version_id: int, now: datetime, approval: str = "") -> PriceVersion:
    """Withdraw a published price before it takes effect, and reopen the version that it ended.

    The reopened version lasts until the next version starts, if there is one. A version whose end was set otherwise
    keeps its end.

    Raises:
        UnknownPriceVersion: there is no such version. PriceAlreadyEffective: it may have priced usage.
    """
    version = _lock_version(version_id)
    if version.status != PriceVersion.Status.PUBLISHED or version.effective_from < now + LEAD:
        raise errors.PriceAlreadyEffective()
    version.status = PriceVersion.Status.WITHDRAWN
    version.save(update_fields=["status"])
    link_withdrawal(version, approval, now)
    _restore_predecessor(version, approval, now)
    return version


def _lock_version(version_id: int) -> PriceVersion:
    """Lock the version's book, so that versions of one book are published one at a time."""
    book_id = PriceVersion.objects.filter(pk=version_id).values_list("book_id", flat=True).first()
    if book_id is None:
        raise errors.UnknownPriceVersion()
    lock_price_book(book_id)
    return PriceVersion.objects.select_related("book", "meter").get(pk=version_id)


def lock_price_book(book_id: int) -> PriceBook:
    """Lock a price book for publishing."""
    return PriceBook.objects.select_for_update(no_key=True).get(pk=book_id)


def _siblings(version: PriceVersion) -> QuerySet[PriceVersion]:
    published = PriceVersion.objects.filter(status=PriceVersion.Status.PUBLISHED)
    return published.filter(book=version.book, meter=version.meter, model=version.model).exclude(pk=version.pk)


def _overlapping(rows: QuerySet[PriceVersion], start: datetime, end: datetime | None) -> QuerySet[PriceVersion]:
    rows = rows.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=start))
    return rows if end is None else rows.filter(effective_from__lt=end)


def _refuse_repricing(draft: PriceVersion, now: datetime) -> None:
    """Refuse a draft that would override a price which may have priced usage already."""
    is_cost = draft.book.purpose == PriceBook.Purpose.COST
    settled = now if is_cost else now + LEAD
    if draft.effective_from >= settled:
        return
    end = settled if draft.effective_to is None else min(draft.effective_to, settled)
    if _overlapping(_siblings(draft) if is_cost else _gone_before(draft), draft.effective_from, end).exists():
        raise errors.PriceAlreadyEffective(
            "a cost that replaces one in force must start now or later; correct earlier costs by a cost run"
            if is_cost
            else f"a price that replaces another must start at least {LEAD.seconds // 60} minutes from now",
            field="effective_from",
        )


def _gone_before(draft: PriceVersion) -> QuerySet[PriceVersion]:
    """Return the published versions that the draft would replace or override."""
    same_book = Q(book=draft.book, model=draft.model)
    if draft.model:
        same_book |= Q(book=draft.book, model="")
    listed = Q(
        book__organization__isnull=True, book__purpose=PriceBook.Purpose.CHARGE, book__currency=draft.book.currency
    )
    if draft.book.organization_id is not None:
        same_book |= listed & (Q(model__in=[draft.model, ""]) if draft.model else Q())
    published = PriceVersion.objects.filter(status=PriceVersion.Status.PUBLISHED, meter=draft.meter)
    return published.filter(same_book).exclude(pk=draft.pk)


def _end_predecessor(draft: PriceVersion, approval: str, now: datetime) -> PriceVersion | None:
    """End the open version that the draft replaces where the draft starts, and return it."""
    overlapping = list(_overlapping(_siblings(draft), draft.effective_from, draft.effective_to))
    before = [row for row in overlapping if row.effective_to is None and row.effective_from < draft.effective_from]
    if overlapping != before:
        raise errors.PriceOverlaps(field="effective_from")
    for row in before:
        _set_end(row, draft.effective_from, approval, now)
    return before[0] if before else None


def _restore_predecessor(withdrawn: PriceVersion, approval: str, now: datetime) -> None:
    before = withdrawn.took_over_from
    if before is None or before.effective_to != withdrawn.effective_from:
        return
    later = _siblings(withdrawn).filter(effective_from__gt=before.effective_from).order_by("effective_from")
    following = later.first()
    _set_end(before, following.effective_from if following else None, approval, now)
    if following is not None:
        following.took_over_from = before
        following.save(update_fields=["took_over_from"])


def _set_end(version: PriceVersion, end: datetime | None, approval: str, now: datetime) -> None:
    version.effective_to, version.end_set_at = end, now
    version.save(update_fields=["effective_to", "end_set_at"])
    link_end(version, approval, now)


@transaction.atomic
def set_price(*, slot: PriceSlot, terms: PriceTerms, created_by: str, now: datetime) -> PriceVersion:
    """Draft and publish in one step, for seeding and tests; staff preview a draft first.

    Raises what `draft_price_version` and `publish_price_version` raise.
    """
    draft = draft_price_version(slot=slot, terms=terms, created_by=created_by, now=now)
    return publish_price_version(version_id=draft.pk, published_by=created_by, now=now)
