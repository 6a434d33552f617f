"""`GET /api/v1/org/contract`: the contract that customers see, with its schedule."""

from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.callers import organization_of
from apps.api.fields import usd_number
from apps.api.org_billing.base import OrgBillingView
from apps.common.periods import midnight
from apps.contracts.errors import ContractNotFound
from apps.contracts.models import Contract, ContractVersion, Installment
from apps.contracts.selectors import current_schedule, recurring_version, shown_contract
from apps.tenants.models import Organization


class EnterpriseContract(OrgBillingView):
    """The caller's contract: running, else offered, else the newest that ended; never a draft."""

    answer_schema = "EnterpriseContract"

    def get(self, request: Request) -> Response:
        """Return it with the rows of its current term; 404 where there is none."""
        organization = organization_of(request)
        contract = shown_contract(organization)
        if contract is None:
            raise ContractNotFound("Your organization has no contract.")
        return self.described(
            contract_document(organization, contract, recurring_version(contract), current_schedule(contract))
        )


def contract_document(
    organization: Organization, contract: Contract, version: ContractVersion, rows: Sequence[Installment]
) -> dict[str, Any]:
    """Present a contract. Its totals are those of the rows shown; members without a value are left out."""
    figures = _figures(rows)
    usd = {name: usd_number(amount, organization.usd_rate_micros) for name, amount in figures.items()}
    document = {
        "autoRenew": contract.auto_renew,
        "bonusCreditsPaid": contract.bonus_granted_at is not None,
        "bonusCreditsUsd": usd_number(contract.bonus_credits_micros, organization.usd_rate_micros),
        "contractId": contract.pk,
        "createdAt": contract.created_at,
        "createdBy": contract.created_by or None,
        "creditPeriodLimit": version.credit_period_limit,
        "creditPortionUsd": usd["creditPortionUsd"],
        "endDate": midnight(contract.end_date),
        "notes": contract.notes or None,
        "onetimeAmountUsd": usd["onetimeAmountUsd"],
        "onetimeCreditUsd": usd["onetimeCreditUsd"],
        "onetimeServiceUsd": usd["onetimeServiceUsd"],
        "paymentAmountUsd": usd["paymentAmountUsd"],
        "paymentCreditUsd": usd["paymentCreditUsd"],
        "paymentFrequency": version.payment_frequency,
        "paymentLinkUrl": contract.payment_link_url or None,
        "paymentSchedule": [schedule_row(row, organization.usd_rate_micros) for row in rows],
        "paymentServiceUsd": usd["paymentServiceUsd"],
        "servicePeriodLimit": version.service_period_limit,
        "servicePortionUsd": usd["servicePortionUsd"],
        "startDate": midnight(contract.start_date),
        "status": contract.status,
        "stripePriceId": contract.stripe_price_id or None,
        "stripeSubscriptionId": contract.stripe_subscription_id or None,
        "tenantId": organization.pk,
        "totalValueUsd": usd["totalValueUsd"],
        "updatedAt": contract.updated_at,
    }
    return {name: value for name, value in document.items() if value is not None}


def schedule_row(row: Installment, usd_rate_micros: int) -> dict[str, Any]:
    """Present an instalment."""
    return {
        "amountUsd": usd_number(row.amount_micros, usd_rate_micros),
        "creditUsd": usd_number(row.credit_micros, usd_rate_micros),
        "dueDate": midnight(row.due_date),
        "isOneTime": row.is_one_time,
        "paid": row.is_paid,
        "period": row.period,
        "serviceUsd": usd_number(row.service_micros, usd_rate_micros),
    }


def _figures(rows: Sequence[Installment]) -> dict[str, int]:
    """Add the rows up, in micros: one-time amounts are part of the totals, the payment is the first recurring row's."""
    once = [row for row in rows if row.is_one_time]
    first = next((row for row in rows if not row.is_one_time), None)
    return {
        "creditPortionUsd": sum(row.credit_micros for row in rows),
        "servicePortionUsd": sum(row.service_micros for row in rows),
        "totalValueUsd": sum(row.amount_micros for row in rows),
        "onetimeAmountUsd": sum(row.amount_micros for row in once),
        "onetimeCreditUsd": sum(row.credit_micros for row in once),
        "onetimeServiceUsd": sum(row.service_micros for row in once),
        "paymentAmountUsd": first.amount_micros if first else 0,
        "paymentCreditUsd": first.credit_micros if first else 0,
        "paymentServiceUsd": first.service_micros if first else 0,
    }
