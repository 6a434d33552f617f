"""Payments that differ from the requested amount: taxes, discounts, balances, several payments, credit notes."""

from typing import Any

import pytest
import stripe

from local_stripe import taxes
from local_stripe.discounts import discount_customer
from local_stripe.server import LocalStripe
from local_stripe.totals import Line, Rate, Reduction, reckon
from tests.local_stripe.conftest import event_types, invoice_over, session_params


@pytest.fixture
def customer(v1: Any) -> str:
    return str(v1.customers.create({"name": "Acme"}).id)


def fifty(**changes: Any) -> dict[str, Any]:
    """The parameters of a session over 50 dollars."""
    price = {"currency": "usd", "unit_amount": 5_000, "product_data": {"name": "Credit"}}
    return session_params(line_items=[{"price_data": price, "quantity": 1}], **changes)


def finalized(v1: Any, amount: int, customer: str, **changes: Any) -> Any:
    draft = invoice_over(v1, amount, customer, **changes)
    return v1.invoices.finalize_invoice(draft.id)


def vat(v1: Any, *, inclusive: bool = False) -> str:
    return str(v1.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": inclusive}).id)


class TestTax:
    def test_is_added_to_a_session(self, v1: Any, press: Any) -> None:
        params = fifty()
        params["line_items"][0]["tax_rates"] = [vat(v1)]
        session = v1.checkout.sessions.create(params)
        assert (session.amount_subtotal, session.amount_total, session.total_details.amount_tax) == (5_000, 5_950, 950)
        press(session.url, "pay")
        assert v1.payment_intents.list().data[0].amount_received == 5_950

    def test_that_is_included_changes_no_total(self, v1: Any) -> None:
        params = fifty()
        params["line_items"][0]["tax_rates"] = [vat(v1, inclusive=True)]
        session = v1.checkout.sessions.create(params)
        assert (session.amount_total, session.total_details.amount_tax) == (5_000, 798)

    def test_is_automatic_where_it_is_asked_for(self, v1: Any, local: LocalStripe) -> None:
        taxes.set_automatic(local.account, "19")
        asked = v1.checkout.sessions.create(fifty(automatic_tax={"enabled": True}))
        assert (asked.amount_total, asked.automatic_tax.status) == (5_950, "complete")
        assert v1.checkout.sessions.create(fifty()).amount_total == 5_000

    def test_is_added_unasked_where_the_account_taxes_everything(
        self, v1: Any, local: LocalStripe, customer: str
    ) -> None:
        taxes.set_automatic(local.account, "19", everything=True)
        assert v1.checkout.sessions.create(fifty()).total_details.amount_tax == 950
        invoice = finalized(v1, 10_000, customer)
        assert (invoice.subtotal, invoice.total, invoice.amount_due) == (10_000, 11_900, 11_900)
        (tax,) = invoice.total_taxes
        assert (tax.amount, tax.taxable_amount, tax.tax_behavior) == (1_900, 10_000, "exclusive")

    def test_of_an_invoice_comes_of_its_rates(self, v1: Any, customer: str) -> None:
        invoice = finalized(v1, 10_000, customer, default_tax_rates=[vat(v1)])
        assert (invoice.total, invoice.total_excluding_tax) == (11_900, 10_000)


class TestDiscount:
    @pytest.fixture
    def coupon(self, v1: Any) -> str:
        return str(v1.coupons.create({"percent_off": 20, "duration": "once"}).id)

    def test_lowers_a_session(self, v1: Any, press: Any, coupon: str) -> None:
        session = v1.checkout.sessions.create(fifty(discounts=[{"coupon": coupon}]))
        assert (session.amount_subtotal, session.amount_total) == (5_000, 4_000)
        assert (session.total_details.amount_discount, session.discounts[0].coupon) == (1_000, coupon)
        press(session.url, "pay")
        assert v1.payment_intents.list().data[0].amount == 4_000

    def test_comes_of_the_code_that_a_payer_types(self, v1: Any, press: Any, coupon: str) -> None:
        v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon}, "code": "SAVE20"})
        session = v1.checkout.sessions.create(fifty(allow_promotion_codes=True))
        assert "This code is invalid." in press(session.url, "apply_code", code="SAVE30")[2]
        assert "40.00 USD" in press(session.url, "apply_code", code="save20")[2]
        press(session.url, "pay")
        assert v1.checkout.sessions.retrieve(session.id).amount_total == 4_000

    def test_needs_a_session_that_takes_codes(self, v1: Any, press: Any, coupon: str) -> None:
        v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon}, "code": "SAVE20"})
        session = v1.checkout.sessions.create(fifty())
        press(session.url, "apply_code", code="SAVE20")
        assert v1.checkout.sessions.retrieve(session.id).amount_total == 5_000

    def test_comes_of_one_code_alone(self, v1: Any, press: Any, coupon: str) -> None:
        for code in ("SAVE20", "MORE20"):
            v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon}, "code": code})
        session = v1.checkout.sessions.create(fifty(allow_promotion_codes=True))
        press(session.url, "apply_code", code="SAVE20")
        assert "This code is invalid." in press(session.url, "apply_code", code="MORE20")[2]
        assert v1.checkout.sessions.retrieve(session.id).total_details.amount_discount == 1_000

    @pytest.mark.parametrize("bound", [{"max_redemptions": 1}, {"expires_at": 1_000}, {"customer": "cus_other"}])
    def test_of_a_code_that_is_used_up_late_or_another_s_is_not_given(
        self, v1: Any, press: Any, coupon: str, bound: dict[str, Any]
    ) -> None:
        v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon}, "code": "SAVE20", **bound})
        first, second = (v1.checkout.sessions.create(fifty(allow_promotion_codes=True)) for _ in range(2))
        press(first.url, "apply_code", code="SAVE20")
        assert "This code is invalid." in press(second.url, "apply_code", code="SAVE20")[2]

    def test_of_everything_takes_nothing(self, v1: Any, press: Any) -> None:
        coupon = v1.coupons.create({"percent_off": 100}).id
        session = v1.checkout.sessions.create(fifty(discounts=[{"coupon": coupon}]))
        press(session.url, "pay")
        session = v1.checkout.sessions.retrieve(session.id)
        assert (session.status, session.payment_status, session.payment_intent) == (
            "complete",
            "no_payment_required",
            None,
        )

    def test_lowers_an_invoice(self, v1: Any, customer: str, coupon: str) -> None:
        invoice = finalized(v1, 10_000, customer, discounts=[{"coupon": coupon}])
        assert (invoice.subtotal, invoice.total, invoice.amount_due) == (10_000, 8_000, 8_000)
        assert invoice.total_discount_amounts[0].amount == 2_000

    def test_that_staff_give_a_customer_lowers_the_next_invoice(
        self, v1: Any, local: LocalStripe, customer: str, coupon: str
    ) -> None:
        discount_customer(local.account, local.account.get("customer", customer), coupon)
        assert [finalized(v1, 10_000, customer).total for _ in range(2)] == [8_000, 10_000]

    @pytest.mark.parametrize("wanted", [{}, {"amount_off": 100, "percent_off": 1}, {"amount_off": 100}])
    def test_is_an_amount_or_a_percentage(self, v1: Any, wanted: dict[str, Any]) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            v1.coupons.create(wanted)

    def test_that_is_used_up_is_refused(self, v1: Any) -> None:
        coupon = v1.coupons.create({"percent_off": 20, "max_redemptions": 1}).id
        v1.checkout.sessions.create(fifty(discounts=[{"coupon": coupon}]))
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.checkout.sessions.create(fifty(discounts=[{"coupon": coupon}]))
        assert refused.value.code == "coupon_expired"

    def test_that_is_late_or_in_another_currency_is_refused(self, v1: Any) -> None:
        late = v1.coupons.create({"percent_off": 20, "redeem_by": 1_000}).id
        euros = v1.coupons.create({"amount_off": 100, "currency": "eur"}).id
        for coupon, code, param in ((late, "coupon_expired", None), (euros, None, "discounts")):
            with pytest.raises(stripe.InvalidRequestError) as refused:
                v1.checkout.sessions.create(fifty(discounts=[{"coupon": coupon}]))
            assert (refused.value.code, refused.value.param) == (code, param)

    def test_comes_before_tax_and_is_spread_over_the_lines(self) -> None:
        from decimal import Decimal

        rate = Rate("txr", Decimal(19), inclusive=False)
        totals = reckon([Line(1_000, (rate,)), Line(2_001)], [Reduction("di", 1_000, None)])
        assert (totals.discount, totals.tax, totals.total) == (1_000, 127, 2_128)


