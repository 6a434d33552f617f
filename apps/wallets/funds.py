"""The rule for the available amount, used by the displayed figures and by the check of new work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Funds:
    """The figures that decide how much a wallet may spend, all in micros.

    `credit` is spendable credit plus the part of expired or later credit that live holds hold; `free_quota` is the
    part of the included quota that is not held; `beyond_quota` tells whether new work may be charged to other credit.
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
        """Credit - overspend - live holds + unused postpaid limit; without `beyond_quota`, at most the free quota."""
        headroom = self.postpaid_limit_micros - self.outstanding_micros
        available = self.credit_micros - self.overspend_micros - self.held_micros + headroom
        return available if self.beyond_quota else min(available, self.free_quota_micros)
