"""The explanations by name, each with the permission it takes."""

from collections.abc import Callable

from apps.backoffice.why.money import grant_page, instalment_page, transfer_page
from apps.backoffice.why.page import Page
from apps.backoffice.why.usage import day_page, event_page, posting_page, usage_page

PAGES: dict[str, tuple[str, Callable[[str], Page]]] = {
    "grant": ("wallets.view_grant", grant_page),
    "transfer": ("ledger.view_transfer", transfer_page),
    "posting": ("usage.view_usageposting", posting_page),
    "event": ("usage.view_usageevent", event_page),
    "usage": ("usage.view_usageday", usage_page),
    "day": ("usage.view_usageevent", day_page),
    "instalment": ("contracts.view_installment", instalment_page),
}
