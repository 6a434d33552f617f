"""What Stripe Tax reports of an invoice: after lost answers, refunds that failed, and debts that were written off."""

from datetime import datetime, timedelta

import pytest

from apps.billing_profiles.models import Seller
from apps.common.money import to_micros
from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document
from apps.payments.errors import StripeUnavailable
from apps.payments.models import StripeRequest
from apps.payments.services import report_tax
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import balance_of
from local_stripe.faults import Fault
from tests.invoices.factories import create_customer, create_seller, draft, finalize, pay, terms
from tests.payments.desk import Desk
from tests.payments.test_stripe_tax import calculation_count, fresh, issue, reported
from tests.payments.test_top_ups import buy

BY = "staff:ann"


@pytest.fixture
def seller(db: None, now: datetime) -> Seller:
    return create_seller(now, tax_engine="stripe", bad_debt_relief="at_write_off")


@pytest.fixture
def acme(seller: Seller, now: datetime) -> Organization:
    return create_customer(now, seller)


def taxed_draft(desk: Desk, acme: Organization, now: datetime, *amounts: str) -> Document:
    made = draft(acme, now, *amounts)
    desk.run(now)
    return fresh(made)


def invoice(desk: Desk, acme: Organization, now: datetime, *amounts: str) -> Document:
    """Return a finalized invoice that was reported to Stripe Tax."""
    final = finalize(taxed_draft(desk, acme, now, *amounts), now)
    desk.settle_all()
    return final


def in_all(desk: Desk) -> tuple[int, int]:
    """Return the sums of all transactions at Stripe Tax: amount and tax, in cents."""
    lines = [line for _, made in reported(desk) for line in made]
    return sum(line[1] for line in lines), sum(line[2] for line in lines)


def credit(document: Document, now: datetime, amount: str) -> Document:
    wanted = services.CreditTerms(reason="r", amount=to_micros(amount))
    return services.credit_invoice(document_id=document.pk, terms=wanted, created_by=BY, now=now)


class TestALostAnswer:
    @pytest.fixture
    def lost(self, desk: Desk, acme: Organization, now: datetime) -> Document:
        """An invoice that was reported to Stripe, whose answer was lost and whose idempotency key has since expired."""
        final = finalize(taxed_draft(desk, acme, now, "100"), now)
        desk.local.faults.add(Fault("drop_after", path="/v1/tax/transactions", times=3))
        with pytest.raises(StripeUnavailable):
            report_tax(document_id=final.pk, now=now)
        desk.local.forget_keys()
        assert len(reported(desk)) == 1
        return final

    def test_of_a_sale_counts_as_reported(self, desk: Desk, lost: Document, now: datetime) -> None:
        report_tax(document_id=lost.pk, now=now + timedelta(days=2))
        assert (in_all(desk), issue()) == ((10_000, 1_900), None)
        assert StripeRequest.objects.get(operation="tax_transaction.create").state == "done"

    def test_of_a_sale_asks_staff_for_its_id_once_it_is_credited(
        self, desk: Desk, lost: Document, now: datetime
    ) -> None:
        report_tax(document_id=lost.pk, now=now + timedelta(days=2))
        note = credit(lost, now, "40")
        desk.run(now)
        found = issue()
        assert found is not None
        assert "the transaction's id was lost" in found.detail
        (there,) = desk.account.store.all("tax.transaction")
        report_tax(document_id=note.pk, transaction="tax_another", now=now)
        assert issue() is not None
        report_tax(document_id=note.pk, transaction=there["id"], now=now)
        assert (in_all(desk), issue()) == ((6_000, 1_140), None)

    def test_of_a_reversal_counts_as_reported(self, desk: Desk, acme: Organization, now: datetime) -> None:
        note = credit(invoice(desk, acme, now, "100"), now, "40")
        desk.local.faults.add(Fault("drop_after", path="/v1/tax/transactions", times=3))
        with pytest.raises(StripeUnavailable):
            report_tax(document_id=note.pk, now=now)
        desk.local.forget_keys()
        report_tax(document_id=note.pk, now=now + timedelta(days=2))
        assert (in_all(desk), issue()) == ((6_000, 1_140), None)


class TestCreditWhoseRefundFailedLate:
    def test_is_reported_as_sold_again(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.press(buy(acme, now))
        desk.settle_all()
        for amount in (None, None):
            refund = desk.refund(amount)
            desk.settle_all()
            assert in_all(desk) == (0, 0)
            desk.fail_refund(refund)
            desk.settle_all()
            assert (in_all(desk), issue()) == ((2_500, 475), None)
        assert balance_of(acme.pk, Role.TAX) == to_micros("4.75")
        assert calculation_count(desk) == 3, "one calculation can be reported once"

    def test_in_part_is_reported_in_part(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.press(buy(acme, now))
        desk.settle_all()
        refund = desk.refund(1_190)
        desk.settle_all()
        assert in_all(desk) == (1_500, 285)
        desk.fail_refund(refund)
        desk.settle_all()
        assert (in_all(desk), issue()) == ((2_500, 475), None)


class TestADebtWhoseTaxIsNotOwed:
    def test_is_taken_back_and_sold_again_as_it_is_paid(self, desk: Desk, acme: Organization, now: datetime) -> None:
        final = invoice(desk, acme, now, "100")
        left = to_micros("119")
        services.write_off_invoice(document_id=final.pk, left=left, reason="r", created_by=BY, now=now)
        desk.settle_all()
        assert (in_all(desk), balance_of(acme.pk, Role.TAX)) == ((0, 0), 0)
        pay(acme, "59.50", now, invoice_id=final.pk)
        desk.settle_all()
        assert (in_all(desk), balance_of(acme.pk, Role.TAX)) == ((5_000, 950), to_micros("9.50"))
        services.reopen_invoice(document_id=final.pk, created_by=BY, now=now)
        desk.settle_all()
        assert (in_all(desk), issue()) == ((10_000, 1_900), None)
        credit(fresh(final), now, "80")
        desk.settle_all()
        assert (in_all(desk), balance_of(acme.pk, Role.TAX)) == ((2_000, 380), to_micros("3.80"))

    def test_is_taken_back_of_each_product_by_what_is_left_of_it(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        lines = [*terms("100").lines, *terms("50", product="credit").lines]
        made = services.draft_invoice(organization=acme, terms=services.DraftTerms(lines=lines), created_by=BY, now=now)
        desk.run(now)
        final = finalize(fresh(made), now)
        desk.settle_all()
        line = final.lines.get(product="credit")
        wanted = services.CreditTerms(reason="r", lines={line.pk: to_micros("50")})
        services.credit_invoice(document_id=final.pk, terms=wanted, created_by=BY, now=now)
        services.write_off_invoice(document_id=final.pk, left=to_micros("119"), reason="r", created_by=BY, now=now)
        desk.settle_all()
        assert (in_all(desk), issue(), invoice_mismatches()) == ((0, 0), None, [])

    def test_stays_reported_where_the_authority_gives_nothing_back(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        Seller.objects.update(bad_debt_relief="none")
        final = invoice(desk, acme, now, "100")
        services.write_off_invoice(document_id=final.pk, left=to_micros("119"), reason="r", created_by=BY, now=now)
        desk.settle_all()
        assert in_all(desk) == (10_000, 1_900)
