"""A customer's account in a month by value dates: the opening balance, each change, and the open invoices."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from apps.billing_profiles.selectors import seller_of
from apps.common.periods import Period, midnight
from apps.invoices.causes import PREFIX
from apps.invoices.models import Application, Document, Money, WriteOff
from apps.invoices.selectors import invoices_on
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import balances_before, unapplied_moves


@dataclass(frozen=True, slots=True)
class AccountMove:
    """A change of what a customer owes, in micros; `name` is one of `MoveNames`."""

    day: date
    name: str
    number: str
    amount_micros: int


class MoveNames:
    """The kinds of moves, which the statement names."""

    INVOICE, CREDIT_NOTE = "invoice", "credit_note"
    PAYMENT, RETURNED, PAID_BACK = "payment", "returned", "paid_back"
    WRITTEN_OFF, TAKEN_UP, OTHER = "written_off", "taken_up", "other"


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice with its unpaid amount."""

    number: str
    issue_date: date
    due_date: date
    total_micros: int
    left_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMonth:
    """The month: the opening balance, the changes, and the open invoices and unapplied money at its end.

    Unapplied money counts against the debt: the opening balance plus the moves is the open invoices less unapplied
    money.
    """

    opening_micros: int
    moves: tuple[AccountMove, ...]
    open_invoices: tuple[OpenInvoice, ...]
    unapplied_micros: int

    @property
    def closing_micros(self) -> int:
        """What is owed at the end, less unapplied money."""
        return sum(each.left_micros for each in self.open_invoices) - self.unapplied_micros


def account_month(organization: Organization, period: Period) -> AccountMonth:
    """Return a customer's account in a period of whole days.

    A difference that no row explains becomes a move of its own on the last day, `MoveNames.OTHER`.
    """
    first, last = period.start.date(), period.end.date() - timedelta(days=1)
    opened = sum(each.left_micros for each in _open_on(organization, first - timedelta(days=1)))
    opening = opened - _unapplied(organization, first)
    found = AccountMonth(
        opening_micros=opening,
        moves=tuple(
            sorted(
                (move for move in _moves(organization, first, last, period) if move.amount_micros),
                key=lambda move: move.day,
            )
        ),
        open_invoices=tuple(_open_on(organization, last)),
        unapplied_micros=_unapplied(organization, last + timedelta(days=1)),
    )
    rest = found.closing_micros - opening - sum(move.amount_micros for move in found.moves)
    if not rest:
        return found
    return AccountMonth(
        opening_micros=opening,
        moves=(*found.moves, AccountMove(last, MoveNames.OTHER, "", rest)),
        open_invoices=found.open_invoices,
        unapplied_micros=found.unapplied_micros,
    )


def _open_on(organization: Organization, day: date) -> Iterator[OpenInvoice]:
    rows: Any = Document.objects.filter(organization=organization).order_by("issue_date", "sequence")
    for each in invoices_on(rows, seller_of(organization.pk), day):
        left = each["total_micros"] - each["paid"] - each["credited_part"] - each["given_up"]
        if left > 0:
            yield OpenInvoice(each["number"], each["issue_date"], each["due_date"], each["total_micros"], left)


def _unapplied(organization: Organization, end: date) -> int:
    """Return the unapplied money that counts before a day."""
    rows = balances_before(Organization.objects.filter(pk=organization.pk), Role.UNAPPLIED, midnight(end))
    return sum(micros for _, unit, micros in rows if unit == organization.currency)


def _moves(organization: Organization, first: date, last: date, period: Period) -> Iterator[AccountMove]:
    yield from _documents(organization, first, last)
    yield from _payments(organization, first, last)
    for move in unapplied_moves(organization, period):
        if move.amount_micros < 0:
            yield AccountMove(move.day, MoveNames.PAID_BACK, "", -move.amount_micros)
        elif not move.cause_type.startswith(PREFIX):
            yield AccountMove(move.day, MoveNames.PAYMENT, "", -move.amount_micros)
    yield from _write_offs(organization, first, last)


def _documents(organization: Organization, first: date, last: date) -> Iterator[AccountMove]:
    rows = Document.objects.filter(organization=organization, issue_date__range=(first, last))
    for row in rows.exclude(kind=Document.Kind.CREDIT_USED).order_by("issue_date", "finalized_at"):
        assert row.issue_date is not None, "a row found by its issue date has one"
        if row.type == Document.Type.INVOICE:
            yield AccountMove(row.issue_date, MoveNames.INVOICE, row.number, row.total_micros)
            continue
        yield AccountMove(row.issue_date, MoveNames.CREDIT_NOTE, row.number, -row.total_micros)
        returned = row.returned_net_micros + row.returned_tax_micros
        if returned and row.returned_to != Document.ReturnedTo.UNAPPLIED:
            yield AccountMove(row.issue_date, MoveNames.PAID_BACK, row.number, returned)


def _payments(organization: Organization, first: date, last: date) -> Iterator[AccountMove]:
    """Yield money received, and the part of it that was taken back from invoices.

    Money counts from its value date, even if it was applied to an invoice later.
    """
    outside = Q(source__in=[Money.Source.BANK, Money.Source.STRIPE]) & ~Q(received_in=Role.UNAPPLIED)
    rows = Money.objects.filter(outside, organization=organization, value_date__range=(first, last))
    for row in rows.order_by("value_date", "received_at"):
        reference = row.reference if row.source == Money.Source.BANK else ""
        yield AccountMove(row.value_date, MoveNames.PAYMENT, reference, -row.amount_micros)
    undone = Application.objects.filter(
        organization=organization, value_date__range=(first, last), undoes__isnull=False
    )
    for each in undone.select_related("document").order_by("value_date", "created_at"):
        yield AccountMove(each.value_date, MoveNames.RETURNED, each.document.number, -each.amount_micros)


def _write_offs(organization: Organization, first: date, last: date) -> Iterator[AccountMove]:
    """Yield write-offs and their undoing, on the seller's days, as `invoices_on` counts them."""
    seller = seller_of(organization.pk)
    within = (seller.start_of(first), seller.start_of(last + timedelta(days=1)) - timedelta(microseconds=1))
    rows = WriteOff.objects.filter(organization=organization).select_related("document")
    for row in rows.filter(created_at__range=within).order_by("created_at"):
        yield AccountMove(
            seller.day_of(row.created_at), MoveNames.WRITTEN_OFF, row.document.number, -row.net_micros - row.tax_micros
        )
    for row in rows.filter(undone_at__range=within).order_by("undone_at"):
        assert row.undone_at is not None, "a row found by its time has one"
        yield AccountMove(
            seller.day_of(row.undone_at), MoveNames.TAKEN_UP, row.document.number, row.net_micros + row.tax_micros
        )
