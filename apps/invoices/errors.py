"""Errors of invoices, credit notes, and money received."""

from apps.common.errors import Conflict, NotFound, Rejected


class InvoiceNotFound(NotFound):
    """No document has this id, or the caller may not see it."""

    code = "invoice_not_found"
    title = "There is no such invoice"


class NoEInvoice(NotFound):
    """The document was drawn without an electronic invoice."""

    code = "no_e_invoice"
    title = "The document has no electronic invoice"


class MoneyNotFound(NotFound):
    """No money received has this id."""

    code = "money_not_found"
    title = "There is no such money"


class NotADraft(Conflict):
    """The document has a number, so its content is fixed."""

    code = "not_a_draft"
    title = "The document is not a draft"


class NothingToInvoice(Conflict):
    """A document needs at least one line."""

    code = "nothing_to_invoice"
    title = "The document has no lines"


class NegativeTotal(Conflict):
    """The reductions exceed the lines that they reduce."""

    code = "negative_total"
    title = "The total would be negative"


class StateForbids(Conflict):
    """The document's state does not allow it."""

    code = "invoice_state"
    title = "The document is not in a state that allows this"


class ChangedMeanwhile(Conflict):
    """The data has changed since the page showed it."""

    code = "changed_meanwhile"
    title = "It has changed since you opened the page; reload it and try again"


class HasPayments(Conflict):
    """An invoice with a payment cannot be voided, only credited."""

    code = "has_payments"
    title = "Something was paid on the invoice; credit it instead"


class InstallmentDecides(Conflict):
    """What is left on an invoice for an installment is determined by the installment."""

    code = "installment_decides"
    title = "Void or discount the installment, or amend its contract; the credit note follows"


class ChargesDecide(Conflict):
    """An invoice for usage that credit paid is determined by the charges."""

    code = "charges_decide"
    title = "Credit the charge back; it lowers the next invoice"


class PaymentDecides(Conflict):
    """An invoice for bought credit is determined by its payment."""

    code = "payment_decides"
    title = "Refund the payment that bought the credit; the credit note follows"


class AboveRemaining(Conflict):
    """The amount exceeds what is left."""

    code = "above_left"
    title = "The amount is more than is left"


class LineExceeded(Conflict):
    """The amount exceeds what is left of a line."""

    code = "above_line"
    title = "The amount is more than is left of the line"


class DebtInvoiced(Conflict):
    """The debt is on an invoice, so it is cleared by clearing the invoice."""

    code = "debt_invoiced"
    title = "The debt is on an invoice"


class RateNeeded(Rejected):
    """Tax must be shown in the currency in which it is declared."""

    code = "rate_needed"
    title = "The tax must be shown in another currency, but there is no exchange rate"


class RateTooOld(Rejected):
    """The newest exchange rate is more than a week older than the tax date."""

    code = "rate_too_old"
    title = "The exchange rate is too old"


class TaxAwaited(Conflict):
    """Stripe Tax has been asked for the tax of the document and has not answered yet."""

    code = "tax_awaited"
    title = (
        "Stripe has not calculated the tax for today yet; it is asked within the hour, or by the button on the draft"
    )


class TaxRefused(Conflict):
    """Stripe Tax refused to calculate the tax; the detail is its reason."""

    code = "tax_refused"
    title = "Stripe refused to calculate the tax"


class CalculationMismatch(Conflict):
    """Stripe's calculation does not match the request."""

    code = "tax_unlike_question"
    title = "Stripe's calculation does not match the document"


class NotPayable(Rejected):
    """The amount is not a positive multiple of the smallest payable amount."""

    code = "not_payable"
    title = "The amount is not a multiple of the smallest payable amount"
