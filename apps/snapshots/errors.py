"""What can be refused about snapshots, and what can go wrong while collecting one."""

from apps.common.errors import NotFound, Rejected


class BalanceNotCollected(NotFound):
    """No balance of the organization has been collected yet."""

    code = "balance_not_collected"
    title = "No balance has been collected yet"


class CostsNotCollected(NotFound):
    """No costs of that month have been collected."""

    code = "costs_not_collected"
    title = "No costs of this month have been collected"


class UnknownUpstream(Rejected):
    """Only the upstreams named in the settings may be asked."""

    code = "unknown_upstream"
    title = "The settings name no such upstream"


class CollectionProblem(Exception):
    """A figure could not be collected; `reason` is one of CollectionFailure.Reason, the text says what was wrong.

    The text is shown to staff, so it never quotes what the other side sent.
    """

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)
