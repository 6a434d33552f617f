"""References: the text in the metadata of each object we make at Stripe. Only this module knows its format.

A reference names the kind of object and our row, so it is still meaningful if the row is missing, for example after
restoring a backup.
"""

from enum import StrEnum
from uuid import UUID

SEPARATOR = ":"


class ObjectKind(StrEnum):
    """The kind of an object that we created at Stripe; the first word of its reference."""

    CHECKOUT = "checkout"
    REFUND = "refund"
    TOP_UP_ATTEMPT = "top-up-attempt"
    PAYMENT_LINK = "payment-link"
    DOCUMENT_INVOICE = "document-invoice"
    INSTALLMENT_INVOICE = "installment-invoice"

    def reference(self, *parts: object) -> str:
        """Return the reference of an object of this kind."""
        return SEPARATOR.join([self, *map(str, parts)])


INVOICES = (ObjectKind.DOCUMENT_INVOICE, ObjectKind.INSTALLMENT_INVOICE)


def kind_of_reference(reference: str) -> ObjectKind | None:
    """Return the kind that a reference names, None if it is not ours."""
    word = reference.partition(SEPARATOR)[0]
    return next((each for each in ObjectKind if each == word), None)


def row_id(reference: str, made: ObjectKind) -> UUID | None:
    """Return the id of the row that a reference names, None if it is not of this kind."""
    word, _, text = reference.partition(SEPARATOR)
    try:
        return UUID(text) if word == made else None
    except ValueError:
        return None
