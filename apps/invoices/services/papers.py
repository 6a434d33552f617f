"""The PDFs of documents: drawn at the first request, then stored and never drawn again."""

import hashlib
from datetime import datetime
from uuid import UUID

from apps.billing_profiles.selectors import wants_facturx
from apps.common.transactions import serialized
from apps.invoices.e_invoice import InvalidEInvoice, facturx_xml, with_xml
from apps.invoices.errors import InvoiceNotFound, NoEInvoice
from apps.invoices.models import Document, DocumentPaper
from apps.invoices.paper_content import draw_document, file_name, letters_outside
from apps.mail.attachments import Attachment


@serialized
def paper_of(document: Document, *, now: datetime) -> DocumentPaper:
    """Return the PDF of a numbered document; it is drawn once and stored.

    Raises:
        InvoiceNotFound: the document is a draft, which has no PDF.
    """
    if not document.number:
        raise InvoiceNotFound
    known = DocumentPaper.objects.filter(document=document).first()
    if known is not None:
        return known
    pdf, xml, problem = _drawn(document)
    drawn = DocumentPaper(
        organization_id=document.organization_id,
        document=document,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        xml=xml,
        xml_problem=problem,
        letters_outside=letters_outside(document)[:200],
        drawn_at=now,
    )
    DocumentPaper.objects.bulk_create([drawn], ignore_conflicts=True)
    return DocumentPaper.objects.get(document=document)


def xml_of(document: Document, *, now: datetime) -> bytes:
    """Return the Factur-X XML of a numbered document; its PDF is drawn first if necessary.

    Raises:
        InvoiceNotFound: the document is a draft. NoEInvoice: its PDF was drawn without one.
    """
    xml = paper_of(document, now=now).xml
    if xml is None:
        raise NoEInvoice
    return bytes(xml)


def mark_paper_handled(*, paper_id: int, now: datetime) -> None:
    """Mark a missing Factur-X, or letters that may be blank, as handled by staff."""
    rows = DocumentPaper.objects.filter(pk=paper_id, handled_at=None)
    rows.exclude(xml_problem="", letters_outside="").update(handled_at=now)


def _drawn(document: Document) -> tuple[bytes, bytes | None, str]:
    """Draw a document; return its PDF, the Factur-X XML inside, and the reason if a wanted one is missing."""
    pdf = draw_document(document)
    if not wants_facturx(document.organization_id):
        return pdf, None, ""
    try:
        xml = facturx_xml(document)
    except InvalidEInvoice as error:
        return pdf, None, str(error)[:1000]
    return with_xml(pdf, xml, document.language), xml, ""


def paper_attachment(document_id: UUID) -> Attachment | None:
    """Return the stored PDF of a document as an attachment, or None if there is none."""
    paper = DocumentPaper.objects.select_related("document").filter(document=document_id).first()
    if paper is None:
        return None
    return Attachment(document_id, file_name(paper.document), bytes(paper.pdf), paper.sha256)
