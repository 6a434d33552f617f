"""Match a received amount with the invoices that it may pay, as scored proposals. Pure; amounts are micros.

Each signal has points, and a proposal has the sum of its signals. Staff confirm it; no score books anything.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from uuid import UUID

from apps.common.money import MICROS_PER_UNIT
from apps.invoices.references import creditor_reference

NUMBER, SHORT_NUMBER, REFERENCE = 60, 40, 20
AMOUNT, SUM_OF_SEVERAL, SHORT_AMOUNT = 30, 25, 10
KNOWN_IBAN, IBAN_OF_ANOTHER = 25, -40
SAME_NAME, SIMILAR_NAME, IN_TIME = 15, 8, 5
SURE, SURE_BY, LIKELY = 90, 20, 55

SAME_PERCENT, SIMILAR_PERCENT = 90, 75
MOST_COMBINED, OLDEST = 4, 40
BANK_CHARGES_MICROS = 10 * MICROS_PER_UNIT
LATE = timedelta(days=60)
SHORTEST_REFERENCE, SHORTEST_SERIAL = 4, 3
_LEGAL_FORMS = frozenset(
    re.findall(
        r"\w+",
        "AB AG AND AS BV BVBA CO COMPANY CORP CORPORATION EG EK EV GBR GMBH INC INCORPORATED KG KGAA LIMITED LLC LLP "
        "LP LTD NV OHG OY PLC PTY SA SARL SAS SE SL SPA SRL UG UND",
    )
)


class Grade(StrEnum):
    """How certain the best proposal of a line is."""

    SURE = "sure"
    LIKELY = "likely"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An invoice with an amount left to pay; `references` are its purchase order and buyer reference."""

    id: UUID
    organization_id: UUID
    number: str
    left_micros: int
    issue_date: date
    due_date: date
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """A customer: its names, the IBANs that staff confirmed for it, and its ids in other systems."""

    organization_id: UUID
    names: tuple[str, ...]
    ibans: frozenset[str] = frozenset()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An amount received, as the bank describes it."""

    amount_micros: int
    value_date: date
    text: str
    party_name: str = ""
    party_iban: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The invoices that an amount may pay, in the order in which it is applied, and the reasons."""

    organization_id: UUID
    claims: tuple[Claim, ...]
    score: int
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InvoiceIndex:
    """A seller's open invoices in one currency and its customers, indexed for many lines."""

    claims: Sequence[Claim]
    payers: Mapping[UUID, Payer]
    by_customer: Mapping[UUID, list[Claim]] = field(init=False)
    owners: Mapping[str, UUID | None] = field(init=False)
    short: Mapping[str, Claim] = field(init=False)
    # What a remittance text may contain of an invoice or a customer, reduced to letters and digits.
    numbers: Sequence[tuple[str, Claim]] = field(init=False)
    references: Sequence[tuple[str, Claim]] = field(init=False)
    by_amount: Mapping[int, Sequence[Claim]] = field(init=False)
    names: Sequence[tuple[str, UUID]] = field(init=False)
    # By pair of adjacent letters, the indexes of the `names` that contain it.
    pairs: Mapping[str, Sequence[int]] = field(init=False)

    def __post_init__(self) -> None:
        by_customer: dict[UUID, list[Claim]] = defaultdict(list)
        for claim in sorted(self.claims, key=lambda each: (each.due_date, each.issue_date, each.number)):
            by_customer[claim.organization_id].append(claim)
        owners: dict[str, UUID | None] = {}
        for payer in self.payers.values():
            for iban in payer.ibans:
                # An IBAN of two customers identifies neither of them.
                owners[iban] = None if iban in owners else payer.organization_id
        shorts = [(short, claim) for claim in self.claims for short in short_numbers(claim.number)]
        often = Counter(short for short, _ in shorts)
        numbers = [
            (normalized(number), claim)
            for claim in self.claims
            for number in (claim.number, creditor_reference(claim.number))
        ]
        referred = [(text, claim) for claim in self.claims for text in claim.references]
        for payer in self.payers.values():
            referred += [
                (text, claim) for text in payer.references for claim in by_customer.get(payer.organization_id, ())
            ]
        references = [(normalized(text), claim) for text, claim in referred]
        by_amount: dict[int, list[Claim]] = defaultdict(list)
        for claim in self.claims:
            by_amount[claim.left_micros].append(claim)
        names = [(words_of(name), payer.organization_id) for payer in self.payers.values() for name in payer.names]
        pairs: dict[str, list[int]] = defaultdict(list)
        for place, (name, _) in enumerate(names):
            for pair in set(_pairs_of(name)):
                pairs[pair].append(place)
        object.__setattr__(self, "by_customer", dict(by_customer))
        object.__setattr__(self, "owners", owners)
        object.__setattr__(self, "short", {short: claim for short, claim in shorts if often[short] == 1})
        object.__setattr__(self, "numbers", numbers)
        object.__setattr__(self, "references", [each for each in references if len(each[0]) >= SHORTEST_REFERENCE])
        object.__setattr__(self, "by_amount", dict(by_amount))
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "pairs", dict(pairs))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hints:
    """What a receipt names: points by invoice number, invoices by other reference, points by customer as payer."""

    receipt: Receipt
    named: Mapping[UUID, int]
    referred: frozenset[UUID]
    payers: Mapping[UUID, int]
    owner: UUID | None


