"""Steps shared by random histories of invoices: a debt is written off, marked uncollectible, or reopened."""

from datetime import datetime

from apps.common.money import Micros
from apps.invoices import services
from apps.invoices.models import Document

BY = "staff:ann"


class DebtSteps:
    """Steps on a document that the history draws."""

    now: datetime

    def document(self) -> Document:
        """Return the document of the next step."""
        raise NotImplementedError

    def write_off(self) -> None:
        row = self.document()
        left = Micros(row.left_micros)
        services.write_off_invoice(document_id=row.pk, left=left, reason="r", created_by=BY, now=self.now)

    def mark(self) -> None:
        services.mark_uncollectible(document_id=self.document().pk, reason="r", created_by=BY, now=self.now)

    def reopen(self) -> None:
        services.reopen_invoice(document_id=self.document().pk, created_by=BY, now=self.now)
