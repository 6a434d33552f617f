"""The mails that customers receive: for each template its title, its purpose, and whether one may unsubscribe."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices


class Purpose(TextChoices):
    """What a contact is for."""

    BILLING = "billing", "Billing"
    ALERTS = "alerts", "Alerts"
    TECHNICAL = "technical", "Technical"


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """A kind of mail; the files are `mail/<name>.subject.txt`, `.txt` and `.html`."""

    title: str
    purpose: Purpose

    @property
    def may_unsubscribe(self) -> bool:
        """Return whether a contact may refuse it: alerts only; the others tell what a customer has to know."""
        return self.purpose == Purpose.ALERTS


def _of(purpose: Purpose, **titles: str) -> dict[str, MailTemplate]:
    return {name: MailTemplate(title, purpose) for name, title in titles.items()}


MAIL_TEMPLATES: Mapping[str, MailTemplate] = {
    **_of(
        Purpose.ALERTS,
        balance_low="Balance is low",
        budget_threshold="Budget reached a threshold",
        budget_exceeded="Budget is used up",
        budget_recovered="Budget has room again",
        budget_digest="Budgets that are used up",
        resources_paused="Resources reached their monthly limit",
        resources_resumed="Resources may run again",
    ),
    **_of(
        Purpose.BILLING,
        top_up_succeeded="Top-up paid",
        top_up_declined="Top-up declined",
        top_up_stopped="Automatic top-up stopped",
        top_up_action_required="Top-up needs a confirmation",
        top_up_capped="Automatic top-up reached its cap",
        card_expires_soon="Card expires soon",
        payment_settled="Payment received",
        refund_made="Payment refunded",
        dispute_opened="Payment disputed",
        contract_changed="Contract changed",
        installment_due="Installment due",
    ),
    **_of(
        Purpose.TECHNICAL,
        endpoint_failing="Webhook endpoint fails",
        endpoint_disabled="Webhook endpoint disabled",
        secret_rotated="Webhook secret rotated",  # noqa: S106  a title, no password
        key_created="API key created",
    ),
}