class TestCustomerBalance:
    def credit(self, v1: Any, customer: str, amount: int) -> None:
        v1.customers.balance_transactions.create(customer, {"amount": amount, "currency": "usd"})

    @pytest.mark.parametrize(("balance", "due", "left"), [(-3_000, 7_000, 0), (-12_000, 0, -2_000), (500, 10_500, 0)])
    def test_is_settled_by_the_next_invoice(self, v1: Any, customer: str, balance: int, due: int, left: int) -> None:
        self.credit(v1, customer, balance)
        invoice = finalized(v1, 10_000, customer)
        assert (invoice.total, invoice.amount_due, invoice.amount_remaining) == (10_000, due, due)
        assert (invoice.starting_balance, invoice.ending_balance) == (balance, left)
        assert v1.customers.retrieve(customer).balance == left
        newest = v1.customers.balance_transactions.list(customer).data[0]
        assert (newest.type, newest.invoice, newest.amount) == ("applied_to_invoice", invoice.id, left - balance)

    def test_in_another_currency_is_left_alone(self, v1: Any, customer: str) -> None:
        v1.customers.balance_transactions.create(customer, {"amount": -3_000, "currency": "eur"})
        assert finalized(v1, 10_000, customer).amount_due == 10_000
        assert v1.customers.retrieve(customer).balance == -3_000
        with pytest.raises(stripe.InvalidRequestError) as refused:
            self.credit(v1, customer, -100)
        assert refused.value.param == "currency"

    def test_that_covers_an_invoice_pays_it_without_a_payment(self, v1: Any, customer: str) -> None:
        self.credit(v1, customer, -10_000)
        invoice = finalized(v1, 10_000, customer)
        invoice = v1.invoices.retrieve(invoice.id, {"expand": ["payments"]})
        assert (invoice.status, invoice.amount_paid, invoice.payments.data) == ("paid", 0, [])
        assert "invoice.paid" in event_types(v1)
        assert "invoice.payment_succeeded" not in event_types(v1)

    def test_comes_back_from_a_voided_invoice(self, v1: Any, customer: str) -> None:
        self.credit(v1, customer, -3_000)
        v1.invoices.void_invoice(finalized(v1, 10_000, customer).id)
        assert v1.customers.retrieve(customer).balance == -3_000

    def test_takes_what_an_invoice_below_zero_gives(self, v1: Any, customer: str) -> None:
        invoice = finalized(v1, -1_000, customer)
        assert (invoice.status, invoice.total, invoice.amount_due) == ("paid", -1_000, 0)
        assert v1.customers.retrieve(customer).balance == -1_000


