"""The PDFs of documents as attachments of mails."""

from uuid import UUID

from apps.invoices.models import DocumentPaper
from apps.invoices.paper import file_name
from apps.mail.attachments import Attachment


def paper_attachment(document_id: UUID) -> Attachment:
    """Return the stored PDF of a document as an attachment."""
    paper = DocumentPaper.objects.select_related("document").get(document=document_id)
    return Attachment(document_id, file_name(paper.document), bytes(paper.pdf), paper.sha256)
