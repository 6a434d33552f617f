"""The references that things we make at Stripe carry in their metadata, in one format that this module alone reads.

They come back from outside, and our row may be gone by then, as after a restored backup: so the reference says by
itself what was made, and of which row.
"""

from enum import StrEnum
from uuid import UUID

SEPARATOR = ":"


class Made(StrEnum):
    """What was made at Stripe; the first word of its reference."""

    CHECKOUT = "checkout"
    REFUND = "refund"
    PAYMENT_LINK = "payment-link"
    POSTPAID_INVOICE = "postpaid-invoice"
    INSTALLMENT_INVOICE = "installment-invoice"

    def reference(self, *parts: object) -> str:
        """Return the reference of one of them."""
        return SEPARATOR.join([self, *map(str, parts)])


INVOICES = (Made.POSTPAID_INVOICE, Made.INSTALLMENT_INVOICE)


def made_of(reference: str) -> Made | None:
    """Return what a reference says was made, None where it is none of ours."""
    word = reference.partition(SEPARATOR)[0]
    return next((each for each in Made if each == word), None)


def row_id(reference: str, made: Made) -> UUID | None:
    """Return the row that a reference names, None where it names none of that sort."""
    word, _, text = reference.partition(SEPARATOR)
    try:
        return UUID(text) if word == made else None
    except ValueError:
        return None
