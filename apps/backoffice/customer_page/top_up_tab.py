"""The tab about automatic top-up: its terms and state, the saved card, and the last charges."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest

from apps.backoffice.components import Block, Cell, Facts, Table, actor, moment, money, state
from apps.backoffice.customer_page.contract_tabs import change_page
from apps.common.reader import code_words
from apps.payments.stripe_dashboard import dashboard_address
from apps.tenants.models import Organization
from apps.top_ups.models import TopUp
from apps.top_ups.selectors import TopUpStatus, attempts_page, top_up_status

SHOWN = 25
STATES = {
    "off": "default",
    "ready": "success",
    "in_flight": "info",
    "backing_off": "warning",
    "action_required": "warning",
    "capped": "warning",
    "stopped": "danger",
}
ATTEMPTS = {
    "requested": "info",
    "sent": "info",
    "action_required": "warning",
    "succeeded": "success",
    "declined": "danger",
    "failed": "danger",
}


def top_up(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Return the state of automatic top-up, its terms with the customer's consent, and the newest attempts."""
    status = top_up_status(organization, now)
    blocks: list[Block] = [_state_facts(status, organization.currency)]
    if status.settings is not None:
        blocks.append(_terms(status.settings, organization.currency))
    return [*blocks, _attempts(organization)]


def _state_facts(status: TopUpStatus, unit: str) -> Facts:
    label = code_words(status.status)
    rows = [("State", state(status.status, label, STATES))]
    if status.until is not None:
        rows.append(("Until", moment(status.until)))
    stripe_reason = status.settings.stopped_reason if status.settings is not None else ""
    if reason := stripe_reason or status.reason:
        rows.append(("Reason", Cell(code_words(reason))))
    if status.state is not None:
        rows.append(("Bought today", money(status.state.used_today_micros, unit)))
        rows.append(("Bought this month", money(status.state.used_this_month_micros, unit)))
    if status.settings is not None:
        rows.append(("Card", _card(status.settings)))
    return Facts(title="Automatic top-up", rows=rows)


def _card(settings: TopUp) -> Cell:
    if not settings.payment_method_id:
        return Cell("None saved")
    ends = f", expires {settings.card_exp_month:02}/{settings.card_exp_year}" if settings.card_exp_month else ""
    text = f"{settings.card_brand.capitalize()} ending in {settings.card_last4}{ends}"
    return Cell(text, dashboard_address("customers", settings.customer_id))


def _terms(settings: TopUp, unit: str) -> Facts:
    rows = [(title, money(micros, unit)) for title, micros in settings.terms.amounts()]
    if settings.consented_at is not None:
        rows += [
            ("Consent by", actor(settings.consented_by)),
            ("Consent given", moment(settings.consented_at)),
            ("Text agreed to", Cell(settings.consent_text)),
        ]
    if settings.updated_by:
        rows.append(("Last changed by", actor(settings.updated_by)))
    return Facts(title="Terms", rows=rows)


def _attempts(organization: Organization) -> Table:
    rows = [
        [
            moment(each.created_at, change_page("top_ups_topupattempt", each.pk)),
            money(each.amount_micros, each.currency),
            money(each.tax_micros, each.currency),
            state(each.state, each.get_state_display(), ATTEMPTS),
            Cell(code_words(each.reason)),
            moment(each.settled_at),
            moment(each.retry_at),
            Cell(each.payment_intent_id, dashboard_address("payments", each.payment_intent_id))
            if each.payment_intent_id
            else Cell(""),
        ]
        for each in attempts_page(organization, limit=SHOWN)
    ]
    return Table(
        title="Charges of the card",
        columns=["When", "Credit", "Tax", "State", "Reason", "Result at", "Next try", "Payment"],
        rows=rows,
        empty="The card was never charged.",
    )
