"""Before money is returned, all payments of the same invoice are booked, whichever way the rest of it was paid."""

from datetime import datetime

import pytest

from apps.common.money import to_micros
from apps.payments.errors import NotReadyYet
from apps.payments.models import StripeInvoice, StripePayment
from apps.payments.services.reversals import StripeContext, look_up_sibling_payments, require_settled_siblings
from apps.payments.stripe_objects import RefundFacts
from tests.invoices import factories
from tests.payments.desk import Desk

pytestmark = pytest.mark.django_db
PAID = StripeInvoice.State.PAID


@pytest.fixture
def refund(desk: Desk, now: datetime) -> RefundFacts:
    """The refund of the first half of an invoice; of the second part nothing is known here yet."""
    owner = factories.create_customer(now, factories.create_seller(now))
    factories.invoice(owner, now, "100")
    desk.settle_all()
    url = StripeInvoice.objects.get().hosted_url
    desk.press(url, action="part")
    desk.settle_all()
    made = desk.refund(1_000)
    desk.press(url, action="part")
    return RefundFacts.read(made)


def looked_up(refund: RefundFacts, **stored: object) -> StripeContext:
    """Look the payments up with these values in the invoice's row."""
    StripeInvoice.objects.update(**stored)
    return look_up_sibling_payments(refund)


@pytest.mark.parametrize(
    "stored",
    [{}, {"state": PAID, "settled_here_micros": to_micros("29.75")}],
    ids=["partly paid", "its rest was paid here"],
)
def test_a_refund_waits_for_another_part_of_its_invoice(
    desk: Desk, refund: RefundFacts, stored: dict[str, object]
) -> None:
    looked = looked_up(refund, **stored)
    assert len({key for key, _ in looked.siblings}) == 2
    with pytest.raises(NotReadyYet):
        require_settled_siblings(looked)


def test_it_goes_on_once_that_part_is_booked(desk: Desk, refund: RefundFacts) -> None:
    looked = looked_up(refund)
    desk.settle_all()
    assert StripePayment.objects.count() == 2
    require_settled_siblings(looked)


def test_an_invoice_that_stripe_collected_in_full_is_not_looked_up(desk: Desk, refund: RefundFacts) -> None:
    assert looked_up(refund, state=PAID) == StripeContext()
    require_settled_siblings(None)
