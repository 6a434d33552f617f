"""Prove the chains other than books: the audit trail and the price books, and the day roots over all chains."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from apps.ledger.records import HASH_BYTES, linked
from apps.pricing.chain import chain_of, content, published_terms
from apps.pricing.models import PriceBook, PriceLink, PriceVersion
from apps.proofs.audit_chain import LOOK_BACK, linked_rows
from apps.proofs.findings import Finding, Rule, record_finding
from apps.proofs.models import AUDIT, ROOTS, AuditLink, DayHead, DayRoot, ProofMark
from apps.proofs.selectors import day_leaves, tree_of
from apps.proofs.signatures import is_signed, key_id, signed_bytes, signing_key

# Entries are linked within a minute of their commit, so an older one without a link was inserted later.
UNLINKED_AFTER = timedelta(minutes=10)

Links = QuerySet[AuditLink] | QuerySet[PriceLink]

_UNLINKED = """
    SELECT e.id FROM auditlog_logentry e
    WHERE e.id > %s AND e.timestamp < %s AND NOT EXISTS (SELECT 1 FROM proofs_auditlink l WHERE l.entry_id = e.id)
      AND EXISTS (SELECT 1 FROM proofs_auditlink l WHERE l.entry_id > e.id) ORDER BY e.id LIMIT 1
"""
_NO_BOOK = """
    SELECT m.chain FROM (SELECT chain FROM proofs_proofmark UNION SELECT chain FROM proofs_dayhead) m
    WHERE m.chain NOT IN ('audit', 'roots') AND m.chain NOT IN (SELECT 'prices:' || id FROM pricing_pricebook)
      AND NOT EXISTS (SELECT 1 FROM ledger_book b WHERE b.id::text = m.chain) ORDER BY m.chain
"""


def prove_audit_trail(*, whole: bool, now: datetime) -> Finding | None:
    """R9: every entry matches its link; none is missing or was inserted later.

    From the mark on, or the whole trail: if asked for, and while the last proof found something.
    """
    whole = whole or _is_broken(AUDIT)
    return _prove(
        AUDIT, AuditLink.objects.all(), lambda mark: _audit_findings(mark, now, whole=whole), whole=whole, now=now
    )


def prove_prices(*, now: datetime) -> list[Finding]:
    """R10: every published price matches its links. Each price book is proven from its first link, since it has few."""
    books = PriceBook.objects.order_by("pk").values_list("pk", flat=True)
    found = [
        _prove(chain_of(pk), PriceLink.objects.filter(book=pk), partial(_price_findings, pk), whole=True, now=now)
        for pk in books
    ]
    return [each for each in found if each is not None]


def prove_existence(*, now: datetime) -> list[Finding]:
    """R4: find books and price books that were proven or sealed and no longer exist; store it on their marks."""
    with connection.cursor() as cursor:
        cursor.execute(_NO_BOOK, [])
        found = [Finding(chain, Rule.R4, "book", "it no longer exists") for (chain,) in cursor.fetchall()]
    for each in found:
        _store(each.chain, each, now)
    return found


def prove_days(*, whole: bool, now: datetime) -> Finding | None:
    """R8: prove the newest root, or all: if asked for, and while the last proof found something. Store the result."""
    found = prove_roots(whole=whole or _is_broken(ROOTS))
    _store(ROOTS, found, now)
    return found


def _is_broken(chain: str) -> bool:
    return ProofMark.objects.filter(pk=chain).exclude(found="").exists()


def _store(chain: str, found: Finding | None, now: datetime) -> None:
    """Store a finding, or that there is none, for staff; the mark stays where it is."""
    values = {"found": str(found or ""), "proven_at": now}
    ProofMark.objects.update_or_create(chain=chain, defaults=values, create_defaults={**values, "hash": b""})


def prove_roots(*, whole: bool, published: Mapping[date, str] | None = None) -> Finding | None:
    """R8: a day's heads form its root, which a configured key signed and which equals the published one.

    Checks the newest day, or all days with heads if `whole` or with `published`, the roots in hex that were kept
    outside, by day. Returns the first day that differs.
    """
    given = published or {}
    with_heads = DayHead.objects.values_list("day", flat=True).distinct() if whole else ()
    days = DayRoot.objects.order_by("day")
    rows = {row.day: row for row in (days if whole or given else days.reverse()[:1])}
    for day in sorted({*rows, *given, *with_heads}):
        reason = _root_differs(rows.get(day), given.get(day))
        if reason:
            return Finding(ROOTS, Rule.R8, f"day {day}", reason)
    return None


def _root_differs(sealed: DayRoot | None, published: str | None) -> str:
    if sealed is None:
        return "the day has no root"
    root = bytes(sealed.root)
    if published is not None and root.hex() != published.lower():
        return f"the root is {root.hex()}, but {published.lower()} was published"
    leaves = day_leaves(sealed.day)
    if tree_of(leaves).root != root or len(leaves) != sealed.leaf_count:
        return "the day's heads do not form the root"
    trusted = {key_id(signing_key(settings.PROOF_SIGNING_KEY)), *(each.lower() for each in settings.PROOF_FORMER_KEYS)}
    signed = signed_bytes(sealed.day.isoformat(), root, sealed.leaf_count)
    if sealed.key_id not in trusted or not is_signed(
        by=sealed.key_id, signature=bytes(sealed.signature), content=signed
    ):
        return "no configured key signed the root"
    return ""


def _prove(
    chain: str, links: Links, findings: Callable[[ProofMark], Iterator[Finding]], *, whole: bool, now: datetime
) -> Finding | None:
    """Return a chain's first finding and store it on the mark; if there is none, move the mark to the end."""
    mark = ProofMark.objects.filter(pk=chain).first() or ProofMark(chain=chain, hash=b"", proven_at=now)
    start = ProofMark(chain=chain, hash=bytes(HASH_BYTES), proven_at=now) if whole or not mark.number else mark
    reached = ProofMark(chain=chain, number=start.number, hash=bytes(start.hash), proven_at=now)
    stored = _stored(mark)
    found = next(_walk(links, findings(reached), stored, reached), None)
    reached.found = str(found or "")
    if found is not None:
        reached.number, reached.hash = mark.number, bytes(mark.hash)
    reached.save()
    return found


