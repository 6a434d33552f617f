"""Custom codes: entered by staff or imported as a list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from apps.common.transactions import serialized
from apps.vouchers import codes
from apps.vouchers.code_lists import BadLine, read_list
from apps.vouchers.errors import CodeTaken, InvalidCodes
from apps.vouchers.keys import lookup_key
from apps.vouchers.models import Batch, Voucher
from apps.vouchers.services.batches import new_batch, start_new
from apps.vouchers.terms import BatchTerms

MOST_IMPORTED = 20_000
LOOKED_UP_AT_ONCE = 500
NAMED_LINES = 200


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """The outcome of an import: `fresh` codes become vouchers, `bad` lines are invalid, the rest is skipped."""

    fresh: tuple[str, ...]
    bad: tuple[BadLine, ...]
    repeated_count: int
    taken_count: int
    heading: str = ""


@serialized
def create_chosen(
    *, code: str, terms: BatchTerms, reason: str, by: User, now: datetime, batch_id: UUID | None = None
) -> Batch:
    """Create one voucher with a custom code. Such a code is public and shown in full.

    Raises:
        InvalidCodes: it is not 3 to 64 letters and digits.
        CodeTaken: another voucher has it.
        InvalidTerms, ReasonMissing: as for `create_batch`.
    """
    chosen = codes.normalize(code)
    if not codes.is_plain(chosen):
        raise InvalidCodes(
            "The code must have 3 to 64 letters and digits; spaces and dashes are ignored.", field="code"
        )
    terms = replace(terms, count=1, prefix="")
    batch, is_new = new_batch(terms, Batch.Origin.CHOSEN, reason=reason, by=by, now=now, batch_id=batch_id)
    if not is_new:
        return batch
    _store(batch, [chosen], shown_in_full=True)
    return start_new(batch, reason=reason, by=by, now=now)


@serialized
def import_codes(
    *, text: str, terms: BatchTerms, reason: str, by: User, now: datetime, batch_id: UUID | None = None
) -> Batch:
    """Create a batch from a list of codes, parsed by `code_lists`; codes that already exist are skipped.

    Raises:
        InvalidCodes: a line is invalid, or no code is new.
        CodeTaken: a code was created by someone else in the meantime.
        InvalidTerms, ReasonMissing: as for `create_batch`.
    """
    known = Batch.objects.filter(pk=batch_id).first() if batch_id else None
    if known is not None:
        return known
    preview = preview_import(text)
    if preview.bad:
        named = [f"{line}." for line in preview.bad[:NAMED_LINES]]
        more = [f"And {len(preview.bad) - NAMED_LINES:,} more lines."] if len(preview.bad) > NAMED_LINES else []
        raise InvalidCodes(" ".join(["The list has invalid lines.", *named, *more]), field="codes")
    if not preview.fresh:
        raise InvalidCodes("The list has no new codes.", field="codes")
    terms = replace(terms, count=len(preview.fresh), prefix="")
    batch, is_new = new_batch(terms, Batch.Origin.IMPORTED, reason=reason, by=by, now=now, batch_id=batch_id)
    if not is_new:
        return batch
    _store(batch, preview.fresh, shown_in_full=False)
    return start_new(batch, reason=reason, by=by, now=now)


def preview_import(text: str) -> ImportPreview:
    """Return the outcome of an import without importing.

    Raises:
        InvalidCodes: the list is too long.
    """
    listed = read_list(text)
    if len(listed.codes) + len(listed.bad) > MOST_IMPORTED:
        raise InvalidCodes(f"The list must have at most {MOST_IMPORTED:,} codes.", field="codes")
    distinct = tuple(dict.fromkeys(listed.codes))
    taken = _taken(distinct)
    return ImportPreview(
        fresh=tuple(code for code in distinct if code not in taken),
        bad=listed.bad,
        repeated_count=len(listed.codes) - len(distinct),
        taken_count=len(taken),
        heading=listed.heading,
    )


def _taken(candidates: Sequence[str]) -> set[str]:
    key = lookup_key()
    by_hash = {codes.keyed_hash(key, code): code for code in candidates}
    hashes, found = list(by_hash), set[str]()
    for start in range(0, len(hashes), LOOKED_UP_AT_ONCE):
        part = hashes[start : start + LOOKED_UP_AT_ONCE]
        found.update(Voucher.objects.filter(code_hash__in=part).values_list("code_hash", flat=True))
    return {by_hash[code_hash] for code_hash in found}


def _store(batch: Batch, chosen: Sequence[str], *, shown_in_full: bool) -> None:
    key = lookup_key()
    vouchers = [
        Voucher(
            batch=batch,
            number=number,
            code_hash=codes.keyed_hash(key, code),
            masked=code if shown_in_full else codes.masked(code),
            max_redemptions=batch.max_redemptions,
        )
        for number, code in enumerate(chosen)
    ]
    try:
        with transaction.atomic():
            Voucher.objects.bulk_create(vouchers, batch_size=1_000)
    except IntegrityError as error:
        raise CodeTaken(field="code") from error