class TestSeveralPayments:
    def test_by_card_and_outside_settle_an_invoice(self, v1: Any, press: Any, customer: str) -> None:
        invoice = finalized(v1, 10_000, customer)
        press(invoice.hosted_invoice_url, "part")
        assert v1.invoices.retrieve(invoice.id).amount_remaining == 5_000
        v1.invoices.attach_payment(invoice.id, {"payment_record": self.reported(v1, 2_000)})
        assert v1.invoices.retrieve(invoice.id).amount_remaining == 3_000
        v1.invoices.pay(invoice.id, {"paid_out_of_band": True})
        invoice = v1.invoices.retrieve(invoice.id, {"expand": ["payments"]})
        assert (invoice.status, invoice.amount_paid, invoice.amount_paid_off_stripe) == ("paid", 10_000, 5_000)
        paid = {one.payment.type: one.amount_paid for one in invoice.payments.data if one.status == "paid"}
        assert paid == {"payment_intent": 5_000, "payment_record": 2_000}
        assert event_types(v1).count("invoice_payment.paid") == 2

    def reported(self, v1: Any, amount: int, currency: str = "usd") -> str:
        came = {"outcome": "guaranteed", "guaranteed": {"guaranteed_at": 1_795_000_000}, "initiated_at": 1_795_000_000}
        wanted = {"amount_requested": {"currency": currency, "value": amount}, **came}
        method = {"type": "custom", "custom": {"display_name": "Bank transfer"}}
        return str(v1.payment_records.report_payment({**wanted, "payment_method_details": method}).id)

    def test_that_are_too_much_leave_the_rest_with_the_customer(self, v1: Any, customer: str) -> None:
        invoice = finalized(v1, 10_000, customer)
        v1.invoices.attach_payment(invoice.id, {"payment_record": self.reported(v1, 12_000)})
        invoice = v1.invoices.retrieve(invoice.id)
        assert (invoice.status, invoice.amount_paid, invoice.amount_overpaid) == ("paid", 10_000, 2_000)
        assert v1.customers.retrieve(customer).balance == -2_000
        assert "invoice.overpaid" in event_types(v1)

    def test_of_a_strangers_money_are_refused(self, v1: Any, press: Any, customer: str) -> None:
        press(v1.checkout.sessions.create(fifty()).url, "pay")
        invoice = finalized(v1, 10_000, customer)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.invoices.attach_payment(invoice.id, {"payment_intent": v1.payment_intents.list().data[0].id})
        assert refused.value.param == "payment_intent"

    def test_are_of_one_thing_once_in_the_invoice_s_currency(self, v1: Any, customer: str) -> None:
        invoice = finalized(v1, 10_000, customer)
        record = self.reported(v1, 2_000)
        v1.invoices.attach_payment(invoice.id, {"payment_record": record})
        both = {"payment_record": record, "payment_intent": "pi_1"}
        for wanted in ({}, both, {"payment_record": record}, {"payment_record": self.reported(v1, 1_000, "eur")}):
            with pytest.raises(stripe.InvalidRequestError) as refused:
                v1.invoices.attach_payment(invoice.id, wanted)
            assert refused.value.param == ("payment_record" if len(wanted) == 1 else None)
        assert v1.invoices.retrieve(invoice.id).amount_remaining == 8_000

    @pytest.mark.parametrize(
        ("end", "code"), [("pay", "invoice_already_paid"), ("void_invoice", "invoice_not_editable")]
    )
    def test_are_none_of_an_invoice_that_is_paid_or_void(self, v1: Any, customer: str, end: str, code: str) -> None:
        invoice = finalized(v1, 10_000, customer)
        getattr(v1.invoices, end)(invoice.id, {"paid_out_of_band": True} if end == "pay" else {})
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.invoices.attach_payment(invoice.id, {"payment_record": self.reported(v1, 2_000)})
        assert refused.value.code == code

    def test_may_be_an_intent_that_was_paid_already(self, v1: Any, customer: str) -> None:
        method = v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id
        wanted = {"amount": 4_000, "currency": "usd", "customer": customer, "payment_method": method, "confirm": True}
        intent = v1.payment_intents.create({**wanted, "off_session": True})
        invoice = finalized(v1, 10_000, customer)
        v1.invoices.attach_payment(invoice.id, {"payment_intent": intent.id})
        assert v1.invoices.retrieve(invoice.id).amount_remaining == 6_000


