"""Import a price list as drafts, compared with the prices in force; publish, discard or export all of it."""

import gzip
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Q, Subquery

from apps.common.money import MICROS_PER_UNIT
from apps.common.row_changes import RowChanges
from apps.common.rows import RowWriter
from apps.pricing import errors
from apps.pricing.cells import PARTS_PER_MILLION, CellTable, table_rows
from apps.pricing.csv_list import is_csv, read_csv, says_csv, write_csv
from apps.pricing.list_comparison import is_same, warnings_of
from apps.pricing.litellm_list import LONGEST_NAME, ListedModel, read_list
from apps.pricing.litellm_output import says_list, write_list
from apps.pricing.markups import NO_MARKUPS, Markups, marked_up
from apps.pricing.models import Meter, ModelAlias, PriceBook, PriceLink, PriceListImport, PriceVersion
from apps.pricing.rating import YOCTOS_PER_MICRO_PER_MILLION
from apps.pricing.services.chain import NO_HEAD, Head, insert_links, records_of_list
from apps.pricing.services.kept_prices import keep_old_prices
from apps.pricing.services.publication import LEAD, lock_price_book
from apps.pricing.terms import check_cells, check_scheme_fits

Status, State = PriceVersion.Status, PriceListImport.State
LISTED_IN = "USD"
MOST_BYTES = 32_000_000
LONGEST_PROBLEM = 500
BATCH = 10_000  # every list, in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTerms:
    """The book of a list, when it takes effect, and its markups in millionths, by model or for all.

    The list is in dollars; `rate_micros` is the value of a dollar in micros of the book's currency. Prices of a million
    tokens are rounded, half to even, to a multiple of `step_micros`. With `ends_gone`, the prices in force of models
    that the list no longer names end.
    """

    book: PriceBook
    meter: Meter
    effective_from: datetime
    markup_ppm: int = 0
    markups: Markups = NO_MARKUPS
    rate_micros: int = MICROS_PER_UNIT
    step_micros: int = 0
    other_tiers_standard: bool = False
    ends_gone: bool = False


@transaction.atomic
def import_price_list(
    *, terms: ListTerms, file_name: str, raw: bytes, reason: str, created_by: str, now: datetime
) -> PriceListImport:
    """Read a list, compare it with the prices in force when it takes effect, and draft what is new or changed.

    Raises:
        PriceListUnreadable: it is too long, or neither CSV nor a JSON object of objects.
        PriceTermsInvalid: the meter does not count tokens, or the book is not in dollars and no rate is given.
        PriceListUnchanged: every price of it is already in force.
    """
    if len(raw) > MOST_BYTES:
        raise errors.PriceListUnreadable(f"the file must have at most {MOST_BYTES:,} bytes", field="file")
    check_scheme_fits(scheme=PriceVersion.PricingScheme.CELLS, counts=terms.meter.counts, model="")
    if (terms.book.currency == LISTED_IN) != (terms.rate_micros == MICROS_PER_UNIT):
        raise errors.PriceTermsInvalid(
            f"the list is in {LISTED_IN}: give the rate for a book in another currency, and none otherwise",
            field="rate",
        )
    found = read_csv(raw) if is_csv(raw) else read_list(raw)
    lock_price_book(terms.book.pk)
    before = _in_force(terms)
    tables = {name: _marked_up(model, name, terms) for name, model in found.models.items()}
    for name, table in list(tables.items()):
        try:
            check_cells(PriceVersion.PricingScheme.CELLS, table_rows(table))
        except errors.PriceTermsInvalid as error:
            found.problems[name] = errors.problem_text(error)
            del tables[name]
    old_tables = {name: row.rule.table for name, row in before.items()}
    changed = {name: table for name, table in tables.items() if not is_same(old_tables.get(name), table)}
    gone = sorted(name for name in before if name and name not in tables)
    if not changed and not (terms.ends_gone and gone):
        raise errors.PriceListUnchanged(field="file")
    imported = PriceListImport.objects.create(
        book=terms.book,
        meter=terms.meter,
        file_name=file_name[:200],
        sha256=hashlib.sha256(raw).hexdigest(),
        content=gzip.compress(raw, mtime=0),
        effective_from=terms.effective_from,
        markup_ppm=terms.markup_ppm,
        markups=terms.markups.rows(),
        rate_micros=terms.rate_micros,
        step_micros=terms.step_micros,
        reason=reason,
        other_tiers_standard=terms.other_tiers_standard,
        ends_gone=terms.ends_gone,
        model_count=len(tables),
        new_count=sum(name not in before for name in changed),
        changed_count=sum(name in before for name in changed),
        same_count=len(tables) - len(changed),
        gone=gone,
        unread=_printable(Counter(chain.from_iterable(model.unread for model in found.models.values()))),
        problems=_printable(found.problems),
        warnings=[list(each) for each in warnings_of(changed, old_tables, found.aliases | _aliases(terms))],
        aliases=_printable(found.aliases),
        created_by=created_by,
        created_at=now,
    )
    PriceVersion.objects.bulk_create(
        [_draft(imported, name, table, created_by, now) for name, table in changed.items()], batch_size=BATCH
    )
    return imported