def _stored(mark: ProofMark) -> dict[int, str]:
    """Return the hashes that the chain must contain: those of its mark and its day heads."""
    heads = DayHead.objects.filter(chain=mark.chain).values_list("number", "hash")
    known = {number: bytes(digest).hex() for number, digest in heads}
    return {**known, mark.number: bytes(mark.hash).hex()} if mark.number else known


def _walk(
    links: Links, findings: Iterator[Finding], stored: Mapping[int, str], reached: ProofMark
) -> Iterator[Finding]:
    """Yield the mismatches of the chain itself, then the proven or sealed records that it does not contain."""
    chain, start = reached.chain, reached.number
    hashes: dict[int, str] = {start: bytes(reached.hash).hex()}
    yield from findings
    rows = links.filter(number__in=[number for number in stored if number > start])
    hashes |= {number: bytes(digest).hex() for number, digest in rows.values_list("number", "hash")}
    for number, digest in sorted(stored.items()):
        if number >= start and hashes.get(number) != digest:
            yield record_finding(chain, Rule.R4, number)


def _audit_findings(reached: ProofMark, now: datetime, *, whole: bool) -> Iterator[Finding]:
    for link in linked_rows(reached.number):
        label = f"entry {link.entry_id}"
        if link.number != reached.number + 1:
            yield record_finding(AUDIT, Rule.R9, reached.number + 1, detail="it is missing")
            return
        if link.row is None:
            yield record_finding(AUDIT, Rule.R9, link.number, label, "the entry no longer exists")
            return
        if linked(bytes(reached.hash), link.row.content(link.number)) != link.hash:
            yield record_finding(AUDIT, Rule.R9, link.number, label)
            return
        reached.number, reached.hash = link.number, link.hash
    with connection.cursor() as cursor:
        newest = AuditLink.objects.order_by("-entry_id").values_list("entry_id", flat=True).first() or 0
        cursor.execute(_UNLINKED, [0 if whole else newest - LOOK_BACK, now - UNLINKED_AFTER])
        row = cursor.fetchone()
    if row is not None:
        yield Finding(AUDIT, Rule.R9, f"entry {row[0]}", "it has no link")


def _price_findings(price_book_id: int, reached: ProofMark) -> Iterator[Finding]:
    chain = chain_of(price_book_id)
    expected: dict[int, dict[str, Any]] = {}
    links = PriceLink.objects.filter(book=price_book_id).order_by("number")
    for link in links:
        if link.number != reached.number + 1:
            yield record_finding(chain, Rule.R10, reached.number + 1, detail="it is missing")
            return
        record = content(
            price_book_id=price_book_id,
            number=link.number,
            what=link.what,
            version_id=link.version_id,
            body=link.body,
            recorded_at=link.recorded_at,
        )
        if linked(bytes(reached.hash), record) != bytes(link.hash):
            yield record_finding(chain, Rule.R10, link.number, f"price {link.version_id}")
            return
        reached.number, reached.hash = link.number, bytes(link.hash)
        _apply(expected, link)
    yield from _price_rows(chain, price_book_id, expected)


def _apply(expected: dict[int, dict[str, Any]], link: PriceLink) -> None:
    """Apply a link to the expected state of its version."""
    if link.what == PriceLink.What.PUBLISHED:
        expected[link.version_id] = {**link.body, "status": PriceVersion.Status.PUBLISHED}
    elif link.what == PriceLink.What.END:
        expected[link.version_id]["to"] = link.body["to"]
    else:
        expected[link.version_id]["status"] = PriceVersion.Status.WITHDRAWN


def _price_rows(chain: str, price_book_id: int, expected: dict[int, dict[str, Any]]) -> Iterator[Finding]:
    versions = PriceVersion.objects.filter(book=price_book_id).exclude(status=PriceVersion.Status.DRAFT)
    there = {
        version.pk: {**published_terms(version), "status": version.status}
        for version in versions.select_related("meter")
    }
    for pk in sorted(there.keys() | expected.keys()):
        if there.get(pk) != expected.get(pk):
            changed = sorted(
                name
                for name in {**there.get(pk, {}), **expected.get(pk, {})}
                if there.get(pk, {}).get(name) != expected.get(pk, {}).get(name)
            )
            yield Finding(chain, Rule.R10, f"price {pk}", ", ".join(changed))
