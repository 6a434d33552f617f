"""Admin pages of invoices, credit notes, and money received; every change goes through a service or an action."""

from apps.invoices.admin.documents import DocumentAdmin
from apps.invoices.admin.installments import InvoicedInstallmentAdmin
from apps.invoices.admin.money import MoneyAdmin
from apps.invoices.admin.papers import DocumentPaperAdmin

__all__ = ["DocumentAdmin", "DocumentPaperAdmin", "InvoicedInstallmentAdmin", "MoneyAdmin"]