def propose(receipt: Receipt, book: InvoiceIndex) -> list[Proposal]:
    """Return the proposals for an amount, the best first; those with only weak signals are left out."""
    text, together = letters(receipt.text), normalized(receipt.text)
    named, shortly = _named(text, together, book), _shortly_named(text, book)
    referred = _standing(book.references, text, together)
    hints = _Hints(
        receipt=receipt,
        named={each: NUMBER for each in named} | {each: SHORT_NUMBER for each in shortly if each not in named},
        referred=frozenset(claim.id for claim in referred),
        payers=_payers(receipt.party_name, book),
        owner=book.owners.get(receipt.party_iban),
    )
    pointed = [*named.values(), *shortly.values(), *referred, *book.by_amount.get(receipt.amount_micros, ())]
    customers = {claim.organization_id for claim in pointed} | {*hints.payers}
    customers |= {hints.owner} if hints.owner else set()
    groups = dict.fromkeys(
        group for each in customers for group in _groups(hints, each, book.by_customer.get(each, ()))
    )
    found = [_scored(hints, group) for group in groups]
    return sorted(
        (each for each in found if each.score > 0),
        key=lambda each: (-each.score, len(each.claims), [claim.number for claim in each.claims]),
    )


def grade_of(proposals: Sequence[Proposal]) -> Grade:
    """Return how certain the best of sorted proposals is."""
    best = proposals[0].score if proposals else 0
    after = proposals[1].score if len(proposals) > 1 else 0
    if best >= SURE and best - after >= SURE_BY:
        return Grade.SURE
    return Grade.LIKELY if best >= LIKELY else Grade.NONE


def _groups(hints: _Hints, customer: UUID, claims: Sequence[Claim]) -> Iterator[tuple[Claim, ...]]:
    """Yield the sets of a customer's invoices to score."""
    amount = hints.receipt.amount_micros
    told = tuple(claim for claim in claims if claim.id in hints.named)
    if len(told) > 1:
        yield told
    is_known = hints.owner == customer or customer in hints.payers
    for claim in claims:
        if is_known or claim.id in hints.named or claim.id in hints.referred or claim.left_micros == amount:
            yield (claim,)
    if is_known or any(claim.id in hints.referred for claim in claims):
        several = first_sum([claim.left_micros for claim in claims[:OLDEST]], amount)
        if several:
            yield tuple(claims[place] for place in several)


def first_sum(amounts: Sequence[int], wanted: int) -> tuple[int, ...]:
    """Return the indexes of 2 to 4 amounts that add up to `wanted`: as few as possible, and the first such
    combination."""
    for count in range(2, MOST_COMBINED):
        for places in combinations(range(len(amounts)), count):
            if sum(amounts[place] for place in places) == wanted:
                return places
    # Four amounts are two pairs: the first pair whose rest is the sum of a later pair.
    pairs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for pair in combinations(range(len(amounts)), 2):
        pairs[amounts[pair[0]] + amounts[pair[1]]].append(pair)
    for total, firsts in pairs.items():
        for first in firsts:
            for second in pairs.get(wanted - total, ()):
                if not set(first) & set(second):
                    return tuple(sorted((*first, *second)))
    return ()


def _scored(hints: _Hints, group: tuple[Claim, ...]) -> Proposal:
    customer = group[0].organization_id
    signals = [
        *_number_signal(hints, group),
        *([(REFERENCE, "reference")] if any(claim.id in hints.referred for claim in group) else []),
        *_amount_signal(hints, group),
        *_payer_signals(hints, customer),
        *_time_signal(hints.receipt, group),
    ]
    return Proposal(customer, group, sum(points for points, _ in signals), tuple(why for _, why in signals))


def _number_signal(hints: _Hints, group: tuple[Claim, ...]) -> Iterator[tuple[int, str]]:
    points = min(hints.named.get(claim.id, 0) for claim in group)
    if points:
        yield points, "number" if points == NUMBER else "short number"


