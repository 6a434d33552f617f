"""Actions of staff on prices and names of models, and the action that charges usage in quarantine."""

from apps.usage.actions.aliases import NameListedModels, NameModel
from apps.usage.actions.corrections import ReplaceEvent, VoidEvent
from apps.usage.actions.months import CloseMonth
from apps.usage.actions.prices import (
    ALL_CHANGES,
    EndPrice,
    PriceAction,
    PublishPrice,
    PublishPriceList,
    TermsChanged,
    WithdrawPrice,
    change_rows,
    drafts_digest,
)
from apps.usage.actions.rating import (
    ChargesChanged,
    NewestWaiting,
    RateUsage,
    charges_digest,
    newest_waiting,
    rate_actions,
)

__all__ = [
    "ALL_CHANGES",
    "ChargesChanged",
    "CloseMonth",
    "EndPrice",
    "NameListedModels",
    "NameModel",
    "NewestWaiting",
    "PriceAction",
    "PublishPrice",
    "PublishPriceList",
    "RateUsage",
    "ReplaceEvent",
    "TermsChanged",
    "VoidEvent",
    "WithdrawPrice",
    "change_rows",
    "charges_digest",
    "drafts_digest",
    "newest_waiting",
    "rate_actions",
]
