"""Services of dunning."""

from apps.dunning.services.cases import close_settled, follow_invoice, review, run
from apps.dunning.services.policies import PolicyTerms, assign_policy, set_policy
from apps.dunning.services.staff_steps import (
    decide_dispute,
    dispute_invoice,
    end_case,
    hold_case,
    note_promise,
    skip_first_step,
    skip_step,
    take_step_now,
)

__all__ = [
    "PolicyTerms",
    "assign_policy",
    "close_settled",
    "decide_dispute",
    "dispute_invoice",
    "end_case",
    "follow_invoice",
    "hold_case",
    "note_promise",
    "review",
    "run",
    "set_policy",
    "skip_first_step",
    "skip_step",
    "take_step_now",
]
