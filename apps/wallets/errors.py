"""Errors that wallets raise."""

from typing import Any

from apps.common.errors import Conflict, Forbidden, InsufficientFunds, NotFound, Rejected, TooManyRequests
from apps.common.money import decimal_text
from apps.ledger.errors import HoldClosed
from apps.top_ups.state import TopUpState


class BudgetExceeded(InsufficientFunds):
    """The available budget does not cover this amount.

    `kept` has the changes to write despite the refusal; `top_up` is the customer's automatic top-up, None if it is off.
    """

    code = "insufficient_funds"
    title = "The available budget does not cover this amount"
    kept: Any = None
    top_up: TopUpState | None = None


class BudgetLimitReached(BudgetExceeded):
    """The amount is more than the room of a budget."""

    code = "budget_exceeded"
    title = "A budget does not cover this amount"


class ResourcesPaused(Forbidden):
    """The monthly limit pauses persistent resources until next month, or until the limit is raised."""

    code = "resources_paused"
    title = "Persistent resources are paused at their monthly limit"


class WorkPaused(Forbidden):
    """Staff paused the organization's new work; work that was reserved before can be finished."""

    code = "work_paused"
    title = "New work is paused"


class TooManyReservations(TooManyRequests):
    """The organization has the largest allowed number of pending reservations: capture or release some first."""

    code = "too_many_reservations"
    title = "Too many reservations are pending"


class DimensionRequired(Rejected):
    """A budget requires that each reservation names a value of this dimension."""

    code = "dimension_required"
    title = "A budget requires this dimension"


class BudgetNotFound(NotFound):
    code = "budget_not_found"
    title = "The organization has no such budget"


class BudgetScopeFixed(Conflict):
    """A budget's scope, period and dates do not change: delete it and make another."""

    code = "budget_scope_fixed"
    title = "The scope and period of a budget do not change"


class BudgetExists(Conflict):
    code = "budget_exists"
    title = "There is a budget with the same scope and period"


class TooManyBudgets(Conflict):
    code = "too_many_budgets"
    title = "The organization has as many budgets as are allowed"


class VersionConflict(Conflict):
    """Somebody changed it since the version that the request names: read it again."""

    code = "version_conflict"
    title = "It was changed in the meantime"


class BudgetSetByStaff(Forbidden):
    code = "budget_set_by_staff"
    title = "This budget was set by staff; customers can only read it"


class NoPeriodToday(Conflict):
    code = "budget_has_no_period"
    title = "The budget has no period today"


class WalletNotFound(NotFound):
    code = "wallet_not_found"
    title = "The organization has no wallet"


class EntryNotFound(NotFound):
    code = "entry_not_found"
    title = "There is no such entry in the wallet"


class TransferNotFound(NotFound):
    code = "transfer_not_found"
    title = "The organization has no such transfer"


class NotReversible(Rejected):
    code = "not_reversible"
    title = "This transfer cannot be reversed on its own"


class CaptureAboveHold(Rejected):
    code = "capture_above_hold"
    title = "A capture above the reservation requires overage allow, available or owe"


class AlreadyCaptured(HoldClosed):
    """The reservation was captured with another amount or event; the first capture's charge stays."""

    def __init__(self, charged_micros: int) -> None:
        self.charged_micros = charged_micros
        super().__init__(f"It was already captured, and {decimal_text(charged_micros)} was charged")


class CapturesRefused(Rejected):
    """One capture of an all-or-nothing batch was refused; nothing was captured."""

    code = "captures_refused"
    title = "Nothing was captured because one of the captures was refused"


class HeldByDispute(Conflict):
    code = "held_by_dispute"
    title = "This credit is frozen until the dispute about its payment is decided"


class WalletOnly(Rejected):
    code = "wallet_only_by_its_services"
    title = "The wallet account is changed by grants and charges only, not by direct transfers"


class NothingOwed(Conflict):
    code = "nothing_owed"
    title = "The amount is more than what is owed"


class MoreThanPaid(Rejected):
    code = "more_than_paid"
    title = "More than was paid for the grant cannot be refunded"


class BelongsToInvoice(Conflict):
    code = "belongs_to_invoice"
    title = "An invoice sold it; make a credit note of that invoice"


class BelongsToInstallment(Conflict):
    code = "belongs_to_installment"
    title = "It belongs to a contract's installment or to a payment; refund it there"