class TestCreditNote:
    def test_lowers_what_is_left_to_pay(self, v1: Any, press: Any, customer: str) -> None:
        invoice = finalized(v1, 10_000, customer)
        note = v1.credit_notes.create({"invoice": invoice.id, "amount": 2_000})
        assert (note.pre_payment_amount, note.post_payment_amount, note.type) == (2_000, 0, "pre_payment")
        invoice = v1.invoices.retrieve(invoice.id)
        assert (invoice.total, invoice.amount_due, invoice.pre_payment_credit_notes_amount) == (10_000, 8_000, 2_000)
        press(invoice.hosted_invoice_url, "pay")
        invoice = v1.invoices.retrieve(invoice.id)
        assert (invoice.status, invoice.amount_paid) == ("paid", 8_000)
        assert "credit_note.created" in event_types(v1)

    def test_of_all_that_is_left_settles_the_invoice(self, v1: Any, customer: str) -> None:
        invoice = finalized(v1, 10_000, customer)
        v1.credit_notes.create({"invoice": invoice.id, "amount": 10_000})
        invoice = v1.invoices.retrieve(invoice.id)
        assert (invoice.status, invoice.amount_paid, invoice.amount_due) == ("paid", 0, 0)

    def test_of_a_paid_invoice_goes_back_as_it_says(self, v1: Any, press: Any, customer: str) -> None:
        invoice = finalized(v1, 10_000, customer)
        press(invoice.hosted_invoice_url, "pay")
        back = {"refund_amount": 1_000, "credit_amount": 500, "out_of_band_amount": 250}
        note = v1.credit_notes.create({"invoice": invoice.id, "amount": 1_750, **back})
        assert (note.post_payment_amount, note.refunds[0].amount_refunded) == (1_750, 1_000)
        assert v1.refunds.list().data[0].amount == 1_000
        assert v1.customers.retrieve(customer).balance == -500
        assert v1.invoices.retrieve(invoice.id).post_payment_credit_notes_amount == 1_750

    @pytest.mark.parametrize("wanted", [{"amount": 10_001}, {"amount": 1_000}, {"amount": 1_000, "refund_amount": 999}])
    def test_that_does_not_add_up_is_refused(self, v1: Any, press: Any, customer: str, wanted: dict[str, Any]) -> None:
        invoice = finalized(v1, 10_000, customer)
        press(invoice.hosted_invoice_url, "pay")
        with pytest.raises(stripe.InvalidRequestError):
            v1.credit_notes.create({"invoice": invoice.id, **wanted})

    def test_is_not_above_the_total_nor_of_an_invoice_that_is_a_draft_or_void(self, v1: Any, customer: str) -> None:
        draft = invoice_over(v1, 10_000, customer)
        void = v1.invoices.void_invoice(finalized(v1, 10_000, customer).id)
        for none in (draft, void):
            with pytest.raises(stripe.InvalidRequestError, match="open, paid or uncollectible"):
                v1.credit_notes.create({"invoice": none.id, "amount": 1_000})
        invoice = v1.invoices.finalize_invoice(draft.id)
        v1.credit_notes.create({"invoice": invoice.id, "amount": 6_000})
        with pytest.raises(stripe.InvalidRequestError, match="must not exceed the total"):
            v1.credit_notes.create({"invoice": invoice.id, "amount": 4_001, "credit_amount": 1})

    def test_is_voided_once_while_its_invoice_is_open(self, v1: Any, press: Any, customer: str) -> None:
        invoice = finalized(v1, 10_000, customer)
        first, second = (v1.credit_notes.create({"invoice": invoice.id, "amount": 2_000}).id for _ in range(2))
        v1.credit_notes.void_credit_note(first)
        press(invoice.hosted_invoice_url, "pay")
        for note, words in ((first, "already void"), (second, "open invoices")):
            with pytest.raises(stripe.InvalidRequestError, match=words):
                v1.credit_notes.void_credit_note(note)

    def test_that_is_voided_is_asked_for_again(self, v1: Any, customer: str) -> None:
        invoice = finalized(v1, 10_000, customer)
        v1.credit_notes.void_credit_note(v1.credit_notes.create({"invoice": invoice.id, "amount": 2_000}).id)
        assert v1.invoices.retrieve(invoice.id).amount_remaining == 10_000


