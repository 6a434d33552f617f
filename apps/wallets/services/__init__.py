"""Services that move an organization's credit. Each is one transaction and idempotent by key."""

from apps.ledger.requests import Instruction, TransferKey
from apps.wallets.bookings import Booking
from apps.wallets.decisions.grants import NewGrant
from apps.wallets.decisions.holds import Capture
from apps.wallets.decisions.receivables import PostpaidPayment
from apps.wallets.kinds import Source
from apps.wallets.services.adjustments import deduct, reverse_transfer, revoke_grant
from apps.wallets.services.alerts import (
    lock_terms,
    review_credit,
    set_balance_alerts,
    set_postpaid_pause,
    set_work_pause,
)
from apps.wallets.services.budget_digests import send_budget_digests
from apps.wallets.services.budgets import (
    BudgetStatus,
    add_to_budget,
    budget_statuses,
    change_spending_switches,
    close_budget_periods,
    correct_counters,
    end_budget,
    find_budget_status,
    put_budget,
    recount_resources,
    resources_status,
)
from apps.wallets.services.charges import POSTED, Charge, charge, charge_many
from apps.wallets.services.checkpoints import take_checkpoints
from apps.wallets.services.dispute_holds import freeze_grant, unfreeze
from apps.wallets.services.expiry import ClosedReservation, close_reservations, expire_grants, expire_reservations
from apps.wallets.services.grants import grant_credits
from apps.wallets.services.old_buckets import drop_old_buckets
from apps.wallets.services.rebuild import RebuildResult, rebuild_kept_figures
from apps.wallets.services.receivables import post_transfer, receive_postpaid_payment
from apps.wallets.services.refunds import claw_back_grant, refund_grant
from apps.wallets.services.refusals import (
    CountingRefusals,
    drop_refusals,
    note_refused,
    write_refusals,
    write_refusals_until_exit,
)
from apps.wallets.services.reservations import (
    NewReservation,
    ReservationResult,
    admission,
    capture_reservation,
    capture_reservations,
    extend_reservation,
    release_reservation,
    reservation_result,
    reserve,
)
from apps.wallets.services.reversals import undo_cause, undo_transfer
from apps.wallets.services.wallet_creation import open_wallet

__all__ = [
    "POSTED",
    "Booking",
    "BudgetStatus",
    "Capture",
    "Charge",
    "ClosedReservation",
    "CountingRefusals",
    "Instruction",
    "NewGrant",
    "NewReservation",
    "PostpaidPayment",
    "RebuildResult",
    "ReservationResult",
    "Source",
    "TransferKey",
    "add_to_budget",
    "admission",
    "budget_statuses",
    "capture_reservation",
    "capture_reservations",
    "change_spending_switches",
    "charge",
    "charge_many",
    "claw_back_grant",
    "close_budget_periods",
    "close_reservations",
    "correct_counters",
    "deduct",
    "drop_old_buckets",
    "drop_refusals",
    "end_budget",
    "expire_grants",
    "expire_reservations",
    "extend_reservation",
    "find_budget_status",
    "freeze_grant",
    "grant_credits",
    "lock_terms",
    "note_refused",
    "open_wallet",
    "post_transfer",
    "put_budget",
    "rebuild_kept_figures",
    "receive_postpaid_payment",
    "recount_resources",
    "refund_grant",
    "release_reservation",
    "reservation_result",
    "reserve",
    "resources_status",
    "reverse_transfer",
    "review_credit",
    "revoke_grant",
    "send_budget_digests",
    "set_balance_alerts",
    "set_postpaid_pause",
    "set_work_pause",
    "take_checkpoints",
    "undo_cause",
    "undo_transfer",
    "unfreeze",
    "write_refusals",
    "write_refusals_until_exit",
]
