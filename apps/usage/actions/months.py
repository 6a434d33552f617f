"""The action that closes a customer's month by hand, and the preview of the month and of its invoice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.models import User

from apps.approvals.actions import person, register
from apps.common.admin import day_text, money_text
from apps.common.changes import Change
from apps.common.periods import Period, parse_month
from apps.invoices.models import Document
from apps.tenants.models import Organization
from apps.usage.actions.rating import ChargesChanged
from apps.usage.models import MonthClose
from apps.usage.services import close_month_of, invoices_to_come, lacking_minimum
from apps.usage.services.usage_invoices import InvoiceToCome
from apps.wallets.actions import CustomerAction, wallet_texts

# The labels of a month's documents in a review, by kind.
TO_COME = {
    Document.Kind.USAGE: "Invoice to come",
    Document.Kind.CREDIT_USED: "For usage paid with credit",
}


@register
@dataclass(frozen=True, kw_only=True)
class CloseMonth(CustomerAction):
    """Close a customer's month, written as `YYYY-MM`. Its size is the sum of the minimum charges that the close adds.

    With a `hold_reason`, the draft of the month's invoice is held until somebody releases it.
    """

    kind: ClassVar[str] = "usage.close_month"
    title: ClassVar[str] = "Close a month"

    month: str
    hold_reason: str = ""

    @classmethod
    def of(cls, organization: Organization, *, month: str, hold_reason: str, reason: str, key: str) -> Self:
        """Return the action on a customer."""
        return cls(
            organization_id=organization.pk,
            amount_micros=lacking_minimum(organization, parse_month(month)),
            currency=organization.currency,
            month=month,
            hold_reason=hold_reason,
            reason=reason,
            key=key,
        )

    def about(self) -> str:
        return f"{self.customer()}: {self.month}"

    @property
    def period(self) -> Period:
        return parse_month(self.month)

    def perform(self, *, by: User, now: datetime) -> None:
        organization = self.customer()
        if lacking_minimum(organization, self.period) != self.amount_micros:
            raise ChargesChanged
        close_month_of(
            organization=organization,
            month=self.period,
            hold_reason=self.hold_reason,
            closed_by=person(by),
            now=now,
        )

    def figures(self, now: datetime) -> Mapping[str, str]:
        organization = self.customer()
        close = MonthClose.objects.filter(organization=organization, month=self.period.start.date()).first()
        closed = close is not None and close.state == MonthClose.State.CLOSED
        return {
            **self._totals(self._invoices(now)),
            "Month": "closed" if closed else "open",
            "Minimum charges": money_text(close.minimum_micros if close and closed else 0, self.currency),
            "Draft of the invoice": f"held: {self.hold_reason}" if closed and self.hold_reason else "not held",
            **wallet_texts(organization, now),
        }

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        """Return the lines of the invoice to come, and what the close changes if the month is over."""
        invoices = self._invoices(now)
        if now < self.period.end:
            until = f"open until {day_text(self.period.end)}, and can be closed then"
            changes = [Change(name, "", text) for name, text in self._totals(invoices).items()]
            changes.append(Change("Month", "", until))
        else:
            changes = super().preview(by=by, now=now)
        return [*changes, *(line for invoice in invoices for line in self._lines(invoice))]

    def _invoices(self, now: datetime) -> list[InvoiceToCome]:
        return invoices_to_come(organization=self.customer(), month=self.period.start.date(), now=now)

    def _totals(self, invoices: Sequence[InvoiceToCome]) -> dict[str, str]:
        """Return the total of each kind of invoice to come; credit notes are negative."""
        totals = {}
        for kind, name in TO_COME.items():
            if found := [each for each in invoices if each.kind == kind]:
                micros = sum(each.net_micros + each.tax_micros for each in found)
                text = money_text(micros, self.currency)
                text = text if all(each.is_taxed for each in found) else f"{text} before tax"
                totals[name] = found[0].missing or text
        return totals

    def _lines(self, invoice: InvoiceToCome) -> Iterator[Change]:
        of = "" if invoice.kind == Document.Kind.USAGE else ", paid with credit"
        for text, quantity, micros in invoice.lines:
            counted = f", {quantity}" if quantity else ""
            yield Change(f"Line{of}: {text}{counted}", "", money_text(micros, self.currency))
        if invoice.lines:
            yield Change(f"Net{of}", "", money_text(invoice.net_micros, self.currency))
            tax = money_text(invoice.tax_micros, self.currency)
            yield Change(f"Tax{of}", "", tax if invoice.is_taxed else "calculated by Stripe Tax once it is drafted")
