"""Books closed through October stay as they are, whatever Stripe reports later about October's payments."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db.models import Sum

from apps.billing_profiles.models import Seller
from apps.common.periods import parse_month
from apps.contracts.consistency import contract_mismatches
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document
from apps.invoices.selectors import receivables
from apps.invoices.tax_report import TaxPeriod, reliefs_in, tax_by_month
from apps.ledger.models import Entry
from apps.payments.models import StripeEvent, StripeInvoice, StripePayment
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.usage.services import check_usage, close_month
from local_stripe import money
from local_stripe.shapes import Body
from tests.contracts.factories import offer
from tests.factories import charge as spend
from tests.invoices import factories
from tests.payments.desk import Desk
from tests.payments.standing import Standing
from tests.payments.test_contracts import subscribe
from tests.payments.test_top_ups import buy

pytestmark = pytest.mark.django_db
IN_SEPTEMBER = datetime(2026, 9, 10, 9, tzinfo=UTC)
IN_OCTOBER = datetime(2026, 10, 20, 9, tzinfo=UTC)
IN_NOVEMBER = datetime(2026, 11, 18, 12, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
BOUGHT = ("a service", "credit", "an installment", "usage")


def move_to(desk: Desk, now: datetime) -> None:
    desk.now = now
    desk.clock.move_to(now)


def press_newest(desk: Desk) -> None:
    """Pay the newest invoice at Stripe, without delivering what Stripe then reports."""
    desk.press(StripeInvoice.objects.latest("pk").hosted_url)


def pay_in_october(desk: Desk) -> Organization:
    """A customer who paid an invoice by hand, credit and an installment, one who paid usage, and an unpaid invoice."""
    move_to(desk, IN_SEPTEMBER)
    seller = factories.create_seller_with_one_rate(IN_SEPTEMBER, review_days=0)
    acme = factories.create_customer(IN_SEPTEMBER, seller)
    owing = factories.create_customer(
        IN_SEPTEMBER, seller, "owing", billing_mode="postpaid", postpaid_limit_micros=1_000_000_000
    )
    spend(owing, "50", IN_SEPTEMBER)
    move_to(desk, IN_OCTOBER)
    factories.invoice(acme, IN_OCTOBER, "100")
    desk.settle_all()
    press_newest(desk)
    desk.settle_all()
    desk.press(buy(acme, IN_OCTOBER, currency="EUR"))
    desk.settle_all()
    desk.press(subscribe(offer(acme, IN_OCTOBER, "2026-10-10", months=2, credit="200", service="200"), IN_OCTOBER))
    desk.settle_all()
    factories.invoice_usage(owing, "2026-09", IN_OCTOBER)
    desk.settle_all()
    press_newest(desk)
    desk.settle_all()
    factories.invoice(acme, IN_OCTOBER, "300")
    desk.settle_all()
    assert StripePayment.objects.count() == len(BOUGHT)
    return acme


def close_october(desk: Desk) -> None:
    move_to(desk, IN_NOVEMBER)
    close_month(month=parse_month("2026-10"), closed_by="staff:ann", now=IN_NOVEMBER)
    Seller.objects.update(closed_through=LAST)


def october() -> list[object]:
    """What the books, the documents, the list of receivables and the tax reports say about October."""
    seller = Seller.objects.get()
    accounts = Entry.objects.filter(effective_at__lt=NOVEMBER).order_by("account_id").values_list("account_id")
    by_tax_date = TaxPeriod(seller=seller, first=FIRST, last=LAST)
    return [
        list(accounts.annotate(Sum("amount_micros"))),
        receivables(seller, LAST),
        tax_by_month(by_tax_date),
        tax_by_month(replace(by_tax_date, by="issue_date")),
        reliefs_in(by_tax_date),
    ]


def charge_of(desk: Desk, bought: str) -> Body:
    """The charge at Stripe of one of October's payments."""
    payment = StripePayment.objects.order_by("pk")[BOUGHT.index(bought)]
    return desk.account.get(
        "charge", payment.charge_id or desk.account.get("payment_intent", payment.payment_intent_id)["latest_charge"]
    )


def refund(desk: Desk, charge: Body) -> None:
    with desk.account.store.transaction():
        money.refund(desk.account, charge, charge["amount"] // 2, metadata={})


def refund_that_fails(desk: Desk, charge: Body) -> None:
    refund(desk, charge)
    desk.settle_all()
    desk.fail_refund(desk.take("refund"))


def dispute(desk: Desk, charge: Body) -> None:
    with desk.account.store.transaction():
        money.dispute(desk.account, charge, inquiry=False)


def dispute_that_is(outcome: str) -> Callable[[Desk, Body], None]:
    def decide(desk: Desk, charge: Body) -> None:
        dispute(desk, charge)
        desk.settle_all()
        desk.close_dispute(desk.take("dispute"), outcome)

    return decide


LATE = {
    "a refund": refund,
    "a refund that failed": refund_that_fails,
    "a dispute": dispute,
    "a lost dispute": dispute_that_is("lost"),
    "a won dispute": dispute_that_is("won"),
}


class TestOctober:
    begins_with = staticmethod(pay_in_october)

    @pytest.mark.parametrize("bought", BOUGHT)
    @pytest.mark.parametrize("late", LATE)
    def test_does_not_change_by_money_that_went_back_before_the_close_and_is_told_later(
        self, desk: Desk, late: str, bought: str, standing: Standing
    ) -> None:
        LATE[late](desk, charge_of(desk, bought))
        close_october(desk)
        before, posted = october(), Entry.objects.count()
        desk.settle_all()
        assert october() == before
        assert Entry.objects.count() > posted, "it is booked, in the open month"
        self.check()

    @pytest.mark.parametrize("late", LATE)
    def test_does_not_change_by_money_that_goes_back_after_the_close(
        self, desk: Desk, late: str, standing: Standing
    ) -> None:
        """The money of one payment after the other."""
        close_october(desk)
        before = october()
        for bought in BOUGHT:
            posted = Entry.objects.count()
            LATE[late](desk, charge_of(desk, bought))
            desk.settle_all()
            assert october() == before, bought
            assert Entry.objects.count() > posted, f"{bought}: it is booked, in the open month"
        self.check()

    def test_does_not_change_by_a_payment_that_is_told_late(self, desk: Desk, standing: Standing) -> None:
        press_newest(desk)
        desk.press(buy(Organization.objects.get(slug="acme"), IN_OCTOBER, key="k2", currency="EUR"))
        close_october(desk)
        before = october()
        desk.settle_all()
        assert october() == before
        assert Document.objects.get(net_micros=300_000_000).paid_on == IN_NOVEMBER.date()
        self.check()

    def check(self) -> None:
        found = (*invoice_mismatches(), *contract_mismatches(), *check_usage())
        assert [str(each) for each in found] == []
        assert all(compare_clearing(each, IN_NOVEMBER) for each in Organization.objects.all())
        assert not StripeEvent.objects.filter(state__in=["received", "parked"]).exists()
