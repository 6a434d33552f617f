"""Errors of reading and collecting snapshots."""

from apps.common.errors import NotFound, Rejected


class BalanceNotCollected(NotFound):
    """The organization has no balance snapshot yet."""

    code = "balance_not_collected"
    title = "No balance has been collected yet"


class CostsNotCollected(NotFound):
    """The organization has no cost snapshot of the month."""

    code = "costs_not_collected"
    title = "No costs have been collected for this month"


class UnknownUpstream(Rejected):
    """The upstream is not configured in the settings."""

    code = "unknown_upstream"
    title = "No upstream with this name is configured"


class CollectionProblem(Exception):
    """A figure could not be collected. `reason` is a CollectionFailure.Reason; the text describes the problem.

    Staff see the text, so it never quotes the upstream's answer.
    """

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)
