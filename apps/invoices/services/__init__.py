"""Services on invoices, credit notes, and money received."""

from apps.invoices.services.announcements import mail_document, mail_template, notify_overdue
from apps.invoices.services.bought_credit import BoughtCredit, credit_bought_credit, invoice_bought_credit
from apps.invoices.services.credit_note_content import CreditTerms, credit_total, left_of_lines, left_of_products
from apps.invoices.services.credit_notes import credit_invoice, void_invoice
from apps.invoices.services.credit_usage import credit_given_back, draft_credit_usage
from apps.invoices.services.debts import refuse_invoiced_debt
from apps.invoices.services.draft_tax import ask_about_credit, is_taxed, report_again, tax_on_asked_credit
from apps.invoices.services.drafts import DraftTerms, LineTerms, discard_draft, draft_invoice, edit_draft, refresh_tax
from apps.invoices.services.finalization import finalize_due, finalize_invoice, finalize_or_hold
from apps.invoices.services.installments import follow_installments, invoice_installment
from apps.invoices.services.papers import mark_paper_handled, paper_of, xml_of
from apps.invoices.services.payments import (
    BankTransfer,
    apply_money,
    pay_back_money,
    record_bank_transfer,
    return_money,
)
from apps.invoices.services.sold_credit import draft_credit_sale
from apps.invoices.services.stripe_payments import (
    CollectedMoney,
    CollectedPart,
    credit_as_at_stripe,
    receive_collected,
    restore_collected,
    return_collected,
)
from apps.invoices.services.tax_answers import (
    NEED_POSTAL_CODE,
    change_tax_engine,
    finalize_taxed,
    keep_tax_answer,
    refuse_tax,
    waiting_drafts,
)
from apps.invoices.services.usage_drafts import add_line, draft_usage, drop_line, hold_draft, release_draft
from apps.invoices.services.write_offs import mark_uncollectible, reopen_invoice, write_off_invoice

__all__ = [
    "NEED_POSTAL_CODE",
    "BankTransfer",
    "BoughtCredit",
    "CollectedMoney",
    "CollectedPart",
    "CreditTerms",
    "DraftTerms",
    "LineTerms",
    "add_line",
    "apply_money",
    "ask_about_credit",
    "change_tax_engine",
    "credit_as_at_stripe",
    "credit_bought_credit",
    "credit_given_back",
    "credit_invoice",
    "credit_total",
    "discard_draft",
    "draft_credit_sale",
    "draft_credit_usage",
    "draft_invoice",
    "draft_usage",
    "drop_line",
    "edit_draft",
    "finalize_due",
    "finalize_invoice",
    "finalize_or_hold",
    "finalize_taxed",
    "follow_installments",
    "hold_draft",
    "invoice_bought_credit",
    "invoice_installment",
    "is_taxed",
    "keep_tax_answer",
    "left_of_lines",
    "left_of_products",
    "mail_document",
    "mail_template",
    "mark_paper_handled",
    "mark_uncollectible",
    "notify_overdue",
    "paper_of",
    "pay_back_money",
    "receive_collected",
    "record_bank_transfer",
    "refresh_tax",
    "refuse_invoiced_debt",
    "refuse_tax",
    "release_draft",
    "reopen_invoice",
    "report_again",
    "restore_collected",
    "return_collected",
    "return_money",
    "tax_on_asked_credit",
    "void_invoice",
    "waiting_drafts",
    "write_off_invoice",
    "xml_of",
]
