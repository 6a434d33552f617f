"""Present the billing summary; only members documented as optional are omitted."""

from decimal import Decimal
from typing import Any

from apps.api.authentication import Credential
from apps.api.billing_summary.activity import activity
from apps.api.billing_summary.facts import BudgetFacts, SummaryFacts
from apps.api.fields import number, usd_number
from apps.common.money import divide_half_even
from apps.wallets.selectors import WalletFigures

MODE = "legacy_budget_authoritative"


def summary(facts: SummaryFacts, credential: Credential) -> dict[str, Any]:
    """Present the whole summary for one caller."""
    return {
        "success": True,
        "mode": MODE,
        "organizationId": facts.budget.organization.pk,
        **callers(credential),
        "budget": budget(facts.budget),
        "ledger": ledger(facts),
        "updatedAt": facts.budget.now,
    }


def callers(credential: Credential) -> dict[str, str]:
    """Present the caller and who acts for them, if the credential names them."""
    shown = {"userId": credential.user_id, "actorUserId": credential.actor_user_id}
    return {name: value for name, value in shown.items() if value}


def budget(facts: BudgetFacts) -> dict[str, Any]:
    """Present the budget and the spending, in the documented order."""
    figures, subscription, organization = facts.figures, facts.subscription, facts.organization
    amounts = {
        "balance": figures.balance_micros,
        "legacyBalance": figures.legacy_micros,
        "topUpBalance": figures.top_up_micros,
        "topUpTotalPurchased": figures.top_up_purchased_micros,
        "currentPeriodUsage": facts.charged_micros,
    }
    quotas = {
        "tierQuota": subscription.list_quota_micros,
        "includedTierQuota": subscription.granted_quota_micros,
        "remainingIncludedQuota": figures.quota_micros,
        "availableBudget": figures.available_micros,
    }
    resources = {
        "monthlyResourceSpend": facts.resources.charged_micros,
        "monthlyMeteredResourceUsage": facts.resources.metered_micros,
    }
    return {
        "tier": subscription.tier,
        **_standing(facts),
        "periodStartDate": subscription.billing.start,
        "periodEndDate": subscription.billing.end,
        **_with_usd(facts, amounts),
        "usagePercentage": usage_percentage(facts.charged_micros, subscription.granted_quota_micros),
        **_with_usd(facts, quotas),
        "usageBillingEnabled": organization.usage_billing_enabled,
        **_spend_limit(facts),
        "pauseOnLimit": organization.pause_on_limit,
        "resourceEmailAlerts": organization.resource_email_alerts,
        **_with_usd(facts, resources),
        "createdAt": figures.created_at,
        "updatedAt": figures.updated_at,
    }


def _standing(facts: BudgetFacts) -> dict[str, str]:
    """Return the plan's status and source; without a plan, the contract's."""
    subscription = facts.subscription
    if subscription.source is not None:
        return {"subscriptionStatus": subscription.status, "subscriptionSource": subscription.source}
    if facts.contract_status is not None:
        return {"subscriptionStatus": facts.contract_status, "subscriptionSource": "contract"}
    return {"subscriptionStatus": subscription.status}


def usage_percentage(charged_micros: int, quota_micros: int) -> Decimal:
    """Return the percentage of the quota used, rounded half to even to two decimals; 0 without a quota."""
    if quota_micros <= 0 or charged_micros <= 0:
        return Decimal(0)
    return Decimal(divide_half_even(charged_micros * 10_000, quota_micros)).scaleb(-2)


def _with_usd(facts: BudgetFacts, amounts: dict[str, int]) -> dict[str, Decimal]:
    rate = facts.organization.usd_rate_micros
    shown: dict[str, Decimal] = {}
    for name, amount_micros in amounts.items():
        shown |= {name: number(amount_micros), f"{name}Usd": usd_number(amount_micros, rate)}
    return shown


def _spend_limit(facts: BudgetFacts) -> dict[str, Decimal]:
    limit = facts.organization.monthly_resource_spend_limit_usd_micros
    if limit is None:
        return {}
    return {"monthlyResourceSpendLimit": number(limit), "monthlyResourceSpendLimitUsd": number(limit)}


def ledger(facts: SummaryFacts) -> dict[str, Any]:
    """Present the ledger's figures and their reconciliation with the budget."""
    rate = facts.budget.organization.usd_rate_micros
    return {
        "wallet": _wallet(facts.budget.figures),
        "reservationStats": _reservation_stats(facts),
        "pendingReservationHoldUsd": usd_number(facts.budget.figures.held_micros, rate),
        "activity": activity(facts),
        "reconciliation": reconciliation(facts.budget.figures, rate),
    }


def _wallet(figures: WalletFigures) -> dict[str, Any]:
    return {
        "accountId": str(figures.account_id),
        "accountCode": figures.account_code,
        "currency": figures.currency,
        "posted": number(figures.posted_micros),
        "held": number(figures.posted_micros - figures.wallet_row_micros),
        "available": number(figures.wallet_row_micros),
    }


def _reservation_stats(facts: SummaryFacts) -> dict[str, Any]:
    stats = facts.reservation_stats
    by_status = {
        status: {"count": total.count, "amount": number(total.amount_micros)}
        for status, total in stats.by_status.items()
    }
    oldest = {} if stats.oldest_pending_at is None else {"oldestPendingAt": stats.oldest_pending_at}
    return {"byStatus": by_status, **oldest, "pastExpiryCount": stats.unswept_count}


def reconciliation(figures: WalletFigures, rate: int) -> dict[str, Any]:
    """Compare the wallet row with its journal.

    `mismatch` compares micros of the currency, so it may be true with a `differenceUsd` of 0 if the difference is too
    small to show in dollars; it is never false with another `differenceUsd`.
    """
    wallet_row, journal = figures.wallet_row_micros, figures.journal_micros
    shown_row, shown_journal = usd_number(wallet_row, rate), usd_number(journal, rate)
    return {
        "legacyAvailableUsd": shown_row,
        "ledgerBalanceUsd": shown_journal,
        "differenceUsd": shown_row - shown_journal,
        "mismatch": wallet_row != journal,
    }
