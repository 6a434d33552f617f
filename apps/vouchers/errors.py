"""What this app refuses, by name."""

from apps.common.errors import Conflict, Gone, NotFound, Rejected, TooManyRequests


class VoucherNotFound(NotFound):
    """No voucher for this organization has the code: it is unknown, malformed, not for it, or does not work yet."""

    code = "voucher_not_found"
    title = "No voucher with this code for your organization"


class TooManyWrongCodes(TooManyRequests):
    """The organization has tried too many wrong codes within the hour."""

    code = "too_many_wrong_codes"
    title = "Too many wrong voucher codes"


class VoucherAlreadyRedeemed(Conflict):
    """The organization has redeemed the voucher as often as it may."""

    code = "voucher_already_redeemed"
    title = "Your organization has already redeemed this voucher"


class BatchAlreadyRedeemed(VoucherAlreadyRedeemed):
    """The organization has redeemed as many vouchers of this offer as it may."""

    code = "offer_already_redeemed"
    title = "Your organization has already redeemed a voucher of this offer"


class VoucherUsedUp(Conflict):
    """The voucher was redeemed as often as it can be."""

    code = "voucher_used_up"
    title = "This voucher has been used up"


class VoucherExpired(Gone):
    """The voucher's time is over."""

    code = "voucher_expired"
    title = "This voucher has expired"


class VoucherRevoked(Gone):
    """The voucher was taken back or switched off."""

    code = "voucher_revoked"
    title = "This voucher is no longer valid"


class NoInstallmentToDiscount(Conflict):
    """A discount needs an installment that is not paid yet."""

    code = "no_installment_to_discount"
    title = "There is no unpaid installment that this voucher could lower"


class BatchNotFound(NotFound):
    """No batch has this id."""

    code = "voucher_batch_not_found"
    title = "No such batch of vouchers"


class InvalidTerms(Rejected):
    """The terms of a batch break a rule."""

    code = "invalid_voucher_terms"
    title = "The batch's terms break a rule"


class InvalidCodes(Rejected):
    """Chosen or imported codes break a rule."""

    code = "invalid_voucher_codes"
    title = "The codes break a rule"


class CodeTaken(Conflict):
    """A voucher has this code already."""

    code = "voucher_code_taken"
    title = "A voucher has this code already"


class ReasonMissing(Rejected):
    """An action of staff needs a reason."""

    code = "reason_missing"
    title = "Say why"


class IllegalBatchState(Conflict):
    """The batch is not in a state in which this can be done."""

    code = "illegal_voucher_batch_state"
    title = "The batch is not in a state in which this can be done"


class AlreadyDownloaded(Conflict):
    """The codes of a batch leave once."""

    code = "voucher_codes_already_downloaded"
    title = "The codes of this batch have been downloaded"


class CodesCannotBeMade(Conflict):
    """The batch was made with another key than this deployment has."""

    code = "voucher_codes_cannot_be_made"
    title = "The codes of this batch belong to another key"


class LimitBelowUse(Conflict):
    """A limit cannot be lower than what was redeemed already."""

    code = "voucher_limit_below_use"
    title = "The voucher has been redeemed more often than this"
