"""Credit sold on account whose invoice Stripe collects: it comes with the payment and goes with a lost dispute."""

import pytest

from apps.common.money import to_micros
from apps.invoices import services
from apps.invoices.models import Document
from apps.payments.models import StripeInvoice
from apps.wallets.selectors import wallet_figures
from tests.invoices import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(db, now):
    return factories.create_customer(now, factories.create_seller(now))


@pytest.fixture
def sold(desk, acme, now):
    """An invoice over 100.00 of credit with 7 % of tax, at Stripe."""
    draft = services.draft_credit_sale(
        organization=acme, amount=to_micros("100"), reason="r", created_by="staff:ann", now=now
    )
    made = factories.finalize(draft, now)
    desk.settle_all()
    return made


def held(acme, sold, now):
    sold.refresh_from_db()
    return sold.state, wallet_figures(acme, now).balance_micros // 10_000


def test_comes_by_parts_from_stripe_and_from_the_bank(desk, acme, sold, now):
    assert held(acme, sold, now) == ("open", 0)
    desk.press(StripeInvoice.objects.get().hosted_url, action="part")
    desk.settle_all()
    assert held(acme, sold, now) == ("part_paid", 5_000)
    factories.pay(acme, "53.50", now)
    desk.settle_all()
    assert held(acme, sold, now) == ("paid", 10_000)
    assert desk.take("invoice")["amount_remaining"] == 0


def test_goes_with_a_lost_dispute(desk, acme, sold, now):
    desk.press(StripeInvoice.objects.get().hosted_url)
    desk.settle_all()
    assert held(acme, sold, now) == ("paid", 10_000)
    dispute = desk.dispute()
    desk.settle_all()
    desk.close_dispute(dispute, "lost")
    desk.settle_all()
    assert held(acme, sold, now) == ("paid", 0)
    assert Document.objects.get(type="credit_note").total_micros == to_micros("107")


def test_that_is_written_off_brings_none(desk, acme, sold, now):
    services.write_off_invoice(document_id=sold.pk, left=to_micros("107"), reason="r", created_by="staff:ann", now=now)
    desk.settle_all()
    assert held(acme, sold, now) == ("uncollectible", 0)
    assert desk.take("invoice")["status"] == "uncollectible"
