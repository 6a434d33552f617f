"""What is refused of proofs."""

from apps.common.errors import NotFound


class ProofNotFound(NotFound):
    code = "proof_not_found"
    title = "There is no proof of this day: it is not over, or it was before the first one"
