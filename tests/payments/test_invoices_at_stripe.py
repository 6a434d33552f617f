"""Invoices written by hand and late fees at Stripe: how they are paid there, and what either side ends."""

from datetime import datetime, timedelta

import pytest

from apps.common.money import to_micros
from apps.contracts import services as contracts
from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document
from apps.payments.models import PaymentIssue, StripeEvent, StripeInvoice
from apps.payments.services import reconcile_organization
from apps.tenants.models import Organization
from local_stripe import credit_notes, invoice_payments
from local_stripe.shapes import Body
from tests.contracts.factories import agreement
from tests.invoices import factories
from tests.invoices.test_invoices import books
from tests.payments.desk import Desk
from tests.payments.standing import Standing

pytestmark = pytest.mark.django_db
BY = "staff:ann"


@pytest.fixture(autouse=True)
def _invoices_agree_with_the_ledger() -> object:
    yield
    assert [str(each) for each in invoice_mismatches()] == []
    assert not StripeEvent.objects.filter(state__in=["received", "parked"]).exists()


@pytest.fixture
def acme(db: None, now: datetime, standing: Standing | None) -> Organization:
    return Organization.objects.get(slug="acme") if standing else create_customer(now)


def create_customer(now: datetime) -> Organization:
    return factories.create_customer(now, factories.create_seller(now))


def invoice_by_hand(desk: Desk) -> Document:
    """An invoice of 119.00 with tax, written by hand, at Stripe."""
    document = factories.invoice(create_customer(desk.now), desk.now, "100")
    desk.settle_all()
    return document


@pytest.fixture
def made(db: None, standing: Standing) -> Document:
    return standing.reread(Document)


def invoices_there(desk: Desk) -> list[tuple[str, int]]:
    """Return the invoices at Stripe, newest first: status and amount remaining, in cents."""
    return [(one["status"], one["amount_remaining"]) for one in desk.account.store.all("invoice")]


def state_here(document: Document) -> tuple[str, int]:
    document.refresh_from_db()
    return document.state, document.left_micros // 10_000


def issues() -> list[str]:
    return [each.kind for each in PaymentIssue.objects.filter(resolved_at=None).order_by("pk")]


def url() -> str:
    return StripeInvoice.objects.latest("pk").hosted_url


