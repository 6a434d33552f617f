"""Present reservations, captures and estimates."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from apps.api.budgets.presenter import applied_budget, limit
from apps.api.fields import number
from apps.common.errors import BillingError
from apps.common.money import money_text
from apps.invoices.models import Document
from apps.tenants.models import Organization
from apps.top_ups.state import TopUpState
from apps.usage.selectors import Estimate
from apps.usage.services import CapturedUsage
from apps.wallets.decisions.holds import Admission, HoldResult
from apps.wallets.errors import BudgetExceeded, WorkPaused
from apps.wallets.selectors import ReservationRow, reservation_status
from apps.wallets.services import ReservationResult

# Overdue invoices that the detail of a refusal names; its member has all of them.
NAMED = 3


def reserved_row(reserved: ReservationResult) -> ReservationRow:
    """Return the row of a reservation that was just changed, without reading it again."""
    backing = tuple((grant.id or 0, grant.source, micros) for grant, micros in reserved.result.backing)
    return ReservationRow(reserved.hold, backing, reserved.entry_id)


def reservation(organization: Organization, row: ReservationRow, now: datetime) -> dict[str, Any]:
    """Present a reservation with its status as of `now`; members without a value are omitted."""
    hold = row.hold
    backed = sum(micros for _, _, micros in row.backing)
    kept: Mapping[str, Any] = hold.metadata
    shown: dict[str, Any] = {
        "id": hold.pk,
        "status": reservation_status(hold, now),
        "amount": number(hold.amount_micros),
        "currency": organization.currency,
        "captured": number(hold.captured_micros),
        "dimensions": kept.get("dimensions", {}),
        **({"estimate": kept["estimate"]} if "estimate" in kept else {}),
        "grants": [
            {"grantId": str(pk), "source": source, "amount": number(micros)} for pk, source, micros in row.backing
        ],
        "postpaidAmount": number(hold.amount_micros - backed),
        "description": hold.description,
        "metadata": kept.get("metadata", {}),
        "createdBy": hold.created_by,
        "createdAt": hold.created_at,
    }
    if hold.expires_at is not None:
        shown["expiresAt"] = hold.expires_at
    if hold.closed_at is not None:
        shown["closedAt"] = hold.closed_at
    if row.entry_id is not None:
        shown["entryId"] = str(row.entry_id)
    return shown


def capture(
    organization: Organization, row: ReservationRow, reserved: ReservationResult, asked_micros: int, now: datetime
) -> dict[str, Any]:
    """Present a capture: the amount charged, the amount released, and the requested amount not charged."""
    charged = reserved.transfer.amount_micros if reserved.transfer is not None else 0
    shown = reservation(organization, row, now)
    return {
        "reservation": shown,
        "charged": number(charged),
        "released": number(max(0, reserved.hold.amount_micros - charged)),
        "notCharged": number(asked_micros - charged),
        "availableBudget": number(reserved.result.available_micros),
        **({"entryId": shown["entryId"]} if "entryId" in shown else {}),
    }


def captured_usage(
    organization: Organization, row: ReservationRow, captured: CapturedUsage, now: datetime
) -> dict[str, Any]:
    """Present a capture by a usage event: a capture of the event's charge, and the event's state."""
    usage = {
        "source": captured.source,
        "id": captured.event_id,
        "state": captured.state,
        "charge": number(captured.charge_micros),
        "priceVersionIds": [str(each) for each in captured.price_version_ids],
    }
    charged = capture(organization, row, captured.reserved, max(0, captured.charge_micros), now)
    return {**charged, "charged": number(captured.charge_micros), "usage": usage}


def reservation_result(
    organization: Organization, row: ReservationRow, found: HoldResult, now: datetime
) -> dict[str, Any]:
    """Present a reservation with the hard budgets that apply to its work, and the available amount."""
    return {
        **reservation(organization, row, now),
        "budgets": [applied_budget(each) for each in found.limits],
        "availableBudget": number(found.available_micros),
    }


def estimate(found: Estimate, asked: Mapping[str, Any], admitted: Admission, since: datetime | None) -> dict[str, Any]:
    """Present the estimated cost of the requested work, the limits on it, and whether it would be admitted now.

    If not, `refusal` is the first reason.
    """
    line: dict[str, Any] = {"meter": found.meter}
    line |= {name: asked[name] for name in ("model", "inputTokens", "maxOutputTokens", "serviceTier") if name in asked}
    if "quantity" in asked:
        line["quantity"] = number(asked["quantity"])
    if "quantities" in asked:
        line["quantities"] = {name: number(micros) for name, micros in asked["quantities"].items()}
    if found.price_version_id is not None:
        line["priceVersionId"] = str(found.price_version_id)
    line["charge"] = number(found.amount)
    body: dict[str, Any] = {
        "amount": number(found.amount),
        "lines": [line],
        "availableBudget": number(admitted.available_micros),
        "fits": admitted.refusal is None,
        "limits": [limit(each, since) for each in admitted.limits],
    }
    if admitted.refusal is not None:
        body["refusal"] = {"code": admitted.refusal.code, "detail": admitted.refusal.detail}
    return body


def pause(error: WorkPaused) -> dict[str, Any]:
    """Present the reason and the time of the pause of new work."""
    return {"reason": error.context["reason"], "since": error.context["since"]}


def overdue(error: BillingError, invoices: Sequence[Document]) -> dict[str, Any]:
    """Present the overdue invoices that caused a refusal, and name the first of them in its detail."""
    if not invoices:
        return {}
    named = [f"{each} ({money_text(each.left_micros, each.currency)} left to pay)" for each in invoices[:NAMED]]
    more = [f"{len(invoices) - NAMED} more"] if len(invoices) > NAMED else []
    return {
        "detail": f"{error.detail.rstrip('.')}. Overdue: {', '.join([*named, *more])}.",
        "overdueInvoices": [
            {
                "invoiceId": str(each.pk),
                "number": each.number,
                "currency": each.currency,
                "amountDue": number(each.left_micros),
                "dueDate": each.due_date,
            }
            for each in invoices
        ],
    }


def refusal(error: BudgetExceeded, since: datetime | None, now: datetime) -> dict[str, Any]:
    """Present the limits that refused, and the automatic top-up of a customer who switched it on.

    For each limit: the room, the missing amount, and when the room became zero.
    """
    limits = [limit(each, since) for each in error.context["limits"]]
    return {
        "limit": limits[0],
        "refusedBy": limits,
        "currentBudget": number(error.context["available_micros"]),
        **({} if error.top_up is None else {"topUp": _top_up(error.top_up, now)}),
    }


def _top_up(top_up: TopUpState, now: datetime) -> dict[str, Any]:
    live = top_up.live
    attempt = {} if live is None else {"amount": number(live.amount_micros), "attemptId": str(live.id)}
    return {"state": top_up.status(now), **attempt}