class TestHeldMoney:
    @pytest.mark.parametrize(("asked", "taken"), [({}, 5_000), ({"amount_to_capture": 3_000}, 3_000)])
    def test_is_captured_whole_or_in_part(self, v1: Any, press: Any, asked: dict[str, int], taken: int) -> None:
        session = v1.checkout.sessions.create(fifty(payment_intent_data={"capture_method": "manual"}))
        press(session.url, "pay")
        intent = v1.payment_intents.list().data[0]
        assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 5_000, 0)
        intent = v1.payment_intents.capture(intent.id, asked, {})
        charge = v1.charges.retrieve(intent.latest_charge)
        assert (intent.status, intent.amount, intent.amount_received) == ("succeeded", 5_000, taken)
        assert (charge.captured, charge.amount_captured) == (True, taken)

    def test_is_not_captured_beyond_what_is_held(self, v1: Any, press: Any) -> None:
        press(v1.checkout.sessions.create(fifty(payment_intent_data={"capture_method": "manual"})).url, "pay")
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.payment_intents.capture(v1.payment_intents.list().data[0].id, {"amount_to_capture": 5_001})
        assert refused.value.code == "amount_too_large"


class TestDispute:
    def test_in_another_currency_shows_what_moved_in_ours(self, v1: Any, press: Any, local: LocalStripe) -> None:
        from local_stripe import money

        press(v1.checkout.sessions.create(fifty()).url, "pay")
        charge = local.account.get("charge", v1.payment_intents.list().data[0].latest_charge)
        made = money.dispute(local.account, charge, amount=4_600, currency="eur")
        money.close_dispute(local.account, made, "won", reinstated=3_000)
        found = v1.disputes.retrieve(made["id"])
        assert (found.amount, found.currency, found.status) == (4_600, "eur", "won")
        moved = [(one.amount, one.currency, one.fee) for one in found.balance_transactions]
        assert moved == [(-5_000, "usd", 1_500), (3_000, "usd", 0)]
