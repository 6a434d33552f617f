"""A postpaid customer's unapplied money will pay its debt, so it counts against what is owed; it is no credit."""

from datetime import datetime

import pytest

from apps.common.money import to_micros
from apps.wallets import services
from apps.wallets.accounts import Role
from apps.wallets.errors import BudgetExceeded
from apps.wallets.selectors import wallet_figures
from tests.factories import cause_of, charge, create_organization, reserve


def keep(organization, amount, now, key="u"):
    services.post_transfer(
        organization=organization,
        booking=services.Booking(
            source=Role.MANUAL_RECEIPTS,
            destination=Role.UNAPPLIED,
            amount=to_micros(amount),
            kind="payment",
            key=key,
            cause=cause_of(organization),
            created_by="staff:ann",
        ),
        now=now,
    )


@pytest.mark.django_db
def test_it_lowers_what_a_postpaid_customer_owes_and_lets_it_spend_more(now: datetime) -> None:
    acme = create_organization(now, billing_mode="postpaid", postpaid_limit_micros=to_micros("20"))
    charge(acme, "15", now)
    keep(acme, "5", now)
    figures = wallet_figures(acme, now)
    assert (figures.outstanding_micros, figures.available_micros) == (to_micros("10"), to_micros("10"))
    keep(acme, "30", now, "more")
    figures = wallet_figures(acme, now)
    assert (figures.debt_micros, figures.outstanding_micros) == (to_micros("15"), 0)
    assert figures.available_micros == to_micros("40")
    with pytest.raises(BudgetExceeded):
        reserve(acme, "40.000001", now, key="too much")
    reserve(acme, "40", now)
    assert wallet_figures(acme, now).available_micros == 0


@pytest.mark.django_db
def test_it_is_no_credit_of_a_prepaid_customer(now: datetime) -> None:
    acme = create_organization(now)
    keep(acme, "30", now)
    assert wallet_figures(acme, now).available_micros == 0
    with pytest.raises(BudgetExceeded):
        reserve(acme, "0.000001", now)
