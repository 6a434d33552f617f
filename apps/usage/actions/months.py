"""The action that closes a customer's month by hand, and the preview of the month and of its invoice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.models import User

from apps.approvals.actions import person, register
from apps.common.admin import money_text
from apps.common.changes import Change
from apps.common.periods import Period, parse_month
from apps.tenants.models import Organization
from apps.usage.actions.rating import ChargesChanged
from apps.usage.models import MonthClose
from apps.usage.services import close_month_of, invoice_to_come, lacking_minimum
from apps.usage.services.usage_invoices import InvoiceToCome
from apps.wallets.actions import CustomerAction, wallet_texts


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
            "Invoice to come": self._total(self._invoice(now)),
            "Month": "closed" if closed else "open",
            "Minimum charges": money_text(close.minimum_micros if close and closed else 0, self.currency),
            "Draft of the invoice": f"held: {self.hold_reason}" if closed and self.hold_reason else "not held",
            **wallet_texts(organization, now),
        }

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        """Return the lines of the invoice to come, and what the close changes if the month is over."""
        invoice = self._invoice(now)
        if now < self.period.end:
            until = f"open until {self.period.end:%Y-%m-%d}, and can be closed then"
            changes = [Change("Invoice to come", "", self._total(invoice)), Change("Month", "", until)]
        else:
            changes = super().preview(by=by, now=now)
        return [*changes, *self._lines(invoice)]

    def _invoice(self, now: datetime) -> InvoiceToCome:
        return invoice_to_come(organization=self.customer(), month=self.period.start.date(), now=now)

    def _total(self, invoice: InvoiceToCome) -> str:
        total = money_text(invoice.net_micros + invoice.tax_micros, self.currency)
        return invoice.missing or (total if invoice.is_taxed else f"{total} before tax")

    def _lines(self, invoice: InvoiceToCome) -> Iterator[Change]:
        for text, quantity, micros in invoice.lines:
            yield Change(f"Line: {text}" + (f", {quantity}" if quantity else ""), "", money_text(micros, self.currency))
        if invoice.lines:
            yield Change("Net", "", money_text(invoice.net_micros, self.currency))
            tax = money_text(invoice.tax_micros, self.currency)
            yield Change("Tax", "", tax if invoice.is_taxed else "calculated by Stripe Tax once it is drafted")