def _printable(found: Mapping[str, str | int]) -> dict[str, str | int]:
    """Return what was found in a file without characters that the database cannot keep."""
    return {
        _shown(name): _shown(value, LONGEST_PROBLEM) if isinstance(value, str) else value
        for name, value in found.items()
    }


def _shown(text: str, most: int = LONGEST_NAME) -> str:
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text[:most])


def _draft(imported: PriceListImport, model: str, table: CellTable, created_by: str, now: datetime) -> PriceVersion:
    return PriceVersion(
        book=imported.book,
        meter=imported.meter,
        model=model,
        scheme=PriceVersion.PricingScheme.CELLS,
        cells=table_rows(table),
        effective_from=imported.effective_from,
        price_list=imported,
        created_by=created_by,
        created_at=now,
    )


def _in_force(terms: ListTerms) -> dict[str, PriceVersion]:
    """Return the book's prices of the meter at the moment the list takes effect, by model."""
    rows = PriceVersion.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gt=terms.effective_from),
        book=terms.book,
        meter=terms.meter,
        status=Status.PUBLISHED,
        effective_from__lte=terms.effective_from,
    )
    return {row.model: row for row in rows}


def _aliases(terms: ListTerms) -> dict[str, str]:
    """Return the names that stand for another model when the list takes effect."""
    rows = ModelAlias.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gt=terms.effective_from),
        meter=terms.meter,
        effective_from__lte=terms.effective_from,
        expression="",
    )
    return dict(rows.values_list("name", "target"))


def _marked_up(model: ListedModel, name: str, terms: ListTerms) -> CellTable:
    markup_ppm = terms.markups.of(name, model.provider, terms.markup_ppm)
    return marked_up(
        replace(model.table, other_tiers_standard=terms.other_tiers_standard, per_cost_ppm=0, month_prices=()),
        numerator=(PARTS_PER_MILLION + markup_ppm) * terms.rate_micros,
        denominator=PARTS_PER_MILLION * MICROS_PER_UNIT,
        step_yoctos=terms.step_micros * YOCTOS_PER_MICRO_PER_MILLION,
    )


