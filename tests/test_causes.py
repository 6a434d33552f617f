"""Postings of contracts, vouchers, holds, jobs and staff have the right cause, with a page that opens."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from apps.approvals.submission import submit
from apps.common.money import Micros, to_micros
from apps.contracts.actions import RefundGrant, RevokeGrant
from apps.contracts.models import Installment
from apps.contracts.services import Receipt, receive_payment, refund_surplus, undo_installment_refund
from apps.contracts.services.agreements import bill_agreement
from apps.contracts.services.refunds import RefundOrder
from apps.contracts.services.revenue_recognition import recognize_service_revenue
from apps.invoices.actions import SettleByBankTransfer, WriteOffDebt
from apps.ledger.models import Transfer
from apps.tenants.models import Organization
from apps.vouchers.services import revoke_voucher, take_back_chunk
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.actions import (
    CustomerAction,
    DeductCredit,
    GrantCredit,
    ReverseTransfer,
)
from apps.wallets.models import Grant
from tests.backoffice.people import create_staff
from tests.causes import FAMILIES, Family, dead_ends, posted_families
from tests.contracts.factories import active, agreement, discount, pay, refund, rows
from tests.factories import capture, charge, create_grant, create_organization, reserve
from tests.vouchers.factories import create_voucher, redeem, staff

pytestmark = pytest.mark.django_db
# Charged by the tests themselves in the name of the organization.
BY_HAND: set[Family] = {("usage", Role.WALLET, Role.REVENUE, "tenants.organization")}


@pytest.fixture
def acme(now: datetime) -> Organization:
    return create_organization(now)


@pytest.fixture
def maker() -> User:
    return create_staff("maker", "Billing")


def posted_causes(kind: str) -> set[str]:
    """Return the types of the causes of what was posted of a kind."""
    return set(Transfer.objects.filter(kind=kind).values_list("cause_type", flat=True))


def check() -> None:
    assert posted_families() - FAMILIES - BY_HAND == set()
    assert dead_ends() == []


def test_contracts(acme: Organization, now: datetime) -> None:
    contract = active(acme, now, credit="1200", service="1200", bonus="30")
    first, second = rows(contract)[:2]
    discount(acme, "20", now)
    pay(second, now)
    recognize_service_revenue(contract_id=contract.pk, now=now + timedelta(days=60))
    receive_payment(
        Receipt(
            installment_id=second.pk,
            amount=to_micros("10"),
            key="beyond",
            received_in=Role.CASH,
            reference="pi",
            created_by="system:stripe",
        ),
        now=now,
    )
    order = RefundOrder(amount=Micros(to_micros("10")), key="re_beyond", created_by="system:stripe", reason="Too much")
    refund_surplus(installment_id=second.pk, order=order, now=now)
    refund(first, "200", now, key="re_first")
    second.refresh_from_db()
    refund(second, "180", now, key="re_second", paid_to=Role.MANUAL_RECEIPTS)
    assert Installment.objects.filter(state="reversed").count() == 2
    undo_installment_refund(organization=acme, key="re_first", reason="Failed", created_by="system:stripe", now=now)
    bill_agreement(agreement_id=agreement(acme, now).pk, now=now)
    check()
    causes = set(Transfer.objects.values_list("cause_type", flat=True))
    assert causes >= {
        "contracts.contract",
        "contracts.installment",
        "contracts.installment_refund",
        "contracts.service_agreement",
        "contracts.service_revenue",
    }


def test_vouchers_holds_and_time(acme: Organization, now: datetime) -> None:
    voucher = create_voucher(now)
    redeem(acme, "WELCOME", now)
    capture(acme, reserve(acme, "2", now).pk, "1", now)
    revoke_voucher(voucher_id=voucher.pk, reason="Printed twice", by=staff(), now=now)
    take_back_chunk(batch_id=voucher.batch_id, voucher_id=voucher.pk, now=now)
    create_grant(acme, "5", now, expires_at=now + timedelta(hours=1))
    wallets.expire_grants(now=now + timedelta(hours=2))
    check()
    assert posted_causes("grant") == {"vouchers.redemption", "tenants.organization"}
    assert posted_causes("usage") == {"ledger.hold"}
    assert posted_causes("reversal") == {"vouchers.redemption"}
    assert posted_causes("expiry") == {"wallets.grant"}


def order(customer: Organization, amount: str, kind: type[CustomerAction], **details: Any) -> CustomerAction:
    micros = to_micros(amount)
    common = {"currency": customer.currency, "reason": "Asked for", "key": f"staff:{uuid4()}"}
    return kind(organization_id=customer.pk, amount_micros=micros, **common, **details)


def test_staff(acme: Organization, maker: User, now: datetime) -> None:
    later = create_organization(now, "later", billing_mode="postpaid", postpaid_limit_micros=to_micros("100"))
    charge(later, "30", now)
    for action in (
        order(acme, "10", GrantCredit),
        order(acme, "4", GrantCredit),
        order(acme, "3", DeductCredit),
        order(later, "5", WriteOffDebt),
        order(later, "30", SettleByBankTransfer, reference="R1"),
    ):
        submit(action, by=maker, now=now)
    over = Grant.objects.get(organization=later)
    gift = Grant.objects.filter(organization=acme).latest("pk")
    deducted = Transfer.objects.get(kind="adjustment", cause_type="approvals.action")
    for action in (
        order(later, "2", RefundGrant, grant_id=over.pk),
        order(acme, "3", ReverseTransfer, transfer_id=deducted.pk),
        order(acme, "4", RevokeGrant, grant_id=gift.pk),
    ):
        submit(action, by=maker, now=now)
    check()
    for kind in ("grant", "payment", "write_off", "refund", "reversal"):
        assert posted_causes(kind) == {"approvals.action"}
    assert posted_causes("adjustment") == {"approvals.action", "ledger.transfer"}


def test_a_transfer_that_goes_with_another_leads_to_it(now: datetime) -> None:
    later = create_organization(now, "later", billing_mode="postpaid", postpaid_limit_micros=to_micros("100"))
    main = charge(later, "30", now)
    (owed,) = Transfer.objects.filter(kind="adjustment")
    assert (owed.cause_type, owed.cause_id) == ("ledger.transfer", str(main.number))
    check()
