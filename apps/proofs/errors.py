"""Errors that proofs raise."""

from apps.common.errors import NotFound


class ProofNotFound(NotFound):
    code = "proof_not_found"
    title = "There is no proof for this day: it has not ended or was before the first proof"
