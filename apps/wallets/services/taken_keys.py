"""Errors of the database that say that a key was used at the same moment."""

from django.db import IntegrityError, connection, transaction

from apps.ledger.errors import AlreadyReversed, IdempotencyMismatch

TAKEN = {
    "ledger_transfer_reversed_once": AlreadyReversed,
    "ledger_transfer_key_once_per_book": IdempotencyMismatch,
    "ledger_hold_key_once_per_book": IdempotencyMismatch,
    "wallets_grant_key_once_per_organization": IdempotencyMismatch,
}


class TakenKeyErrors:
    """Turns a database error about a key that is already used, in its `with` block, into the matching ledger error.

    Inside a transaction, any error marks it for rollback, so that a caller who catches it cannot commit half of it.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        if connection.in_atomic_block:
            transaction.set_rollback(True)
        if isinstance(error, IntegrityError):
            diagnostics = getattr(error.__cause__, "diag", None)
            taken = TAKEN.get(getattr(diagnostics, "constraint_name", None) or "")
            if taken is not None:
                raise taken("It was used at the same moment by another request") from error