class TestByHand:
    begins_with = staticmethod(invoice_by_hand)

    def test_an_invoice_written_by_hand_is_paid_at_stripe(self, desk, made):
        assert invoices_there(desk) == [("open", 11_900)]
        there = desk.take("invoice")
        (field,) = there["custom_fields"]
        assert (field["value"], there["metadata"]["number"]) == (made.number, made.number)
        assert made.number in there["description"]
        assert [item["amount"] for item in desk.account.store.all("invoiceitem")] == [11_900], "with tax, in one item"
        desk.press(url())
        desk.settle_all()
        assert (state_here(made), issues()) == (("paid", 0), [])

    def test_a_transfer_and_a_credit_note_leave_the_rest_to_pay_there(self, desk, acme, made, now):
        factories.pay(acme, "19", now)
        desk.settle_all()
        assert invoices_there(desk) == [("open", 10_000), ("void", 11_900)]
        terms = services.CreditTerms(reason="Less", amount=to_micros("20"))
        services.credit_invoice(document_id=made.pk, terms=terms, created_by=BY, now=now)
        desk.settle_all()
        assert (invoices_there(desk)[0], state_here(made)) == (("open", 7_620), ("part_paid", 7_620))
        factories.pay(acme, "76.20", now, key="b2")
        desk.settle_all()
        assert ({status for status, _ in invoices_there(desk)}, issues()) == ({"void"}, [])

    def test_the_rest_of_one_paid_in_part_there_is_collected_once(self, desk, acme, made, now):
        desk.press(url(), action="part")
        desk.settle_all()
        assert (invoices_there(desk), state_here(made)) == ([("open", 5_950)], ("part_paid", 5_950))
        factories.pay(acme, "19.50", now)
        desk.settle_all()
        assert (invoices_there(desk), state_here(made)) == ([("open", 4_000), ("paid", 0)], ("part_paid", 4_000))
        desk.press(url())
        desk.settle_all()
        reconcile_organization(organization=acme, now=now + timedelta(hours=3))
        assert (state_here(made), issues()) == (("paid", 0), [])
        assert books(acme) == {"cash": "-99.50", "manual_receipts": "-19.50", "revenue": "100.00", "tax": "19.00"}

    def test_the_rest_that_came_by_bank_cannot_be_paid_there_again(self, desk, acme, made, now):
        desk.press(url(), action="part")
        factories.pay(acme, "59.50", now)  # before the payment at Stripe is known here
        desk.settle_all()
        assert (invoices_there(desk), state_here(made), issues()) == ([("paid", 0)], ("paid", 0), [])
        assert books(acme) == {"cash": "-59.50", "manual_receipts": "-59.50", "revenue": "100.00", "tax": "19.00"}

    def test_a_credit_note_over_the_rest_of_one_paid_in_part_there_ends_it_there(self, desk, acme, made, now):
        desk.press(url(), action="part")
        desk.settle_all()
        terms = services.CreditTerms(reason="Less", amount=to_micros("50"))
        services.credit_invoice(document_id=made.pk, terms=terms, created_by=BY, now=now)
        desk.settle_all()
        assert (invoices_there(desk), state_here(made), issues()) == ([("paid", 0)], ("paid", 0), [])
        assert books(acme) == {"cash": "-59.50", "revenue": "50.00", "tax": "9.50"}

    def test_money_that_both_sides_take_at_once_is_unapplied(self, desk, acme, made, now):
        desk.press(url(), action="part")
        desk.settle_all()
        desk.press(url())
        factories.pay(acme, "59.50", now)
        desk.settle_all()
        assert (invoices_there(desk), state_here(made)) == ([("paid", 0)], ("paid", 0))
        (found,) = PaymentIssue.objects.filter(resolved_at=None)
        assert (found.kind, found.actual_micros) == ("unapplied", to_micros("59.50"))
        assert books(acme)["unapplied"] == "59.50"

    @pytest.mark.parametrize("action", ["", "part"])
    def test_one_whose_debit_is_under_way_is_ended_after_the_debit_failed(self, desk, acme, made, now, action):
        if action:
            desk.press(url(), action=action)
            desk.settle_all()
        with desk.account.store.transaction():
            invoice_payments.promise(desk.account, desk.take("invoice"))
        factories.pay(acme, f"{made.left_micros / 10**6:.2f}", now, invoice_id=made.pk)
        desk.settle_all()
        reconcile_organization(organization=acme, now=now + timedelta(hours=3))
        assert (invoices_there(desk)[0][0], issues()) == ("open", ["schedule"])
        desk.settle_later(arrives=False)
        desk.settle_all()
        reconcile_organization(organization=acme, now=now + timedelta(hours=3))
        desk.settle_all()
        assert (invoices_there(desk)[0][0], issues()) == ("paid" if action else "void", [])

    def test_void_voids_it_there(self, desk, made, now):
        services.void_invoice(document_id=made.pk, reason="Wrong", created_by=BY, now=now)
        desk.settle_all()
        assert (invoices_there(desk), state_here(made), issues()) == ([("void", 11_900)], ("void", 0), [])

    @pytest.mark.parametrize("written_off", [False, True])
    def test_what_is_given_up_is_uncollectible_there_and_can_still_be_paid_there(self, desk, made, now, written_off):
        if written_off:
            left = to_micros("119")
            services.write_off_invoice(document_id=made.pk, left=left, reason="r", created_by=BY, now=now)
        else:
            services.mark_uncollectible(document_id=made.pk, reason="r", created_by=BY, now=now)
        desk.settle_all()
        assert (invoices_there(desk), issues()) == ([("uncollectible", 11_900)], [])
        assert StripeInvoice.objects.get().state == "uncollectible"
        desk.press(url())
        desk.settle_all()
        assert (state_here(made), invoices_there(desk), issues()) == (("paid", 0), [("paid", 0)], [])

    def test_what_is_taken_up_again_has_a_new_one_there(self, desk, acme, made, now):
        services.mark_uncollectible(document_id=made.pk, reason="r", created_by=BY, now=now)
        desk.settle_all()
        services.reopen_invoice(document_id=made.pk, created_by=BY, now=now)
        desk.settle_all()
        assert invoices_there(desk) == [("open", 11_900), ("void", 11_900)]
        services.mark_uncollectible(document_id=made.pk, reason="r", created_by=BY, now=now)
        desk.settle_all()
        factories.pay(acme, "119", now, invoice_id=made.pk)
        desk.settle_all()
        assert (invoices_there(desk), state_here(made)) == ([("void", 11_900), ("void", 11_900)], ("paid", 0))

    @pytest.mark.parametrize("status", ["void", "uncollectible"])
    def test_what_staff_end_at_stripe_is_an_issue_until_it_is_settled_here(self, desk, acme, made, now, status):
        desk.end_invoice(status)
        desk.settle_all()
        (found,) = PaymentIssue.objects.all()
        assert (found.kind, found.expected_micros, state_here(made)) == ("schedule", to_micros("119"), ("open", 11_900))
        reconcile_organization(organization=acme, now=now + timedelta(hours=3))
        assert issues() == ["schedule"], "the daily comparison finds both ended, and ours is still due"
        if status == "void":
            services.void_invoice(document_id=made.pk, reason="r", created_by=BY, now=now)
        else:
            services.mark_uncollectible(document_id=made.pk, reason="r", created_by=BY, now=now)
        desk.settle_all()
        assert (issues(), invoices_there(desk)) == ([], [(status, 11_900)])

    def test_what_was_given_up_there_by_hand_cannot_be_paid_twice(self, desk, acme, made, now):
        desk.end_invoice("uncollectible")
        desk.settle_all()
        factories.pay(acme, "119", now)
        desk.settle_all()
        assert (invoices_there(desk), state_here(made), issues()) == ([("void", 11_900)], ("paid", 0), [])

    def test_what_is_marked_paid_there_is_money_received_by_bank(self, desk, made):
        desk.pay_invoice_elsewhere()
        desk.settle_all()
        assert (state_here(made), issues()) == (("paid", 0), [])
        assert made.applications.get().money.received_in == "manual_receipts"


