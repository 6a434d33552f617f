"""Pages of the back office that belong to no model."""

from apps.backoffice.views.all_lists import all_lists
from apps.backoffice.views.cost import cost_page
from apps.backoffice.views.error_pages import locked_out
from apps.backoffice.views.explanations import why_page
from apps.backoffice.views.invitation import Invitation
from apps.backoffice.views.keys import keys
from apps.backoffice.views.lists import export, save_list_view
from apps.backoffice.views.mails import local_mails, mail_html, mail_preview
from apps.backoffice.views.papers import (
    credit_receipt_paper,
    order_form_paper,
    paper_pdf,
    receipt_paper,
    statement_paper,
)
from apps.backoffice.views.preferences import preferences
from apps.backoffice.views.second_factor import SecondFactor
from apps.backoffice.views.usage_breakdown import usage_breakdown

__all__ = [
    "Invitation",
    "SecondFactor",
    "all_lists",
    "cost_page",
    "credit_receipt_paper",
    "export",
    "keys",
    "local_mails",
    "locked_out",
    "mail_html",
    "mail_preview",
    "order_form_paper",
    "paper_pdf",
    "preferences",
    "receipt_paper",
    "save_list_view",
    "statement_paper",
    "usage_breakdown",
    "why_page",
]
