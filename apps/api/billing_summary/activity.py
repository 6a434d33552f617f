"""Present the newest activity in the summary."""

from datetime import datetime
from typing import Any

from apps.api.billing_summary.facts import SummaryFacts
from apps.api.fields import number
from apps.usage.selectors import RecentEvent
from apps.wallets.selectors import RecentGrant, Reservation, WalletEntry, reservation_status


def activity(facts: SummaryFacts) -> dict[str, Any]:
    """Present the newest grants, usage events, entries and reservations, each at most `limit`."""
    return {
        "organizationId": facts.budget.organization.pk,
        "creditGrants": [grant(each) for each in facts.grants],
        "usageEvents": [usage_event(each) for each in facts.usage_events],
        "ledgerEntries": [entry(each) for each in facts.entries],
        "reservations": [reservation(each, facts.budget.now) for each in facts.reservations],
        "limit": facts.limit,
    }


def grant(row: RecentGrant) -> dict[str, Any]:
    """Present a grant; `expiresAt` only if it expires."""
    return {
        "id": str(row.pk),
        "source": row.source,
        "priority": row.priority,
        "amount": number(row.amount_micros),
        "remaining": number(row.remaining_micros),
        "description": row.description,
        "grantedAt": row.granted_at,
        **({} if row.expires_at is None else {"expiresAt": row.expires_at}),
    }


def usage_event(row: RecentEvent) -> dict[str, Any]:
    """Present a rated event with its charge and quantities; quantities that its meter does not count are 0."""
    return {
        "id": row.event_id,
        "source": row.source,
        "type": row.meter_slug,
        "quantity": number(row.quantity_micros or 0),
        "inputTokens": row.input_tokens or 0,
        "outputTokens": row.output_tokens or 0,
        "charge": number(row.charge_micros),
        "occurredAt": row.occurred_at,
        "recordedAt": row.recorded_at,
    }


def entry(row: WalletEntry) -> dict[str, Any]:
    """Present an entry of the wallet account with its running balance."""
    return {
        "id": str(row.pk),
        "type": row.kind,
        "amount": number(row.amount_micros),
        "balanceAfter": number(row.balance_after_micros),
        "description": row.description,
        "createdBy": row.created_by,
        "effectiveAt": row.effective_at,
        "recordedAt": row.recorded_at,
    }


def reservation(row: Reservation, now: datetime) -> dict[str, Any]:
    """Present a reservation with its status as of now; `expiresAt` only if it expires."""
    return {
        "id": row.pk,
        "status": reservation_status(row, now),
        "amount": number(row.amount_micros),
        "captured": number(row.captured_micros),
        "createdAt": row.created_at,
        **({} if row.expires_at is None else {"expiresAt": row.expires_at}),
    }