@pytest.mark.parametrize("paid", ["by unapplied money", "before it is told"])
def test_an_invoice_that_is_paid_already_is_not_asked_for_at_stripe(desk, acme, now, paid):
    if paid == "by unapplied money":
        factories.pay(acme, "119", now)
    made = factories.invoice(acme, now, "100")
    if paid == "before it is told":
        factories.pay(acme, "119", now)
    desk.settle_all()
    assert (state_here(made), invoices_there(desk), issues()) == (("paid", 0), [], [])


def test_the_period_of_an_agreement_is_asked_for_at_stripe(desk, acme, now):
    contracts.bill_agreement(agreement_id=agreement(acme, now, bill_by="invoice").pk, now=now)
    desk.settle_all()
    made = Document.objects.get()
    assert (made.kind, invoices_there(desk)) == ("agreement", [("open", made.total_micros // 10_000)])
    desk.press(url())
    desk.settle_all()
    assert state_here(made) == ("paid", 0)


def test_a_late_fee_is_asked_for_at_stripe(desk, acme, now):
    line = services.LineTerms(text="Late fee", amount=to_micros("5"), product="fee")
    terms = services.DraftTerms(lines=[line])
    draft = services.draft_invoice(organization=acme, terms=terms, kind="fee", created_by="system:dunning", now=now)
    fee = factories.finalize(draft, now)
    desk.settle_all()
    assert invoices_there(desk) == [("open", 500)]
    desk.press(url())
    desk.settle_all()
    assert state_here(fee) == ("paid", 0)


def credit_at_stripe(desk: Desk, amount: int, **more: int) -> Body:
    """A credit note that staff make on the newest invoice at Stripe, in cents."""
    with desk.account.store.transaction():
        made = credit_notes.create(desk.account, {"invoice": desk.take("invoice")["id"], "amount": amount, **more})
    desk.settle_all()
    return made


def notes() -> list[tuple[int, int, str]]:
    """The credit notes here, oldest first: net and tax in cents, and where the paid part went."""
    found = Document.objects.filter(type="credit_note").order_by("sequence")
    return [(each.net_micros // 10_000, each.tax_micros // 10_000, each.returned_to) for each in found]


class TestCreditNotesMadeAtStripe:
    begins_with = staticmethod(invoice_by_hand)

    def test_are_made_here_and_the_rest_is_paid_there(self, desk, made):
        credit_at_stripe(desk, 3_970)
        assert (notes(), state_here(made), invoices_there(desk)) == (
            [(3_337, 633, "")],
            ("open", 7_930),
            [("open", 7_930)],
        )
        credit_at_stripe(desk, 3_970)
        desk.press(url())
        desk.settle_all()
        assert (state_here(made), invoices_there(desk), issues()) == (("paid", 0), [("paid", 0)], [])
        assert [sum(each[:2]) for each in notes()] == [3_970, 3_970]

    def test_over_the_whole_void_it(self, desk, made):
        credit_at_stripe(desk, 11_900)
        assert (state_here(made), notes(), issues()) == (("void", 0), [(10_000, 1_900, "")], [])

    def test_that_come_after_the_payment_settle_the_rest(self, desk, made):
        with desk.account.store.transaction():
            credit_notes.create(desk.account, {"invoice": desk.take("invoice")["id"], "amount": 1_900})
        desk.press(url())
        for event in sorted(desk.events(), key=lambda each: each["type"] != "invoice.paid"):
            desk.delivered.add(event["id"])
            desk.post(event)
        desk.settle_all()
        assert (state_here(made), issues()) == (("paid", 0), [])

    def test_that_refund_are_credited_once_with_the_refund(self, desk, acme, made):
        desk.press(url())
        desk.settle_all()
        credit_at_stripe(desk, 5_950, refund_amount=5_950)
        assert (state_here(made), notes(), issues()) == (("paid", 0), [(5_000, 950, "cash")], [])
        assert books(acme) == {"cash": "-59.50", "revenue": "50.00", "tax": "9.50"}

    def test_that_return_money_otherwise_are_an_issue_with_the_sum(self, desk, made):
        desk.press(url())
        desk.settle_all()
        credit_at_stripe(desk, 5_950, out_of_band_amount=5_950)
        (found,) = PaymentIssue.objects.filter(resolved_at=None)
        assert (found.kind, found.actual_micros, notes()) == ("credit_note", to_micros("59.50"), [])

    def test_over_more_than_is_left_here_are_an_issue_with_the_sum(self, desk, acme, made, now):
        factories.pay(acme, "100", now)
        credit_at_stripe(desk, 3_000)
        (found,) = PaymentIssue.objects.filter(kind="credit_note", resolved_at=None)
        assert (found.actual_micros, state_here(made)) == (to_micros("30"), ("part_paid", 1_900))

    def test_that_are_voided_there_are_an_issue_since_ours_stands(self, desk, made):
        note = credit_at_stripe(desk, 1_900)
        with desk.account.store.transaction():
            credit_notes.void(desk.account, note)
        desk.settle_all()
        (found,) = PaymentIssue.objects.filter(kind="credit_note", resolved_at=None)
        assert (found.actual_micros, state_here(made)) == (to_micros("19"), ("open", 10_000))


def test_money_that_goes_back_by_refunds_is_credited_to_the_last_cent(desk, acme, now):
    document = factories.invoice(acme, now, "10.01")
    desk.settle_all()
    desk.press(url())
    desk.settle_all()
    for amount in (397, 397, 397):
        desk.refund(amount)
        desk.settle_all()
    assert (state_here(document), notes()) == (("paid", 0), [(334, 63, "cash"), (334, 63, "cash"), (333, 64, "cash")])
    assert books(acme) == {}


class TestMoneyThatGoesBack:
    begins_with = staticmethod(invoice_by_hand)

    def test_by_a_refund_that_fails_late_is_unapplied(self, desk, acme, made):
        desk.press(url())
        desk.settle_all()
        refund = desk.refund(1_190)
        desk.settle_all()
        desk.fail_refund(refund)
        desk.settle_all()
        assert books(acme) == {"cash": "-119.00", "revenue": "90.00", "tax": "17.10", "unapplied": "11.90"}

    @pytest.mark.parametrize(("outcome", "credited"), [("won", []), ("lost", [(10_000, 1_900, "disputes")])])
    def test_by_a_lost_dispute_is_credited(self, desk, made, outcome, credited):
        desk.press(url())
        desk.settle_all()
        dispute = desk.dispute()
        desk.settle_all()
        desk.close_dispute(dispute, outcome)
        desk.settle_all()
        assert (state_here(made), notes()) == (("paid", 0), credited)
