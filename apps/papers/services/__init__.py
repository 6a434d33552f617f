"""Services on papers: made once for the same content, drawn once, and emailed."""

from apps.papers.services.issuance import credit_receipt_of, order_form_of, paper_attachment, receipt_of, statement_of
from apps.papers.services.mails import mail_paper, template_of

__all__ = [
    "credit_receipt_of",
    "mail_paper",
    "order_form_of",
    "paper_attachment",
    "receipt_of",
    "statement_of",
    "template_of",
]