def _amount_signal(hints: _Hints, group: tuple[Claim, ...]) -> Iterator[tuple[int, str]]:
    left = sum(claim.left_micros for claim in group)
    missing = left - hints.receipt.amount_micros
    if not missing:
        are_told = len(group) == 1 or all(claim.id in hints.named for claim in group)
        yield (AMOUNT, "amount") if are_told else (SUM_OF_SEVERAL, f"sum of {len(group)}")
    elif 0 < missing <= min(left // 100, BANK_CHARGES_MICROS):
        yield SHORT_AMOUNT, "amount less charges"


def _payer_signals(hints: _Hints, customer: UUID) -> Iterator[tuple[int, str]]:
    if hints.owner == customer:
        yield KNOWN_IBAN, "known IBAN"
    elif hints.owner is not None:
        yield IBAN_OF_ANOTHER, "IBAN of another customer"
    points = hints.payers.get(customer)
    if points:
        yield points, "name" if points == SAME_NAME else "similar name"


def _time_signal(receipt: Receipt, group: tuple[Claim, ...]) -> Iterator[tuple[int, str]]:
    if all(claim.issue_date - timedelta(days=1) <= receipt.value_date <= claim.due_date + LATE for claim in group):
        yield IN_TIME, "date"


def _payers(name: str, book: InvoiceIndex) -> dict[UUID, int]:
    """Return the points of each customer whose name equals the payer's name or is similar to it.

    Two texts with n letters in total and a similarity of 75 percent share at least n/8 - 1 pairs of adjacent letters,
    because at most n/4 letters differ. Only names that share that many pairs are compared in full.
    """
    told = words_of(name) if name else ""
    common = Counter(place for pair in _pairs_of(told) for place in book.pairs.get(pair, ()))
    found: dict[UUID, int] = {}
    for place, count in common.items():
        other, customer = book.names[place]
        if 8 * (count + 1) < len(told) + len(other):
            continue
        alike = similarity(told, other)
        if alike >= SIMILAR_PERCENT:
            points = SAME_NAME if alike >= SAME_PERCENT else SIMILAR_NAME
            found[customer] = max(points, found.get(customer, 0))
    return found


def _pairs_of(text: str) -> list[str]:
    """Return each pair of adjacent letters; the ends of the text count as letters."""
    ended = f" {text} "
    return [ended[place : place + 2] for place in range(len(ended) - 1)] if text else []


@lru_cache(maxsize=20_000)
def similarity(one: str, other: str) -> int:
    """Return how many letters of two texts match in order, in percent; 0 if their lengths differ too much."""
    together = len(one) + len(other)
    if not together or 200 * min(len(one), len(other)) < SIMILAR_PERCENT * together:
        return 0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return 200 * sum(block.size for block in matcher.get_matching_blocks()) // together


@lru_cache(maxsize=20_000)
def words_of(name: str) -> str:
    """Return the words of a name without legal forms, sorted, in plain capital letters."""
    words = re.findall(r"\w+", letters(name).replace(".", ""))
    return " ".join(sorted(word for word in words if word not in _LEGAL_FORMS) or sorted(words))


def letters(text: str) -> str:
    """Return a text in capital letters without accents; ß is SS, as banks write it."""
    capital = unicodedata.normalize("NFKC", text).upper()
    parts = unicodedata.normalize("NFD", capital)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def normalized(text: str) -> str:
    """Return the letters and digits of a text, in capitals."""
    return "".join(letter for letter in letters(text) if letter.isalnum())


def short_numbers(number: str) -> set[str]:
    """Return a number without its prefix, and its last part without leading zeros, as payers shorten it."""
    digits = normalized(number).lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    last = (re.findall(r"\d+", number) or [""])[-1].lstrip("0")
    found = {digits.lstrip("0"), last}
    return {each for each in found if len(each) >= SHORTEST_SERIAL and each.isdigit()} - {normalized(number)}


def _named(text: str, together: str, book: InvoiceIndex) -> dict[UUID, Claim]:
    """Return the invoices whose number or creditor reference is in the text."""
    return {claim.id: claim for claim in _standing(book.numbers, text, together)}


def _shortly_named(text: str, book: InvoiceIndex) -> dict[UUID, Claim]:
    """Return the invoices whose number without its prefix is in the text."""
    claims = (book.short.get(token.lstrip("0")) for token in re.findall(r"\d+", text))
    return {claim.id: claim for claim in claims if claim is not None}


def _standing(known: Iterable[tuple[str, Claim]], text: str, together: str) -> list[Claim]:
    return [claim for plain, claim in known if plain and plain in together and _pattern(plain).search(text)]


def occurs_in(wanted: str, text: str, together: str) -> bool:
    """Return whether a text contains a number, with any separators between its characters, but not a longer number.

    `text` is in capital letters; `together` is the same text reduced to letters and digits.
    """
    plain = normalized(wanted)
    return bool(plain) and plain in together and bool(_pattern(plain).search(text))


@lru_cache(maxsize=20_000)
def _pattern(plain: str) -> re.Pattern[str]:
    before = r"(?<![0-9])" if plain[0].isdigit() else ""
    after = r"(?![0-9])" if plain[-1].isdigit() else ""
    return re.compile(before + r"[\W_]*".join(map(re.escape, plain)) + after)
