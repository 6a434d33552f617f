"""The emails to customers: for each template its title, its purpose, and whether one may unsubscribe."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_noop as _


class Purpose(TextChoices):
    """The purposes of contacts."""

    BILLING = "billing", "Billing"
    ALERTS = "alerts", "Alerts"
    TECHNICAL = "technical", "Technical"


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """A kind of email; the files are `mail/<name>.subject.txt`, `.txt` and `.html`.

    `attached` names the member of the notice's data with the id of the document whose paper is attached, if any.
    """

    title: str
    purpose: Purpose
    attached: str = ""

    @property
    def may_unsubscribe(self) -> bool:
        """Return whether a contact may unsubscribe from it: only from alerts, because customers need the others."""
        return self.purpose == Purpose.ALERTS


def _of(purpose: Purpose, **titles: str) -> dict[str, MailTemplate]:
    return {name: MailTemplate(title, purpose) for name, title in titles.items()}


MAIL_TEMPLATES: Mapping[str, MailTemplate] = {
    **_of(
        Purpose.ALERTS,
        balance_low=_("Balance is low"),
        units_low=_("Few units are left"),
        budget_threshold=_("Budget reached a threshold"),
        budget_exceeded=_("Budget is used up"),
        budget_recovered=_("Budget has room again"),
        budget_digest=_("Budgets that are used up"),
        resources_paused=_("Resources reached their monthly limit"),
        resources_resumed=_("Resources may run again"),
    ),
    **_of(
        Purpose.BILLING,
        top_up_succeeded=_("Top-up paid"),
        top_up_declined=_("Top-up declined"),
        top_up_stopped=_("Automatic top-up stopped"),
        top_up_action_required=_("Top-up needs a confirmation"),
        top_up_capped=_("Automatic top-up reached its cap"),
        card_expires_soon=_("Card expires soon"),
        payment_settled=_("Payment received"),
        refund_made=_("Payment refunded"),
        dispute_opened=_("Payment disputed"),
        contract_changed=_("Contract changed"),
        installment_due=_("Installment due"),
        invoice_paid=_("Invoice paid"),
        dunning_letter=_("Overdue invoices"),
    ),
    "invoice_issued": MailTemplate(_("Invoice"), Purpose.BILLING, attached="id"),
    "invoice_overdue": MailTemplate(_("Invoice overdue"), Purpose.BILLING, attached="id"),
    "credit_note_issued": MailTemplate(_("Credit note"), Purpose.BILLING, attached="creditNoteId"),
    "order_form_sent": MailTemplate(_("Order form"), Purpose.BILLING, attached="paperId"),
    "receipt_sent": MailTemplate(_("Receipt"), Purpose.BILLING, attached="paperId"),
    "statement_sent": MailTemplate(_("Statement of account"), Purpose.BILLING, attached="paperId"),
    **_of(
        Purpose.TECHNICAL,
        endpoint_failing=_("Webhook endpoint fails"),
        endpoint_disabled=_("Webhook endpoint disabled"),
        secret_rotated=_("Webhook secret rotated"),
        key_created=_("API key created"),
    ),
}
