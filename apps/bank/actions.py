"""Staff actions on bank lines that book money for a customer, or set it aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import Action, Scope, person, register
from apps.bank import services
from apps.bank.debits import DebitKind
from apps.bank.errors import LineNotFound
from apps.bank.models import BankLine
from apps.bank.services.lines import Confirmation, DebitDecision
from apps.common.admin import money_text
from apps.invoices.actions import invoice_texts, left_texts, refuse_other_size
from apps.wallets.actions import CustomerAction


@dataclass(frozen=True, kw_only=True)
class LineAction(CustomerAction):
    """An action on a bank line for a customer. The amount is the line's."""

    permission: ClassVar[str] = "bank.change_bankline"
    subject_model: ClassVar[type[Model]] = BankLine
    subject_field: ClassVar[str] = "line_id"

    line_id: int

    @classmethod
    def of(cls, row: BankLine, **given: object) -> Self:
        """Return the action on a line, with its amount and currency filled in."""
        facts = {"amount_micros": abs(row.amount_micros), "currency": row.account.currency}
        return cls(line_id=row.pk, **facts, **given)  # type: ignore[arg-type]

    def line(self) -> BankLine:
        """Return the line.

        Raises:
            LineNotFound: there is none.
        """
        return self.row_among(BankLine.objects.select_related("account"), LineNotFound)

    def figures(self, now: datetime) -> Mapping[str, str]:
        return {"Bank line": self.line().get_state_display(), **invoice_texts(self)}

    def refuse_other_line(self) -> None:
        """Refuse if the amount, which the limit was compared with, is not the line's."""
        refuse_other_size(self.amount, abs(self.line().amount_micros))


@register
@dataclass(frozen=True, kw_only=True)
class ConfirmLine(LineAction):
    """Book a received line for a customer: it pays the invoices in `document_ids`, and the rest is unapplied."""

    kind: ClassVar[str] = "bank.confirm_line"
    title: ClassVar[str] = "Confirm a bank line"

    document_ids: tuple[UUID, ...] = ()

    def figures(self, now: datetime) -> Mapping[str, str]:
        return {**super().figures(now), **left_texts(self.document_ids)}

    def perform(self, *, by: User, now: datetime) -> None:
        self.refuse_other_line()
        wanted = Confirmation(line_id=self.line_id, organization_id=self.customer().pk, invoice_ids=self.document_ids)
        services.confirm_lines([wanted], created_by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class LinkLine(LineAction):
    """Link a received line to money that staff recorded by hand before. Nothing is posted for the customer."""

    kind: ClassVar[str] = "bank.tie_line"
    title: ClassVar[str] = "Link a bank line to recorded money"
    is_free_of_limit: ClassVar[bool] = True

    money_id: UUID

    def perform(self, *, by: User, now: datetime) -> None:
        services.link_line(line_id=self.line_id, money_id=self.money_id, created_by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class SettleDebit(LineAction):
    """Book a debit: returned by the bank, paid back by us, or recorded before."""

    kind: ClassVar[str] = "bank.settle_debit"
    title: ClassVar[str] = "Book a debit"
    danger: ClassVar[bool] = True

    what: DebitKind
    money_id: UUID | None = None
    document_id: UUID | None = None

    def perform(self, *, by: User, now: datetime) -> None:
        self.refuse_other_line()
        decision = DebitDecision(
            line_id=self.line_id, kind=self.what, money_id=self.money_id, document_id=self.document_id
        )
        services.settle_debit(decision, created_by=person(by), now=now)


@dataclass(frozen=True, slots=True)
class SureLine:
    """A line with the customer and the invoices that it pays, as they were shown."""

    line_id: int
    organization_id: UUID
    document_ids: tuple[UUID, ...]
    amount_micros: int


@register
@dataclass(frozen=True, kw_only=True)
class ConfirmLines(Action):
    """Confirm several lines of one bank account, all or none. The amount is their sum."""

    kind: ClassVar[str] = "bank.confirm_lines"
    title: ClassVar[str] = "Confirm bank lines"
    permission: ClassVar[str] = "bank.change_bankline"
    subject_model: ClassVar[type[Model]] = BankLine

    pool: ClassVar[Scope] = Scope.BANK

    lines: tuple[SureLine, ...]

    def figures(self, now: datetime) -> Mapping[str, str]:
        waiting = BankLine.objects.filter(pk__in=[each.line_id for each in self.lines]).exclude(state="confirmed")
        documents = [document for each in self.lines for document in each.document_ids]
        return {"Lines not confirmed": str(waiting.count()), **left_texts(documents)}

    def overlaps(self, other: Self) -> bool:
        return bool({each.line_id for each in self.lines} & {each.line_id for each in other.lines})

    def perform(self, *, by: User, now: datetime) -> None:
        rows = BankLine.objects.in_bulk([each.line_id for each in self.lines])
        for each in self.lines:
            refuse_other_size(each.amount_micros, rows[each.line_id].amount_micros if each.line_id in rows else 0)
        refuse_other_size(self.amount_micros, sum(each.amount_micros for each in self.lines))
        services.confirm_lines(
            [
                Confirmation(line_id=each.line_id, organization_id=each.organization_id, invoice_ids=each.document_ids)
                for each in self.lines
            ],
            created_by=person(by),
            now=now,
        )


@register
@dataclass(frozen=True, kw_only=True)
class SetLineAside(Action):
    """Book a received line as unidentified in the seller's book. No customer gains anything."""

    kind: ClassVar[str] = "bank.set_line_aside"
    title: ClassVar[str] = "Set a bank line aside"
    permission: ClassVar[str] = "bank.change_bankline"
    subject_model: ClassVar[type[Model]] = BankLine
    subject_field: ClassVar[str] = "line_id"
    is_free_of_limit: ClassVar[bool] = True
    pool: ClassVar[Scope] = Scope.BANK

    line_id: int

    @classmethod
    def of(cls, row: BankLine, **given: object) -> Self:
        """Return the action on a line, with its amount and currency filled in."""
        facts = {"amount_micros": row.amount_micros, "currency": row.account.currency, "organization_id": None}
        return cls(line_id=row.pk, **facts, **given)  # type: ignore[arg-type]

    def figures(self, now: datetime) -> Mapping[str, str]:
        line = self.row_among(BankLine.objects.select_related("account"), LineNotFound)
        held = money_text(line.amount_micros if line.is_unidentified else 0, line.account.currency)
        return {"Bank line": line.get_state_display(), "In our own book": held}

    def perform(self, *, by: User, now: datetime) -> None:
        services.set_line_aside(line_id=self.line_id, reason=self.reason, created_by=person(by), now=now)
