"""Errors that the ledger raises."""

from apps.common.errors import Conflict, Gone, NotFound, Rejected


class IdempotencyMismatch(Conflict):
    code = "idempotency_mismatch"
    title = "This key was already used with other inputs"


class UnitMismatch(Rejected):
    code = "unit_mismatch"
    title = "The two accounts are not counted in the same unit"


class UnknownBook(NotFound):
    code = "unknown_book"
    title = "There is no such book"


class UnknownAccount(NotFound):
    code = "unknown_account"
    title = "There is no such account"


class InvalidAmount(Rejected):
    code = "invalid_amount"
    title = "The amount is out of range"


class InvalidKey(Rejected):
    code = "invalid_key"
    title = "A key has 1 to 200 characters"


class AlreadyReversed(Conflict):
    code = "already_reversed"
    title = "This transfer has already been reversed"


class HoldNotFound(NotFound):
    code = "hold_not_found"
    title = "There is no such reservation"


class HoldClosed(Conflict):
    code = "hold_closed"
    title = "The reservation was already captured or released"


class HoldExpired(Gone):
    code = "hold_expired"
    title = "The reservation has expired"


class EndHasPassed(Rejected):
    code = "end_has_passed"
    title = "The end of a reservation must be later than now"


class InvalidMetadata(Rejected):
    code = "invalid_metadata"
    title = "The metadata contains a fraction, is nested too deeply or is too large"
