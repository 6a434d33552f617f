"""`GET /api/v1/org/contract`: the contract shown to customers, with its schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from rest_framework.request import Request

from apps.api.authentication import organization_of
from apps.api.fields import number, usd_number
from apps.api.org_billing.base import OrgBillingView
from apps.api.responses import Response
from apps.common.money import convert_parts
from apps.common.periods import midnight
from apps.contracts.errors import ContractNotFound
from apps.contracts.models import Contract, ContractVersion, Installment
from apps.contracts.selectors import current_schedule, recurring_version, shown_contract
from apps.tenants.models import Organization


@dataclass(frozen=True, slots=True)
class DollarPortions:
    """A row's portions in dollar micros; all amounts shown are sums of these."""

    credit_micros: int
    service_micros: int

    @classmethod
    def of(cls, rows: Sequence[Installment], usd_rate_micros: int) -> list[Self]:
        """Convert the rows' portions at the stored rate; they add up to the contract's converted total."""
        portions = [amount for row in rows for amount in (row.credit_micros, row.service_micros)]
        shown = convert_parts(portions, usd_rate_micros)
        return [cls(*pair) for pair in zip(shown[::2], shown[1::2], strict=True)]

    @property
    def amount_micros(self) -> int:
        """The row's amount, in dollar micros."""
        return self.credit_micros + self.service_micros


class EnterpriseContract(OrgBillingView):
    """The caller's contract: the running one, else the offered one, else the newest ended one; never a draft."""

    answer_schema = "EnterpriseContract"

    def get(self, request: Request) -> Response:
        """Return it with the rows of its current term; 404 if there is none."""
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
    """Present a contract. Its totals are those of the rows shown; members without a value are omitted."""
    rate = organization.usd_rate_micros
    schedule = list(zip(rows, DollarPortions.of(rows, rate), strict=True))
    usd = {name: number(amount) for name, amount in _figures(schedule, version).items()}
    document = {
        "autoRenew": contract.auto_renew,
        "bonusCreditsPaid": contract.bonus_granted_at is not None,
        "bonusCreditsUsd": usd_number(contract.bonus_credits_micros, rate),
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
        "paymentSchedule": [_schedule_row(row, shown) for row, shown in schedule],
        "paymentServiceUsd": usd["paymentServiceUsd"],
        "servicePeriodLimit": version.service_period_limit,
        "servicePortionUsd": usd["servicePortionUsd"],
        "startDate": midnight(contract.start_date),
        "status": contract.status,
        "tenantId": organization.pk,
        "totalValueUsd": usd["totalValueUsd"],
        "updatedAt": contract.updated_at,
    }
    return {name: value for name, value in document.items() if value is not None}


def _schedule_row(row: Installment, shown: DollarPortions) -> dict[str, Any]:
    return {
        "amountUsd": number(shown.amount_micros),
        "creditUsd": number(shown.credit_micros),
        "dueDate": midnight(row.due_date),
        "isOneTime": row.is_one_time,
        "paid": row.is_paid,
        "period": row.period,
        "serviceUsd": number(shown.service_micros),
    }


def _figures(schedule: Sequence[tuple[Installment, DollarPortions]], version: ContractVersion) -> dict[str, int]:
    """Add up the rows, in dollar micros; the totals include one-time amounts.

    The payment is the first recurring row of the version whose frequency is shown.
    """
    every = [shown for _, shown in schedule]
    once = [shown for row, shown in schedule if row.is_one_time]
    recurring = [(row.version_id, shown) for row, shown in schedule if not row.is_one_time]
    agreed = [shown for version_id, shown in recurring if version_id == version.pk]
    payment = next(iter(agreed or [shown for _, shown in recurring]), DollarPortions(0, 0))
    return {
        "creditPortionUsd": sum(shown.credit_micros for shown in every),
        "servicePortionUsd": sum(shown.service_micros for shown in every),
        "totalValueUsd": sum(shown.amount_micros for shown in every),
        "onetimeAmountUsd": sum(shown.amount_micros for shown in once),
        "onetimeCreditUsd": sum(shown.credit_micros for shown in once),
        "onetimeServiceUsd": sum(shown.service_micros for shown in once),
        "paymentAmountUsd": payment.amount_micros,
        "paymentCreditUsd": payment.credit_micros,
        "paymentServiceUsd": payment.service_micros,
    }
