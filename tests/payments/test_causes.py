"""Transfers of Stripe's events have their cause: checkouts, payments, invoices, refunds and disputes."""

from datetime import datetime

from apps.ledger.models import Transfer
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from tests.causes import FAMILIES, dead_ends, posted_families
from tests.payments.desk import Desk
from tests.payments.test_all_flows import contracts, postpaid, top_ups

BY_HAND = {("usage", Role.WALLET, Role.REVENUE, "tenants.organization")}


def test_each_family_has_the_cause_that_is_meant_for_it(desk: Desk, acme: Organization, now: datetime) -> None:
    top_ups(desk, acme, now)
    contracts(desk, now)
    postpaid(desk, now)
    desk.deliver()
    assert posted_families() - FAMILIES - BY_HAND == set()
    assert dead_ends() == []
    assert set(Transfer.objects.values_list("cause_type", flat=True)) >= {
        "payments.checkout_session",
        "invoices.invoice",
        "payments.refund",
        "payments.dispute",
        "contracts.installment_refund",
    }
