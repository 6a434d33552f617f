"""Invoices and credit notes with their lines and tax, money received, and what it paid."""

from apps.invoices.models.calculations import TaxCalculation
from apps.invoices.models.documents import Document
from apps.invoices.models.money import Application, Money, WriteOff
from apps.invoices.models.papers import DocumentPaper
from apps.invoices.models.parts import DocumentLine, DocumentParty, DocumentTax
from apps.invoices.models.usage import InvoicedMonth

__all__ = [
    "Application",
    "Document",
    "DocumentLine",
    "DocumentPaper",
    "DocumentParty",
    "DocumentTax",
    "InvoicedMonth",
    "Money",
    "TaxCalculation",
    "WriteOff",
]
