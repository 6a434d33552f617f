"""Errors of papers."""

from apps.common.errors import Conflict


class BooksDisagree(Conflict):
    """The month's totals by kind do not lead from its opening to its closing balance; nothing is sent out."""

    code = "books_disagree"
    title = "The month's opening balance and movements do not add up to its closing balance"


class NoReceipt(Conflict):
    """Money from a credit note, or that the bank took back, and payments that an invoice shows have no receipt."""

    code = "no_receipt"
    title = "There is no receipt for money that a credit note gave, that the bank took back, or that has an invoice"
