"""Errors of this app."""

from apps.common.errors import Conflict, Gone, NotFound, Rejected, TooManyRequests


class VoucherNotFound(NotFound):
    """The code is unknown, malformed, not for this organization, or not valid yet."""

    code = "voucher_not_found"
    title = "No voucher with this code for your organization"


class TooManyWrongCodes(TooManyRequests):
    """The organization has tried too many wrong codes within an hour."""

    code = "too_many_wrong_codes"
    title = "Too many wrong voucher codes"


class VoucherAlreadyRedeemed(Conflict):
    """The organization has reached its limit for this voucher."""

    code = "voucher_already_redeemed"
    title = "Your organization has already redeemed this voucher"


class BatchAlreadyRedeemed(VoucherAlreadyRedeemed):
    """The organization has reached its limit for vouchers of this batch."""

    code = "offer_already_redeemed"
    title = "Your organization has already redeemed a voucher of this offer"


class VoucherUsedUp(Conflict):
    """The voucher has reached its redemption limit."""

    code = "voucher_used_up"
    title = "This voucher has been used up"


class VoucherExpired(Gone):
    """The voucher has expired."""

    code = "voucher_expired"
    title = "This voucher has expired"


class VoucherRevoked(Gone):
    """The voucher was revoked or switched off."""

    code = "voucher_revoked"
    title = "This voucher is no longer valid"


class NoInstallmentToDiscount(Conflict):
    """A discount needs an unpaid installment."""

    code = "no_installment_to_discount"
    title = "There is no unpaid installment that this voucher can discount"


class BatchNotFound(NotFound):
    """No batch has this id."""

    code = "voucher_batch_not_found"
    title = "No such batch of vouchers"


class InvalidTerms(Rejected):
    """The terms of a batch break a rule."""

    code = "invalid_voucher_terms"
    title = "The batch's terms break a rule"


class InvalidCodes(Rejected):
    """Custom or imported codes break a rule."""

    code = "invalid_voucher_codes"
    title = "The codes break a rule"


class CodeTaken(Conflict):
    """Another voucher has this code."""

    code = "voucher_code_taken"
    title = "Another voucher has this code"


class ReasonMissing(Rejected):
    """A staff action needs a reason."""

    code = "reason_missing"
    title = "Enter a reason"


class IllegalBatchState(Conflict):
    """The batch's state does not allow the action."""

    code = "illegal_voucher_batch_state"
    title = "The batch's state does not allow this"


class AlreadyDownloaded(Conflict):
    """The codes of a batch can be downloaded only once."""

    code = "voucher_codes_already_downloaded"
    title = "The codes of this batch have already been downloaded"


class CodesCannotBeMade(Conflict):
    """The batch was made with a key that this deployment does not have."""

    code = "voucher_codes_cannot_be_made"
    title = "The codes of this batch were made with another key"


class LimitBelowUse(Conflict):
    """The new limit is lower than the number of redemptions."""

    code = "voucher_limit_below_use"
    title = "The voucher has been redeemed more often than this"