@transaction.atomic
def publish_price_list(
    *, import_id: int, starts_at: datetime | None, published_by: str, now: datetime, approval: str = ""
) -> PriceListImport:
    """Publish all drafts of a list; the versions that they replace end where the list takes effect.

    So do the prices of models that the list no longer names, if it was imported with `ends_gone`. Without `starts_at`
    it takes effect as soon as possible: ten minutes from now, a cost list at once.

    Raises:
        PriceNotDraft: the list is published or discarded, or has no draft left.
        PriceAlreadyEffective: it replaces prices and takes effect less than ten minutes from now.
        PriceOverlaps: another version of one of its models is in force after that; the detail names the models.
        PriceListOutdated: it takes effect at another time than planned, and prices of the book change in between.
    """
    imported = lock_price_list(import_id)
    changes = RowChanges()
    changes.watch(imported)
    lead = timedelta() if imported.book.purpose == PriceBook.Purpose.COST else LEAD
    _move_start(imported, starts_at or now + lead)
    drafts, open_versions, head = _read_for_publication(imported)
    models = set(ending_models(imported)) - {draft.model for draft in drafts}
    ending = _ending(models, open_versions, imported.effective_from)
    if imported.state != State.DRAFT or not (drafts or ending):
        raise errors.PriceNotDraft()
    before = _replaced(imported, (row for row in open_versions if row.model not in models)) | ending
    if before and imported.effective_from < now + lead:
        raise errors.PriceAlreadyEffective(
            f"it replaces prices in force, so it must take effect at least {lead.seconds // 60} minutes from now"
        )
    ended = list(before.values())
    for row in ended:
        row.effective_to, row.end_set_at = imported.effective_from, now
    for draft in drafts:
        draft.took_over_from = before.get(draft.model)
        draft.status, draft.published_by, draft.published_at = Status.PUBLISHED, published_by, now
        draft.approval, draft.effective_from = approval, imported.effective_from
    # Versions may not overlap at any moment, so the ends come first.
    _update(ended, ("effective_to", "end_set_at"), RowWriter()).run()
    published = ("effective_from", "took_over_from_id", "status", "published_by", "published_at", "approval")
    writer = _update(drafts, published, RowWriter())
    insert_links(imported.book_id, head, records_of_list(ended, drafts, approval), now=now, writer=writer)
    imported.state = State.PUBLISHED
    changes.save(imported, "state", "effective_from")
    changes.add_to(writer)
    writer.run()
    keep_old_prices(imported, before, published_by=published_by, approval=approval, now=now)
    return imported


def _move_start(imported: PriceListImport, starts_at: datetime) -> None:
    """Set when a list takes effect, if the prices with which it was compared at its import are the same then.

    Raises:
        PriceListOutdated: they are not.
    """
    first, last = sorted((imported.effective_from, starts_at))
    between = Q(effective_from__gt=first, effective_from__lte=last) | Q(effective_to__gt=first, effective_to__lte=last)
    rows = PriceVersion.objects.filter(between, book=imported.book, meter=imported.meter, status=Status.PUBLISHED)
    if first != last and rows.exists():
        raise errors.PriceListOutdated(
            "a price of the book starts or ends between the planned time and this one: import the list again",
            field="starts_at",
        )
    imported.effective_from = starts_at


def _update(rows: Iterable[PriceVersion], columns: Sequence[str], writer: RowWriter) -> RowWriter:
    values = [(row.pk, *(getattr(row, name) for name in columns)) for row in rows]
    writer.update(PriceVersion, ("id",), columns, values)
    return writer


def _read_for_publication(imported: PriceListImport) -> tuple[list[PriceVersion], list[PriceVersion], Head]:
    """Return a list's drafts, the versions of their models that may overlap them, and the head of the book's chain."""
    drafts = PriceVersion.objects.filter(price_list=imported, status=Status.DRAFT)
    overlapping = Q(
        Q(effective_to__isnull=True) | Q(effective_to__gt=imported.effective_from),
        book=imported.book,
        meter=imported.meter,
        status=Status.PUBLISHED,
    ) & (Q(model__in=drafts.values("model")) | Q(model__in=ending_models(imported)))
    newest = PriceLink.objects.filter(book=imported.book).order_by("-number")
    rows = PriceVersion.objects.filter(overlapping | Q(price_list=imported, status=Status.DRAFT))
    rows = rows.annotate(
        head_number=Subquery(newest.values("number")[:1]), head_hash=Subquery(newest.values("hash")[:1])
    )
    read = list(rows.select_related("book", "meter").order_by("model", "pk"))
    head = (read[0].head_number, bytes(read[0].head_hash)) if read and read[0].head_number else NO_HEAD
    return (
        [row for row in read if row.status == Status.DRAFT],
        [row for row in read if row.status != Status.DRAFT],
        head,
    )


