"""`POST /api/v1/org/vouchers/redeem`: redeem a code for credit or a contract discount."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import credential_of, organization_of
from apps.api.fields import StrictText, number, usd_number
from apps.api.org_billing.base import OrgBillingView
from apps.api.permissions import IsOrgAdmin
from apps.api.request_bodies import RequestBody, read_body
from apps.api.responses import Response
from apps.common.money import decimal_text
from apps.tenants.models import Organization
from apps.vouchers.codes import LONGEST
from apps.vouchers.models import Batch
from apps.vouchers.services import RedemptionResult, redeem_voucher


class RedeemVoucherBody(RequestBody):
    """The code as typed; any text is accepted, so that a malformed code gets the same answer as an unknown one."""

    code = StrictText(max_length=LONGEST, trim_whitespace=False)


class RedeemVoucher(OrgBillingView):
    """Redeems a voucher for the caller's organization."""

    answer_schema = "RedeemVoucherResponse"
    permission_classes = (IsOrgAdmin,)

    def post(self, request: Request) -> Response:
        """Redeem the code, once per call."""
        organization = organization_of(request)
        result = redeem_voucher(
            organization=organization,
            code=read_body(request, RedeemVoucherBody)["code"],
            call_id=self.call_id,
            redeemed_by=credential_of(request).created_by,
            now=timezone.now(),
        )
        return self.described(redemption_answer(organization, result))


def redemption_answer(organization: Organization, result: RedemptionResult) -> dict[str, Any]:
    """Present a redemption's result; a discount gives no credit, so its message describes it."""
    return {
        "creditAmountUsd": usd_number(result.credit, organization.usd_rate_micros),
        "message": _message(organization, result),
        "newBalance": number(result.balance),
        "voucherCode": result.code,
    }


def _message(organization: Organization, result: RedemptionResult) -> str:
    amount = f"{decimal_text(result.amount)} {organization.currency}"
    if result.kind == Batch.Kind.DISCOUNT:
        return f"{amount} off the next unpaid installment of your contract."
    if result.credit_expires_at is None:
        return f"{amount} of credit added."
    return f"{amount} of credit added, valid until {result.credit_expires_at:%Y-%m-%d %H:%M} UTC."
