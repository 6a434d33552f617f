"""Propose what a debit is: a transfer that the bank took back, or one that we paid back. Pure.

Amounts are positive micros of one currency.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from apps.bank.matches import letters, normalized, occurs_in

SAME_ID, SAME_AMOUNT, SAME_IBAN, CODE, NAMED = 60, 30, 25, 20, 60


class DebitKind(StrEnum):
    """How a debit is booked."""

    RETURNED = "returned"  # the bank took a transfer back: the invoices that it paid are open again
    PAID_BACK = "paid_back"  # we paid unapplied money back, and nobody has recorded that yet
    KNOWN = "known"  # it was recorded before the statement was imported: the line is only linked to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """An amount that left the account, as the bank describes it."""

    amount_micros: int
    value_date: date
    text: str = ""
    party_iban: str = ""
    end_to_end_id: str = ""
    is_return: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMoney:
    """Money received by bank and not returned; `unseen_micros` was paid back and is on no statement yet."""

    id: UUID
    organization_id: UUID
    amount_micros: int
    unapplied_micros: int = 0
    unseen_micros: int = 0
    ibans: frozenset[str] = frozenset()
    end_to_end_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedDocument:
    """A credit note whose paid part was refunded by bank."""

    id: UUID
    organization_id: UUID
    number: str
    amount_micros: int
    ibans: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitProposal:
    """A proposal for a debit: how to book it, and the money or the credit note that it belongs to."""

    kind: DebitKind
    organization_id: UUID
    money_id: UUID | None = None
    document_id: UUID | None = None
    score: int
    signals: tuple[str, ...]


def propose_debits(
    debit: Debit, received: Iterable[ReceivedMoney], refunded: Iterable[RefundedDocument]
) -> list[DebitProposal]:
    """Return the proposals for a debit, the best first."""
    found = [proposal for each in received for proposal in _of_money(debit, each)]
    found += [proposal for each in refunded for proposal in _of_note(debit, each)]
    return sorted(found, key=lambda each: (-each.score, str(each.money_id or each.document_id)))


def _of_money(debit: Debit, money: ReceivedMoney) -> Iterator[DebitProposal]:
    same_id = bool(debit.end_to_end_id) and debit.end_to_end_id in money.end_to_end_ids
    same_iban = bool(debit.party_iban) and debit.party_iban in money.ibans
    if not (same_id or same_iban):
        return
    ways = (
        (DebitKind.RETURNED, debit.is_return or same_id, debit.amount_micros == money.amount_micros),
        (DebitKind.KNOWN, not debit.is_return, 0 < debit.amount_micros <= money.unseen_micros),
        (DebitKind.PAID_BACK, not debit.is_return, debit.amount_micros <= money.unapplied_micros),
    )
    for kind, fits, is_enough in ways:
        if fits and is_enough:
            is_whole = debit.amount_micros in (money.amount_micros, money.unapplied_micros, money.unseen_micros)
            yield _proposal(
                kind,
                money.organization_id,
                {"money_id": money.id},
                (SAME_ID, "end-to-end id", same_id),
                (SAME_AMOUNT, "amount", is_whole),
                (SAME_IBAN, "known IBAN", same_iban),
                (CODE, "returned by the bank", kind == DebitKind.RETURNED and debit.is_return),
            )


def _of_note(debit: Debit, note: RefundedDocument) -> Iterator[DebitProposal]:
    is_named = occurs_in(note.number, letters(debit.text), normalized(debit.text))
    same_iban = bool(debit.party_iban) and debit.party_iban in note.ibans
    if debit.amount_micros == note.amount_micros and (is_named or same_iban) and not debit.is_return:
        yield _proposal(
            DebitKind.KNOWN,
            note.organization_id,
            {"document_id": note.id},
            (NAMED, "number", is_named),
            (SAME_AMOUNT, "amount", True),
            (SAME_IBAN, "known IBAN", same_iban),
        )


def _proposal(
    kind: DebitKind, organization_id: UUID, of: dict[str, UUID], *signals: tuple[int, str, bool]
) -> DebitProposal:
    standing = [(points, why) for points, why, holds in signals if holds]
    return DebitProposal(
        kind=kind,
        organization_id=organization_id,
        score=sum(points for points, _ in standing),
        signals=tuple(why for _, why in standing),
        **of,
    )