def ending_models(imported: PriceListImport) -> list[str]:
    """Return the models whose prices end when a list is published."""
    return list(imported.gone) if imported.ends_gone else []


def _ending(models: set[str], rows: Iterable[PriceVersion], start: datetime) -> dict[str, PriceVersion]:
    """Return the versions of models that end at the start of a list; a version with an end keeps it."""
    found = (row for row in rows if row.model in models and row.effective_to is None and row.effective_from < start)
    return {row.model: row for row in found}


def lock_price_list(import_id: int) -> PriceListImport:
    """Lock a list's price book, and return the list.

    Raises:
        UnknownPriceList: there is none.
    """
    rows = PriceListImport.objects.select_related("book", "meter")
    found = rows.select_for_update(no_key=True, of=("self", "book")).filter(pk=import_id).first()
    if found is None:
        raise errors.UnknownPriceList()
    return found


def _replaced(imported: PriceListImport, rows: Iterable[PriceVersion]) -> dict[str, PriceVersion]:
    """Return the open versions that the list replaces, by model.

    Raises:
        PriceOverlaps: a version that the list cannot end is in force after it takes effect.
    """
    found: dict[str, PriceVersion] = {}
    fixed = []
    for row in rows:
        if row.effective_to is not None or row.effective_from >= imported.effective_from:
            fixed.append(row.model)
        found[row.model] = row
    if fixed:
        shown = ", ".join(sorted(fixed)[:10])
        raise errors.PriceOverlaps(f"another version is in force during that time for {len(fixed)} models: {shown}")
    return found


@transaction.atomic
def discard_price_list(*, import_id: int, reason: str) -> None:
    """Delete the drafts of a list that is not published.

    Raises:
        PriceNotDraft: it is published or discarded.
    """
    imported = lock_price_list(import_id)
    if imported.state != State.DRAFT:
        raise errors.PriceNotDraft()
    imported.versions.filter(status=Status.DRAFT).delete()
    imported.state, imported.discarded_for = State.DISCARDED, reason
    imported.save(update_fields=["state", "discarded_for"])


def export_price_list(imported: PriceListImport, now: datetime) -> bytes:
    """Write the file of a list with the prices in force in its book now; fields that are not read stay unchanged.

    If the list is not in force yet, its own prices are written.

    Raises:
        PriceTermsInvalid: the book is not in dollars, as the file is, or has prices that such a file cannot express.
    """
    if imported.book.currency != LISTED_IN:
        raise errors.PriceTermsInvalid(f"a price list is in {LISTED_IN}, the book in {imported.book.currency}")
    raw = gzip.decompress(bytes(imported.content))
    rows = PriceVersion.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gt=now),
        book=imported.book_id,
        meter=imported.meter_id,
        status=Status.PUBLISHED,
        effective_from__lte=now,
    )
    versions = {row.model: row for row in rows} or {row.model: row for row in imported.versions.all()}
    tables = {model: table for model, row in versions.items() if model and (table := row.rule.table) is not None}
    in_csv = is_csv(raw)
    unsaid = sorted(name for name, table in tables.items() if not (says_csv(table) if in_csv else says_list(table)))
    if unsaid:
        raise errors.PriceTermsInvalid(
            f"a file of this kind cannot express the prices of {len(unsaid)} models: {', '.join(unsaid[:10])}"
        )
    return write_csv(tables) if in_csv else write_list(read_list(raw), tables)
