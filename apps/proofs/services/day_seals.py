"""Seal a day: store the heads of all chains, and a signed root over them."""

import logging
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from apps.outbox.services import enqueue_many
from apps.pricing.selectors import price_heads
from apps.proofs.models import AUDIT, AuditLink, DayHead, DayRoot
from apps.proofs.selectors import day_leaves, tree_of
from apps.proofs.services.audit_chain import link_audit_trail
from apps.proofs.signatures import key_id, sign_root, signing_key

logger = logging.getLogger(__name__)

LATE = timedelta(hours=1)
UNSENT_AT_ONCE = 500

_BOOKS = """
    INSERT INTO proofs_dayhead (chain, day, number, hash)
    SELECT b.id::text, %s, b.number, b.head FROM ledger_book b
    LEFT JOIN LATERAL (
      SELECT h.number FROM proofs_dayhead h WHERE h.chain = b.id::text ORDER BY h.day DESC LIMIT 1) h ON TRUE
    WHERE b.number > COALESCE(h.number, 0)
"""


def seal_day(*, now: datetime) -> DayRoot | None:
    """Seal the UTC day that ended last, once, with the current heads; return None if it is already sealed.

    A late seal includes later records; the log and `sealed_at` show it. Earlier days that were not sealed get no root.
    """
    day = now.astimezone(UTC).date() - timedelta(days=1)
    if DayRoot.objects.filter(pk=day).exists():
        _send_unsent(now)
        return None
    link_audit_trail()
    with transaction.atomic():
        sealed = _seal(day, now)
        _send_unsent(now)
    logger.info(
        "day_sealed",
        extra={
            "day": day.isoformat(),
            "root": bytes(sealed.root).hex(),
            "signature": bytes(sealed.signature).hex(),
            "key_id": sealed.key_id,
            "leaves": sealed.leaf_count,
            "late": now - datetime(now.year, now.month, now.day, tzinfo=UTC) > LATE,
        },
    )
    return sealed


def _seal(day: date, now: datetime) -> DayRoot:
    with connection.cursor() as cursor:
        cursor.execute(_BOOKS, [day])
    _add_heads(day, _company_heads())
    leaves = day_leaves(day)
    root = tree_of(leaves).root
    key = signing_key(settings.PROOF_SIGNING_KEY)
    return DayRoot.objects.create(
        day=day,
        root=root,
        leaf_count=len(leaves),
        key_id=key_id(key),
        signature=sign_root(key, day.isoformat(), root, len(leaves)),
        sealed_at=now,
    )


def _company_heads() -> Iterable[tuple[str, int, bytes]]:
    """Yield the heads of the audit trail and the price books."""
    last = AuditLink.objects.order_by("-number").first()
    if last is not None:
        yield AUDIT, last.number, bytes(last.hash)
    yield from price_heads()


def _add_heads(day: date, heads: Iterable[tuple[str, int, bytes]]) -> None:
    found = list(heads)
    newest = DayHead.objects.filter(chain__in=[chain for chain, _, _ in found]).order_by("chain", "-day")
    known = dict(newest.distinct("chain").values_list("chain", "number"))
    DayHead.objects.bulk_create(
        DayHead(chain=chain, day=day, number=number, hash=digest)
        for chain, number, digest in found
        if number > known.get(chain, 0)
    )


def _send_unsent(now: datetime) -> None:
    """Enqueue the roots that PROOF_URL has not received."""
    if not settings.PROOF_URL:
        return
    unsent = DayRoot.objects.filter(sent_at=None).order_by("-day").values_list("day", flat=True)[:UNSENT_AT_ONCE]
    days = [day.isoformat() for day in unsent]
    enqueue_many("proofs.send_root", now=now, arguments_by_key={f"proof:{day}": {"day": day} for day in days})
