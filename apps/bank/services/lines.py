"""Services by which staff settle a bank line: as a payment, as money recorded before, as unidentified, or ignored.

Customers' contracts and books are locked first, in the order of the customers' ids, then the lines, and a seller's book
last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.bank.causes import BANK_LINE
from apps.bank.debits import DebitKind
from apps.bank.errors import CurrencyDiffers, LineClosed, LineNotFound
from apps.bank.models import BankIdentity, BankLine
from apps.bank.models.statements import OPEN, UNMATCHED
from apps.bank.services.books import SellerTransfer, post_own, seller_book
from apps.billing_profiles.selectors import seller_of
from apps.billing_profiles.value_dates import counts_from
from apps.common.errors import Rejected
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.invoices.models import Document, Money
from apps.invoices.services import BankTransfer, pay_back_money, record_bank_transfer, return_money
from apps.invoices.services.locks import lock_customer
from apps.tenants.models import Organization
from apps.wallets.accounts import Role

State = BankLine.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A line and the customer's invoices that it pays, in this order; the rest is the customer's unapplied money."""

    line_id: int
    organization_id: UUID
    invoice_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitDecision:
    """The decision on a debit: how to book it, and the money or the credit note that it belongs to."""

    line_id: int
    kind: DebitKind
    money_id: UUID | None = None
    document_id: UUID | None = None


@serialized
def confirm_lines(wanted: Sequence[Confirmation], *, created_by: str, now: datetime) -> list[BankLine]:
    """Book received lines as payments of customers, all or none, and store the payers' IBANs for later matches.

    Raises:
        LineNotFound: there is no such line. LineClosed: it was settled before, or is a debit.
        CurrencyDiffers: the customer is billed in another currency, or by another seller.
        InvoiceNotFound, StateForbids, NotPayable, ValueDateAhead: see `record_bank_transfer`.
        ProfileIncomplete: the customer has no billing profile.
    """
    owners = Organization.objects.in_bulk({each.organization_id for each in wanted})
    for owner in sorted(owners.values(), key=lambda each: str(each.pk)):
        lock_customer(owner, now=now)
    lines = _locked(each.line_id for each in wanted)
    done = [
        _confirm(lines[each.line_id], owners[each.organization_id], each, created_by, now)
        for each in sorted(wanted, key=lambda each: each.line_id)
    ]
    for line in done:
        _take_from_seller(line, created_by, now)
        _decide(line, State.CONFIRMED, created_by, now)
    return done


@serialized
def link_line(*, line_id: int, money_id: UUID, created_by: str, now: datetime) -> BankLine:
    """Link a received line to money that staff recorded by hand before; posts nothing for the customer.

    Raises:
        LineNotFound: there is no such line. LineClosed: it was settled before, is a debit, or is not that money.
        CurrencyDiffers, ProfileIncomplete: see `confirm_lines`.
    """
    line = _locked([line_id])[line_id]
    money = Money.objects.select_related("organization").filter(pk=money_id, source=Money.Source.BANK).first()
    is_other = money is None or money.amount_micros != line.amount_micros or money.returned_at is not None
    if money is None or is_other or money.bank_lines.filter(amount_micros__gt=0).exists():
        raise LineClosed("The recorded money was returned, has another amount, or is linked to another line.")
    _refuse_decided(line, came=True)
    _refuse_foreign(line, money.organization)
    line.organization, line.money = money.organization, money
    _learn(line, created_by, now)
    _take_from_seller(line, created_by, now)
    return _decide(line, State.CONFIRMED, created_by, now)


@serialized
def settle_debit(decision: DebitDecision, *, created_by: str, now: datetime) -> BankLine:
    """Book a debit: a transfer that the bank took back, unapplied money that we paid back, or a refund recorded before.

    Raises:
        LineNotFound: there is no such line.
        LineClosed: it was settled before, is no debit, or has another amount than the money or the refund.
        CurrencyDiffers, ProfileIncomplete: see `confirm_lines`.
        StateForbids, AboveRemaining, ValueDateAhead: the money does not allow it.
    """
    row: Money | Document | None
    if decision.money_id is not None:
        row = Money.objects.select_related("organization").filter(pk=decision.money_id).first()
    elif decision.document_id is not None:
        row = Document.objects.select_related("organization").filter(pk=decision.document_id).first()
    else:
        row = None
    if row is None:
        raise LineClosed("There is no such money.")
    lock_customer(row.organization, now=now)
    line = _locked([decision.line_id])[decision.line_id]
    _refuse_decided(line, came=False)
    _refuse_foreign(line, row.organization)
    amount = Micros(-line.amount_micros)
    line.organization = row.organization
    if isinstance(row, Document):
        _refuse_other_refund(row, amount)
        line.document = row
        return _decide(line, State.CONFIRMED, created_by, now)
    line.money = row
    dated = {"created_by": created_by, "now": now, "value_date": line.value_date}
    if decision.kind == DebitKind.RETURNED:
        if row.amount_micros != amount:
            raise LineClosed("The bank returns a transfer as a whole, and this amount differs from it.")
        return_money(money_id=row.pk, **dated)  # type: ignore[arg-type]
    elif decision.kind == DebitKind.PAID_BACK:
        pay_back_money(money_id=row.pk, amount=amount, key=_key(line), **dated)  # type: ignore[arg-type]
    else:
        seen = -sum(each.amount_micros for each in row.bank_lines.filter(amount_micros__lt=0))
        if amount > row.paid_back_micros - seen:
            raise LineClosed("This is more than was paid back of this money and is on no other line.")
    return _decide(line, State.CONFIRMED, created_by, now)


