"""Titles of grants, transfers and accounts in a bookkeeper's words; their keys and codes are facts on their pages."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from apps.common.admin import code_words, money_text
from apps.common.cause_rows import cause_row
from apps.common.reader import with_own_days
from apps.contracts.causes import INSTALLMENT
from apps.contracts.models import Installment
from apps.ledger.admin import account_words
from apps.ledger.models import Account, Transfer
from apps.wallets.models import BookingKind, EntryType, Grant

# What a transfer that an installment caused is, by its kind.
OF_INSTALLMENT: Mapping[str, str] = MappingProxyType(
    {
        EntryType.GRANT: "Credit of",
        BookingKind.INSTALLMENT: "Money for",
        BookingKind.DISCOUNT: "Discount on",
        BookingKind.DEFERRAL: "Service of",
    }
)
# An id of one of Stripe's objects about money; a word that staff wrote with an underscore stays.
# With the word that leads to it, as in "Stripe's fee of txn_…".
_ID_AT_STRIPE = re.compile(r"(?:\bof )?\b(?:ch|cn|cs|dp|du|in|pi|po|py|pyr|re|txn)_\w{6,}(?: of Stripe)?")


def transfer_title(transfer: Transfer) -> str:
    """Return "Credit of installment 3 of contract 1a2b3c4d", or for other causes kind, amount and description."""
    if transfer.kind in OF_INSTALLMENT and transfer.cause_type == INSTALLMENT.name:
        row = cause_row(INSTALLMENT, transfer.cause_id)
        if isinstance(row, Installment):
            number, contract = row.position + 1, str(row.contract_id)[:8]
            return f"{OF_INSTALLMENT[transfer.kind]} installment {number} of contract {contract}"
    kind = code_words(transfer.kind)
    said = _ID_AT_STRIPE.sub("", with_own_days(transfer.description)).removeprefix(kind).strip(": ")
    what = f"{kind} of {money_text(transfer.amount_micros, transfer.source.unit)}"
    return f"{what}: {said}" if said else what


def grant_title(grant: Grant) -> str:
    """Return the installment that a grant is the credit of, or its source and what it was described as."""
    if grant.transfer.cause_type == INSTALLMENT.name:
        return transfer_title(grant.transfer)
    source, said = grant.get_source_display(), with_own_days(grant.description)
    amount = money_text(grant.amount_micros, grant.organization.currency)
    text = said.removeprefix(source).strip(": ")
    return f"{source}: {text or amount}"


def account_title(account: Account, owner_name: str) -> str:
    """Return "Wallet of Acme"; without an owner the account's purpose alone."""
    return f"{account_words(account)} of {owner_name}" if owner_name else account_words(account)
