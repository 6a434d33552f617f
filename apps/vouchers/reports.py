"""Voucher report by batch and by tag: issued, redeemed, spent, expired, revoked, and outstanding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.common.reader import day_text
from apps.vouchers.models import Batch, Redemption, RedemptionReversal, Voucher
from apps.wallets.models import EntryType

Totals = dict[UUID, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """The figures of a batch, or of all batches with a tag, in micros of `currency`.

    redeemed = spent + expired + revoked + outstanding. `outstanding` is unspent credit, the liability; `redeemable` is
    what valid codes can still cost.
    """

    label: str
    batch_id: UUID | None
    currency: str
    code_count: int
    redemption_count: int
    issued_micros: int
    redeemed_micros: int
    spent_micros: int
    expired_micros: int
    revoked_micros: int
    outstanding_micros: int
    redeemable_micros: int


def report_by_batch(batches: QuerySet[Batch], now: datetime) -> list[ReportLine]:
    """Return one line per batch, newest first, with a constant number of queries."""
    rows = list(batches.order_by("-created_at", "pk"))
    ids = [batch.pk for batch in rows]
    figures = _figures(ids, now)
    return [_line(batch, figures, now) for batch in rows]


def report_by_tag(batches: QuerySet[Batch], now: datetime) -> list[ReportLine]:
    """Return one line per tag and currency, in order of tag."""
    lines = report_by_batch(batches, now)
    tags = dict(batches.values_list("pk", "tag"))
    groups: dict[tuple[str, str], ReportLine] = {}
    for line in lines:
        key = (tags[line.batch_id], line.currency) if line.batch_id else ("", line.currency)
        named = replace(line, label=key[0] or "(no tag)", batch_id=None)
        groups[key] = _added(groups[key], named) if key in groups else named
    return [groups[key] for key in sorted(groups)]


def _added(first: ReportLine, second: ReportLine) -> ReportLine:
    numbers = [field.name for field in fields(ReportLine) if field.name.endswith(("_micros", "_count"))]
    changed: dict[str, Any] = {name: getattr(first, name) + getattr(second, name) for name in numbers}
    return replace(first, **changed)


@dataclass(frozen=True, slots=True)
class _Figures:
    redemption_count: Totals
    redeemed: Totals
    live: Totals
    lapsing: Totals
    expired: Totals
    revoked: Totals
    uses_left: Totals


def _figures(ids: Sequence[UUID], now: datetime) -> _Figures:
    redemptions = Redemption.objects.filter(batch__in=ids)
    ended = Q(grant__expires_at__lte=now)
    working = Voucher.objects.filter(batch__in=ids, disabled_at=None, revoked_at=None)
    return _Figures(
        redemption_count=_totals(redemptions, Count("pk")),
        redeemed=_totals(redemptions, Sum("amount_micros")),
        live=_totals(redemptions.exclude(ended), Sum("grant__remaining_micros")),
        lapsing=_totals(redemptions.filter(ended), Sum("grant__held_micros")),
        expired=_sum_of(
            _totals(redemptions.filter(ended), Sum(F("grant__remaining_micros") - F("grant__held_micros"))),
            _totals(
                redemptions.filter(grant__consumptions__transfer__kind=EntryType.EXPIRY),
                Sum("grant__consumptions__amount_micros"),
            ),
        ),
        revoked=_totals(
            RedemptionReversal.objects.filter(redemption__batch__in=ids), Sum("taken_micros"), "redemption__batch"
        ),
        uses_left=_totals(working, Sum(F("max_redemptions") - F("redemption_count"))),
    )


def _totals(rows: QuerySet[Any], total: Any, by: str = "batch") -> Totals:
    return dict(rows.order_by().values(by).annotate(total=Coalesce(total, 0)).values_list(by, "total"))


def _sum_of(*parts: Totals) -> Totals:
    keys: Iterable[UUID] = {key for part in parts for key in part}
    return {key: sum(part.get(key, 0) for part in parts) for key in keys}


def _line(batch: Batch, figures: _Figures, now: datetime) -> ReportLine:
    redeemed, expired = figures.redeemed.get(batch.pk, 0), figures.expired.get(batch.pk, 0)
    revoked = figures.revoked.get(batch.pk, 0)
    outstanding = figures.live.get(batch.pk, 0) + figures.lapsing.get(batch.pk, 0)
    works = batch.state == Batch.State.ACTIVE and (batch.expires_at is None or batch.expires_at > now)
    return ReportLine(
        label=f"{batch.name} of {day_text(batch.created_at)}",
        batch_id=batch.pk,
        currency=batch.currency,
        code_count=batch.generated_count,
        redemption_count=figures.redemption_count.get(batch.pk, 0),
        issued_micros=batch.amount_micros * batch.max_redemptions * batch.generated_count,
        redeemed_micros=redeemed,
        spent_micros=redeemed - expired - revoked - outstanding,
        expired_micros=expired,
        revoked_micros=revoked,
        outstanding_micros=outstanding,
        redeemable_micros=batch.amount_micros * figures.uses_left.get(batch.pk, 0) if works else 0,
    )
