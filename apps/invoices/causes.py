"""The rows of this app that cause transfers: invoices, credit notes, and money received."""

from apps.common.causes import CauseType, register

INVOICE = register(CauseType(name="invoices.invoice", label="Invoice", models=("invoices.Document",)))
CREDIT_NOTE = register(CauseType(name="invoices.credit_note", label="Credit note", models=("invoices.Document",)))
SOLD_CREDIT = register(
    CauseType(name="invoices.sold_credit", label="Credit sold by invoice", models=("invoices.Document",))
)
MONEY = register(CauseType(name="invoices.money", label="Money received", models=("invoices.Money",)))

# The common prefix of their names.
PREFIX = "invoices."
