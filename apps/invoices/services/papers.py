"""The PDFs of documents: drawn at the first request, and the same bytes from then on."""

import hashlib
from datetime import datetime

from apps.common.transactions import serialized
from apps.invoices.errors import InvoiceNotFound
from apps.invoices.models import Document, DocumentPaper
from apps.invoices.paper import draw_document


@serialized
def paper_of(document: Document, *, now: datetime) -> DocumentPaper:
    """Return the PDF of a document with a number; it is drawn once and stored.

    Raises:
        InvoiceNotFound: the document is a draft, which has no paper.
    """
    if not document.number:
        raise InvoiceNotFound
    known = DocumentPaper.objects.filter(document=document).first()
    if known is not None:
        return known
    pdf = draw_document(document)
    drawn = DocumentPaper(
        organization_id=document.organization_id,
        document=document,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        drawn_at=now,
    )
    DocumentPaper.objects.bulk_create([drawn], ignore_conflicts=True)
    return DocumentPaper.objects.get(document=document)
