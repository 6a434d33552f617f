"""Present the parts of an entry, from its amount down to the events."""

from collections.abc import Sequence
from typing import Any

from apps.api.fields import number
from apps.common.cause_rows import found_cause
from apps.pricing.token_kinds import KINDS
from apps.tenants.models import Organization
from apps.usage.selectors import EntryExplanation, PostedLine, PostedRow
from apps.wallets.selectors import ExplainedEntry


def presented(organization: Organization, explanation: EntryExplanation, page: Sequence[PostedRow]) -> dict[str, Any]:
    """Present an explanation with a page of its rows."""
    explained, sign = explanation.explained, explanation.sign
    entry, transfer = explained.entry, explained.transfer
    shown: dict[str, Any] = {
        "entry": {
            "id": str(entry.pk),
            "type": transfer.kind,
            "amount": number(entry.amount_micros),
            "currency": organization.currency,
            "effectiveAt": entry.effective_at,
            "recordedAt": entry.recorded_at,
            "description": transfer.description,
        },
        "cause": _cause(explained),
        "lines": [_line(each, sign) for each in explanation.lines],
        "events": {
            "data": [_row(each, sign) for each in page],
            "page": _sums(page, sign),
            "total": _sums(explanation.rows, sign),
        },
        "grants": [
            {"grantId": str(pk), "source": source, "amount": number(micros)} for pk, source, micros in explained.grants
        ],
        "shortfall": number(explained.shortfall_micros),
    }
    if explained.reservation_id:
        shown["reservationId"] = explained.reservation_id
    if explained.reverses_entry_id is not None:
        shown["reverses"] = str(explained.reverses_entry_id)
    if explained.reversed_by_entry_id is not None:
        shown["reversedBy"] = str(explained.reversed_by_entry_id)
    return shown


def _cause(explained: ExplainedEntry) -> dict[str, str]:
    cause = found_cause(explained.transfer.cause, explained.transfer.book_id)
    # A reservation is described by its key, a hash of the caller's key; the response has its id next to it.
    is_named = cause.row is not None and not explained.reservation_id
    title = f"{cause.label}: {cause.row}" if is_named else cause.label
    return {"type": explained.transfer.cause_type, "id": explained.transfer.cause_id, "title": title}


def _sums(rows: Sequence[PostedRow], sign: int) -> dict[str, Any]:
    return {"count": len(rows), "charge": number(sign * sum(each.charge_micros for each in rows))}


def _price(version: int | None) -> dict[str, str]:
    return {} if version is None else {"priceVersionId": str(version)}


def _line(line: PostedLine, sign: int) -> dict[str, Any]:
    return {
        **_price(line.price_version_id),
        "meter": line.meter,
        "model": line.model,
        "quantity": number(line.quantity_micros),
        "inputTokens": line.input_tokens,
        "outputTokens": line.output_tokens,
        "eventCount": line.count,
        "charge": number(sign * line.charge_micros),
        **_kinds([(name, *sums) for name, sums in line.kinds.items()], sign),
    }


def _kinds(kinds: Sequence[tuple[str, int, int]], sign: int) -> dict[str, Any]:
    """Present the parts that add up to a model call's charge: tokens as counts, other quantities in whole units."""
    shown = [
        {
            "kind": name,
            "quantity": counted if name in KINDS else number(counted),
            "charge": number(sign * micros),
        }
        for name, counted, micros in kinds
    ]
    return {"kinds": shown} if shown else {}


def _row(row: PostedRow, sign: int) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": row.kind,
        "id": row.id,
        **({"source": row.source} if row.source else {}),
        "meter": row.meter,
        "model": row.model,
        "quantity": number(row.quantity_micros),
        "inputTokens": row.input_tokens,
        "outputTokens": row.output_tokens,
        "charge": number(sign * row.charge_micros),
        **_price(row.price_version_id),
        **_kinds(row.kinds, sign),
    }
    if row.occurred_at is not None:
        shown["occurredAt"] = row.occurred_at
    if row.counted_on is not None:
        shown["countedOn"] = row.counted_on
    if row.corrects:
        shown["corrects"] = row.corrects
    return shown
