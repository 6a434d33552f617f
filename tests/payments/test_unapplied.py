"""Unapplied money of a payment through Stripe pays an invoice by hand."""

from datetime import datetime

import pytest

from apps.common.money import to_micros
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.errors import AboveRemaining
from apps.payments.consistency import payment_mismatches
from apps.payments.errors import PaymentNotFound
from apps.payments.models import PaymentIssue, StripePayment
from apps.payments.services.unapplied import apply_unapplied, update_unapplied_issue
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances
from tests.causes import FAMILIES, posted_families
from tests.factories import cause_of
from tests.invoices.factories import create_customer, create_seller, invoice


@pytest.mark.django_db
def test_money_that_nothing_asked_for_pays_an_invoice_up_to_what_is_left_of_both(now: datetime) -> None:
    seller = create_seller(now)
    acme, other = create_customer(now, seller), create_customer(now, seller, "other")
    paid = StripePayment.objects.create(
        organization=acme,
        key="p",
        amount_micros=to_micros("50"),
        unapplied_micros=to_micros("50"),
        unapplied_reason="Nothing asked for it",
        currency="EUR",
        settled_at=now,
        created_at=now,
    )
    wallets.post_transfer(
        organization=acme,
        booking=wallets.Booking(
            source=Role.CASH,
            destination=Role.UNAPPLIED,
            amount=to_micros("50"),
            kind="payment",
            key="p",
            cause=cause_of(acme),
            created_by="system:test",
        ),
        now=now,
    )
    update_unapplied_issue(paid, now=now)
    first, second, foreign = invoice(acme, now, "30"), invoice(acme, now, "30"), invoice(other, now, "1")
    given = {"payment_id": paid.pk, "created_by": "staff:ann", "now": now}
    for _ in range(2):
        apply_unapplied(**given, document_id=first.pk, amount=to_micros("35.70"), key="a")
    first.refresh_from_db()
    assert (first.state, account_balances(acme)[Role.UNAPPLIED]) == ("paid", to_micros("14.30"))
    assert PaymentIssue.objects.get().actual_micros == to_micros("14.30")
    for amount, document, error in (
        ("14.31", second, AboveRemaining),
        ("1", first, AboveRemaining),
        ("1", foreign, PaymentNotFound),
    ):
        with pytest.raises(error):
            apply_unapplied(**given, document_id=document.pk, amount=to_micros(amount), key="b")
    apply_unapplied(**given, document_id=second.pk, amount=to_micros("14.30"), key="c")
    assert PaymentIssue.objects.get().resolved_at is not None
    assert [str(each) for each in (*payment_mismatches(), *invoice_mismatches())] == []
    assert posted_families() - FAMILIES <= {("payment", Role.CASH, Role.UNAPPLIED, cause_of(acme).type)}
