"""The explanations by name, each with the permission it needs."""

from collections.abc import Callable
from datetime import datetime

from apps.backoffice.explain.actions import action_page
from apps.backoffice.explain.figures import figure_page, movements_page
from apps.backoffice.explain.money import grant_page, installment_page, transfer_page
from apps.backoffice.explain.page import Page
from apps.backoffice.explain.receivables import owed_page
from apps.backoffice.explain.usage import day_page, event_page, posting_page, usage_page

Explain = Callable[[str, datetime], Page]


def _as_ever(explain: Callable[[str], Page]) -> Explain:
    """Adapt an explanation that does not depend on the time."""
    return lambda identity, _: explain(identity)


PAGES: dict[str, tuple[str, Explain]] = {
    "grant": ("wallets.view_grant", _as_ever(grant_page)),
    "transfer": ("ledger.view_transfer", _as_ever(transfer_page)),
    "posting": ("usage.view_usageposting", _as_ever(posting_page)),
    "event": ("usage.view_usageevent", _as_ever(event_page)),
    "usage": ("usage.view_usageday", _as_ever(usage_page)),
    "day": ("usage.view_usageevent", _as_ever(day_page)),
    "action": ("ledger.view_transfer", _as_ever(action_page)),
    "installment": ("contracts.view_installment", _as_ever(installment_page)),
    "owed": ("invoices.view_document", owed_page),
    "figure": ("ledger.view_account", figure_page),
    "movements": ("wallets.view_grant", _as_ever(movements_page)),
}
