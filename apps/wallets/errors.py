"""Errors that wallets raise."""

from apps.common.errors import Conflict, InsufficientFunds, NotFound, Rejected


class BudgetExceeded(InsufficientFunds):
    code = "insufficient_funds"
    title = "The available budget does not cover this amount"


class WalletNotFound(NotFound):
    code = "wallet_not_found"
    title = "The organization has no wallet"


class TransferNotFound(NotFound):
    code = "transfer_not_found"
    title = "The organization has no such transfer"


class NotReversible(Rejected):
    code = "not_reversible"
    title = "This transfer cannot be reversed on its own"


class CaptureAboveHold(Rejected):
    code = "capture_above_hold"
    title = "A capture above the reservation requires overage=allow"


class CapturesRefused(Rejected):
    """One capture of an all-or-nothing batch was refused; nothing was captured."""

    code = "captures_refused"
    title = "Nothing was captured because one of the captures was refused"


class HeldByDispute(Conflict):
    code = "held_by_dispute"
    title = "This credit is frozen until the dispute about its payment is decided"


class WalletOnly(Rejected):
    code = "wallet_only_by_its_services"
    title = "The wallet account is changed by grants and charges only, not by direct transfers"


class NothingOwed(Conflict):
    code = "nothing_owed"
    title = "The amount is more than what is owed"


class MoreThanPaid(Rejected):
    code = "more_than_paid"
    title = "More than was paid for the grant cannot be refunded"


class BelongsToInstallment(Conflict):
    code = "belongs_to_installment"
    title = "It belongs to a contract's installment or to a payment; refund it there"