@serialized
def set_line_aside(*, line_id: int, reason: str, created_by: str, now: datetime) -> BankLine:
    """Book money of an unknown payer as unidentified in the seller's book, until it is confirmed for a customer.

    Raises:
        LineNotFound: there is none. LineClosed: it was settled before, or is a debit.
        ValueDateAhead: its value date has not come.
    """
    line = _locked([line_id])[line_id]
    if line.state not in UNMATCHED or line.amount_micros < 0:
        raise LineClosed
    line.reason, line.is_unidentified = reason, True
    _post_unidentified(line, "unidentified", Role.MANUAL_RECEIPTS, Role.UNIDENTIFIED, created_by, now)
    return _decide(line, State.SET_ASIDE, created_by, now)


@serialized
def ignore_line(*, line_id: int, reason: str, created_by: str, now: datetime) -> BankLine:
    """Ignore a line that concerns no customer: a transfer of our own, a payout of Stripe, a charge of the bank.

    Raises:
        LineNotFound: there is none. LineClosed: it was settled before. Rejected: there is no reason.
    """
    line = _locked([line_id])[line_id]
    if line.state not in UNMATCHED:
        raise LineClosed
    if not reason.strip():
        raise Rejected("Enter why it is ignored.", field="reason")
    line.reason = reason
    return _decide(line, State.IGNORED, created_by, now)


@serialized
def reopen_line(*, line_id: int, created_by: str, now: datetime) -> BankLine:
    """Reopen an ignored line.

    Raises:
        LineNotFound: there is none. LineClosed: it is not ignored.
    """
    line = _locked([line_id])[line_id]
    if line.state != State.IGNORED:
        raise LineClosed
    line.reason = ""
    return _decide(line, State.NEW, created_by, now)


def _confirm(
    line: BankLine, organization: Organization, wanted: Confirmation, created_by: str, now: datetime
) -> BankLine:
    _refuse_decided(line, came=True)
    _refuse_foreign(line, organization)
    transfer = BankTransfer(
        organization=organization,
        amount=Micros(line.amount_micros),
        value_date=line.value_date,
        reference=(line.text or line.end_to_end_id or line.bank_reference or line.party_name)[:255],
        key=_key(line),
        invoice_ids=wanted.invoice_ids,
    )
    line.organization = organization
    line.money = record_bank_transfer(transfer, created_by=created_by, now=now)
    _learn(line, created_by, now)
    return line


def _locked(line_ids: Iterable[int]) -> dict[int, BankLine]:
    wanted = sorted(set(line_ids))
    rows = BankLine.objects.select_for_update(of=("self",), no_key=True).select_related("account__seller")
    found = {each.pk: each for each in rows.filter(pk__in=wanted).order_by("pk")}
    if len(found) < len(wanted):
        raise LineNotFound
    return found


def _refuse_decided(line: BankLine, *, came: bool) -> None:
    if (line.amount_micros > 0) != came:
        kind, way = ("debit", "settled as a debit") if came else ("credit", "confirmed as received money")
        raise LineClosed(f"The line of {line.value_date} is a {kind} and must be {way}.")
    if line.state not in OPEN:
        raise LineClosed(f"The line of {line.value_date} is {line.get_state_display().lower()}.")


def _refuse_foreign(line: BankLine, organization: Organization) -> None:
    if organization.currency != line.account.currency:
        raise CurrencyDiffers(f"{organization} is billed in {organization.currency}.", field="organization")
    if seller_of(organization.pk) != line.account.seller:
        raise CurrencyDiffers(
            f"{organization} is billed by {seller_of(organization.pk)}, and the money came to {line.account.seller}.",
            field="organization",
        )


def _refuse_other_refund(note: Document, amount: Micros) -> None:
    is_refund = note.type == Document.Type.CREDIT_NOTE and note.returned_to == Role.MANUAL_RECEIPTS
    is_seen = BankLine.objects.filter(document=note).exists()
    if not is_refund or is_seen or note.returned_net_micros + note.returned_tax_micros != amount:
        raise LineClosed(
            "The credit note did not refund this amount by bank transfer, or it is linked to another line."
        )


def _learn(line: BankLine, created_by: str, now: datetime) -> None:
    """Store that the customer pays from this account."""
    if line.party_iban and line.organization is not None:
        identity = BankIdentity(
            organization=line.organization,
            iban=line.party_iban,
            name=line.party_name,
            line=line,
            created_by=created_by,
            created_at=now,
        )
        BankIdentity.objects.bulk_create([identity], ignore_conflicts=True)


def _take_from_seller(line: BankLine, created_by: str, now: datetime) -> None:
    """Move a line's money out of the seller's book if it was set aside, because it is a customer's now."""
    if line.is_unidentified:
        _post_unidentified(line, "identified", Role.UNIDENTIFIED, Role.MANUAL_RECEIPTS, created_by, now)
        line.is_unidentified = False


def _post_unidentified(
    line: BankLine, part: str, source: Role, destination: Role, created_by: str, now: datetime
) -> None:
    book = seller_book(line.account.seller, line.account.currency, now=now)
    move = SellerTransfer(
        source=source,
        destination=destination,
        amount=Micros(line.amount_micros),
        key=f"{_key(line)}:{part}",
        cause=BANK_LINE.of(line.pk),
        text=f"From {line.party_name or 'an unnamed payer'}",
        created_by=created_by,
        effective_at=counts_from(line.account.seller, line.value_date, now),
    )
    post_own(book, [move], now=now)


def _decide(line: BankLine, state: BankLine.State, created_by: str, now: datetime) -> BankLine:
    line.state, line.decided_by, line.decided_at = state, created_by, now
    line.save(
        update_fields=[
            *("state", "organization", "money", "document", "reason"),
            *("is_unidentified", "decided_by", "decided_at"),
        ]
    )
    return line


def _key(line: BankLine) -> str:
    return f"bank-line:{line.pk}"
