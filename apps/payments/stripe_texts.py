"""The texts that customers read on Stripe's pages, invoices and receipts, in the language of their papers."""

from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop as _

from apps.billing_profiles.selectors import paper_language
from apps.common.languages import Language, say
from apps.common.papers.formats import day_in, days_in
from apps.common.strict_json import Json
from apps.contracts.models import Installment

CREDIT = _("Credit")
TAX = _("Tax")
INSTALLMENT = _("Contract installment: %(days)s")
INVOICE_OF_NUMBER = _("Invoice %(number)s")
INVOICE = _("Invoice")


def in_language_of(organization_id: UUID, text: str, **values: object) -> str:
    """Translate a text for a customer; without a billing profile it is English."""
    return say(paper_language(organization_id) or Language.ENGLISH, text, **values)


def installment_text(installment: Installment) -> str:
    """Return what an installment is for: its period, from the first to the last day."""
    language = paper_language(installment.organization_id) or Language.ENGLISH
    last = max(installment.period_start, installment.period_end - timedelta(days=1))
    return say(language, INSTALLMENT, days=days_in(language, installment.period_start, last))


def due_text(organization_id: UUID, due: date) -> str:
    """Return what an installment is for by its due date, for a checkout of several."""
    language = paper_language(organization_id) or Language.ENGLISH
    return say(language, INSTALLMENT, days=day_in(language, due))


def page_language(organization_id: UUID) -> Json:
    """Return the parameter for the language of Stripe's own words on a page; without it, the browser decides."""
    language = paper_language(organization_id)
    return {"locale": language} if language else {}
