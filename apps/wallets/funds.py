"""What may be spent: the one rule, for what is shown and for what is admitted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Funds:
    """What a wallet has and is held to, all in micros.

    `credit` is credit that counts, and what live holds hold of credit that does not; `free_quota` is what no hold holds
    of the included quota; `beyond_quota` is whether anything else may be charged for new work.
    """

    credit_micros: int
    overspend_micros: int
    held_micros: int
    postpaid_limit_micros: int
    outstanding_micros: int
    free_quota_micros: int
    beyond_quota: bool

    @property
    def available_micros(self) -> int:
        """Credit - overspend - live holds + what may still come to be owed, and no more than the quota has free where
        nothing else may be charged."""
        headroom = self.postpaid_limit_micros - self.outstanding_micros
        available = self.credit_micros - self.overspend_micros - self.held_micros + headroom
        return available if self.beyond_quota else min(available, self.free_quota_micros)
