"""Cases from the first reminder to the last payment: letters, fees, what is stopped, and what people decide."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connections

from apps.billing_profiles.models import BillingProfile, Seller
from apps.common.errors import Rejected
from apps.common.money import Micros, to_micros
from apps.dunning import services
from apps.dunning.errors import CaseIsClosed, InvalidPolicy, StepAhead
from apps.dunning.models import DunningCase, DunningEvent
from apps.dunning.rules import Letter, Restriction, Step
from apps.dunning.selectors import Debtor, concerned_micros, settled_debtors, waiting_for_staff
from apps.invoices import services as invoices
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document
from apps.ledger.models import Transfer
from apps.payments.models import Dispute, StripeInvoice, StripePayment
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.errors import BudgetExceeded, WorkPaused
from apps.wallets.selectors import account_balances, wallet_figures
from tests.backoffice.people import client_of, create_staff
from tests.dunning.factories import add_contact, at, create_policy, owe
from tests.factories import create_grant
from tests.invoices import factories


@pytest.fixture
def seller(db):
    return factories.create_seller(at(1))


@pytest.fixture
def acme(seller):
    found = factories.create_customer(at(1) - timedelta(days=90), seller)
    add_contact(found, at(1))
    create_policy(seller, at(1))
    return found


def run(*days, month=11):
    for day in days:
        services.run(now=at(day, month))


def steps():
    return [(each.happened_on, each.outcome, each.restriction) for each in DunningEvent.objects.order_by("position")]


def case():
    return DunningCase.objects.get()


def reserve(organization, amount, now):
    return wallets.reserve(
        organization=organization,
        reservation=wallets.NewReservation(
            amount=to_micros(amount),
            key=f"{amount}:{now}",
            expires_at=now + timedelta(hours=1),
            created_by="test",
        ),
        now=now,
    )


def test_a_case_takes_every_step_and_closes_by_a_payment(acme, deliver_outbox):
    Organization.objects.update(billing_mode="postpaid", postpaid_limit_micros=to_micros("100"))
    acme.refresh_from_db()
    create_grant(acme, "10", at(1))
    owe(acme, "1000")
    run(4, 5, 6, 6, 7, 16, 17, 17, 18)
    deliver_outbox(at(18))
    assert steps() == [(date(2026, 11, 6), "taken", "none"), (date(2026, 11, 17), "taken", "pause")]
    assert [each.subject for each in mail.outbox if "invoices are" in each.subject] == [
        "Reminder: invoices are overdue",
        "Please pay: invoices are overdue",
    ]
    assert (
        "Bank account: DE89\N{NO-BREAK SPACE}3704"
        in next(each for each in mail.outbox if "Reminder" in each.subject).body
    )
    fee = Document.objects.get(kind="fee")
    assert (fee.number, fee.total_micros, fee.tax_micros, fee.due_date) == (
        "TEST-INV-2026-00002",
        5_000_000,
        0,
        date(2026, 11, 18),
    )
    assert fee.lines.get().text == "Late payment fee: TEST-INV-2026-00001"
    assert account_balances(acme)[Role.LATE_FEES] == to_micros("5")

    assert wallet_figures(acme, at(18)).postpaid_limit_micros == to_micros("100")
    acme.refresh_from_db()
    assert wallet_figures(acme, at(18)).available_micros == to_micros("10")
    with pytest.raises(BudgetExceeded) as refused:
        reserve(acme, "10.01", at(18))
    assert refused.value.context["limits"][0].kind == "postpaid_limit"
    reserve(acme, "1", at(18))
    run(1, month=12)
    with pytest.raises(WorkPaused):
        reserve(acme, "1", at(1, 12))

    factories.pay(acme, "1190", at(2, 12))
    services.close_settled(now=at(2, 12))
    assert (case().closed_because, case().paused_postpaid, case().suspended_work) == ("settled", False, False)
    reserve(acme, "50", at(2, 12))
    assert Document.objects.get(kind="fee").state == "open"
    run(30, month=12)
    assert DunningCase.objects.count() == 1
    assert invoice_mismatches() == []


@pytest.mark.parametrize(("value_day", "proposed"), [(3, True), (4, False)])
def test_a_fee_is_to_be_credited_once_money_counts_as_paid_in_time(acme, value_day, proposed):
    owe(acme, "1000")
    run(6, 17)
    assert not list(waiting_for_staff())
    transfer = invoices.BankTransfer(
        organization=acme, amount=to_micros("1190"), value_date=at(value_day).date(), reference="Late", key="late"
    )
    invoices.record_bank_transfer(transfer, created_by="staff:ann", now=at(20))
    services.close_settled(now=at(20))
    assert list(waiting_for_staff()) == [case()] * proposed
    assert concerned_micros(case()) == to_micros("5") * proposed
    page = client_of(create_staff("bill", "Billing")).get(f"/admin/dunning/dunningcase/{case().pk}/change/")
    fee = Document.objects.get(kind="fee")
    assert (f"/admin/invoices/document/{fee.pk}/change/" in fees_shown(page)) == proposed
    invoices.credit_invoice(
        document_id=fee.pk, terms=invoices.CreditTerms(reason="In time"), created_by="staff:ann", now=at(21)
    )
    assert not list(waiting_for_staff())


def fees_shown(page):
    """The part of a case's page that names the fees to credit."""
    return page.content.decode().split("Fees to credit")[1][:1_500]


def test_work_begins_again_as_soon_as_the_last_overdue_invoice_is_settled(acme, deliver_outbox):
    """The customer does not wait for the job that closes cases."""
    first, second = owe(acme, "1000"), owe(acme, "100")
    create_grant(acme, "10", at(1))
    run(6, 17)
    run(1, month=12)
    factories.pay(acme, "1190", at(2, 12), invoice_id=first.pk)
    deliver_outbox(at(2, 12))
    with pytest.raises(WorkPaused):
        reserve(acme, "1", at(2, 12))
    invoices.mark_uncollectible(document_id=second.pk, reason="r", created_by="staff:ann", now=at(2, 12))
    deliver_outbox(at(2, 12))
    assert (case().closed_because, case().suspended_work) == ("settled", False)
    assert case().closed_note == "TEST-INV-2026-00001: paid; TEST-INV-2026-00002: uncollectible"
    reserve(acme, "1", at(2, 12))


def test_a_case_ends_with_the_payment_also_if_the_customer_was_not_told_of_the_overdue_invoice(acme, deliver_outbox):
    document = owe(acme, "1000")
    services.review(debtor=Debtor(acme.pk, document.seller_id, "EUR"), now=at(6))
    factories.pay(acme, "1190", at(6))
    deliver_outbox(at(6))
    assert case().closed_because == "settled"


def test_no_step_follows_a_payment(acme):
    """Paid on 30 November: nothing on 1 December."""
    owe(acme, "1000")
    run(6, 17)
    factories.pay(acme, "1190", at(30))
    run(1, month=12)
    assert len(steps()) == 2
    assert case().closed_because == "settled"


def test_an_invoice_that_falls_due_later_joins_the_letter(acme, deliver_outbox):
    owe(acme, "1000")
    factories.invoice(acme, at(10) - timedelta(days=30), "100")
    run(6, 17)
    deliver_outbox(at(17))
    first, second = [each.body for each in mail.outbox if "invoices are" in each.subject]
    assert "1,190.00 EUR" in first
    assert "TEST-INV-2026-00002" not in first
    assert "TEST-INV-2026-00002: 119.00 EUR, due on 10 November 2026" in second
    assert "1,309.00 EUR" in second
    assert "fee of 5.00 EUR" in second
    assert "only prepaid credit can be used" in second


def test_a_customer_without_a_contact_is_listed_and_not_mailed(acme):
    acme.contacts.all().delete()
    owe(acme, "1000")
    run(6)
    assert (steps(), case().wait) == ([], "no_contact")


def test_a_fee_that_cannot_be_invoiced_stops_the_step_as_a_whole(acme):
    owe(acme, "1000")
    run(6)
    BillingProfile.objects.update(city="")
    run(17)
    assert (len(steps()), case().wait) == (1, "problem")
    assert "city" in case().problem
    acme.refresh_from_db()
    assert acme.postpaid_paused_at is None
    assert not Document.objects.filter(kind="fee").exists()


def test_staff_hold_a_case_skip_a_step_and_record_a_promise(acme):
    owe(acme, "1000")
    run(6)
    services.hold_case(case_id=case().pk, until=date(2026, 11, 18), reason="Asked for time", now=at(16))
    run(17, 18)
    assert (len(steps()), case().wait) == (1, "held")
    services.note_promise(case_id=case().pk, on=date(2026, 11, 20), amount=to_micros("1190"), now=at(19))
    run(19, 20, 23)
    assert (len(steps()), case().wait) == (1, "promised")
    with pytest.raises(Rejected, match="passed"):
        services.note_promise(case_id=case().pk, on=date(2026, 11, 20), amount=Micros(1), now=at(23))
    with pytest.raises(StepAhead):
        services.skip_step(case_id=case().pk, position=0, reason="r", created_by="staff:ann", now=at(23))
    services.skip_step(case_id=case().pk, position=1, reason="Good customer", created_by="staff:ann", now=at(23))
    assert steps()[1] == (date(2026, 11, 23), "skipped", "pause")
    assert case().next_on == date(2026, 12, 7)
    acme.refresh_from_db()
    assert acme.postpaid_paused_at is None
    ending = {"case_id": case().pk, "reason": "Agreed", "created_by": "staff:ann"}
    services.end_case(**ending, now=at(24))
    with pytest.raises(CaseIsClosed):
        services.end_case(**ending, now=at(24))
    run(24, 30)
    assert DunningCase.objects.count() == 1


def test_a_manual_policy_takes_a_step_only_when_staff_ask_for_it(acme, seller):
    own = create_policy(
        seller, at(1), name="By hand", is_default=False, is_automatic=False, steps=(Step(1, fee_micros=2_000_000),)
    )
    services.assign_policy(organization_id=acme.pk, policy_id=own.pk, follows_seller=False, now=at(1))
    owe(acme, "1000")
    run(6)
    assert case().wait == "by_hand"
    given = {"case_id": case().pk, "position": 0, "reason": "Asked", "created_by": "staff:ann", "now": at(6)}
    with pytest.raises(StepAhead):
        services.take_step_now(**given, fee=Micros(0))
    services.take_step_now(**given, fee=Micros(2_000_000))
    assert (Document.objects.get(kind="fee").total_micros, case().wait) == (2_000_000, "steps_over")
    services.assign_policy(organization_id=acme.pk, policy_id=None, follows_seller=False, now=at(6))
    run(7)
    assert case().wait == "no_policy"


def test_disputed_invoices_are_left_out_until_the_dispute_is_decided(acme):
    document = owe(acme, "1000")
    run(6)
    services.dispute_invoice(document_id=document.pk, reason="Twice", created_by="staff:ann", now=at(7))
    assert case().closed_because == "disputed"
    assert (case().closed_note, case().closed_by) == ("TEST-INV-2026-00001: disputed (Twice)", "system:dunning")
    run(17)
    services.decide_dispute(document_id=document.pk, now=at(18))
    run(18)
    assert DunningCase.objects.filter(closed_at=None).count() == 1


def test_days_of_times_are_those_of_the_seller(acme, seller):
    Seller.objects.update(time_zone="Europe/Berlin")
    document = owe(acme, "1000")
    evening = at(5).replace(hour=23, minute=30)  # on the 6th in Berlin
    StripeInvoice.objects.create(
        organization=acme,
        currency="EUR",
        created_at=at(4),
        amount_micros=to_micros("1190"),
        purpose="document",
        document=document,
        reference="r",
        state="open",
        retry_at=evening,
        updated_at=at(4),
    )
    run(6)
    assert not DunningCase.objects.exists(), "Stripe charges it again on the 6th"
    run(7)
    evening = at(7).replace(hour=23, minute=30)  # on the 8th in Berlin
    services.end_case(case_id=case().pk, reason="Agreed", created_by="staff:ann", now=evening)
    invoice = factories.invoice(acme, at(7) - timedelta(days=30), "100")
    assert invoice.due_date == date(2026, 11, 7)
    run(17)
    assert DunningCase.objects.count() == 1, "what was due when staff ended the case does not open another"


def test_an_invoice_disputed_or_retried_at_stripe_is_left_out_until_that_is_over(acme):
    document = owe(acme, "1000")
    terms = {"organization": acme, "currency": "EUR", "created_at": at(4), "amount_micros": to_micros("1190")}
    asked = StripeInvoice.objects.create(
        **terms, purpose="document", document=document, reference="r", state="open", retry_at=at(9), updated_at=at(4)
    )
    run(6)
    assert not DunningCase.objects.exists(), "Stripe charges it again on the 9th"
    StripeInvoice.objects.update(retry_at=None)
    paid = StripePayment.objects.create(**terms | {"amount_micros": to_micros("190")}, key="p", invoice=asked)
    dispute = Dispute.objects.create(
        organization=acme,
        payment=paid,
        stripe_id="dp_1",
        amount_micros=1,
        claimed_micros=1,
        claimed_currency="EUR",
        status="needs_response",
        created_at=at(5),
        updated_at=at(5),
    )
    run(7)
    assert not DunningCase.objects.exists()
    Dispute.objects.filter(pk=dispute.pk).update(outcome="lost")
    run(8)
    assert len(steps()) == 1


def test_the_first_step_is_skipped_before_its_case_opens(acme):
    document = owe(acme, "1000")
    debtor = Debtor(acme.pk, acme.billing_profile.seller_id, "EUR")
    given = {"debtor": debtor, "reason": "Paid by check", "created_by": "staff:ann"}
    with pytest.raises(StepAhead):
        services.skip_first_step(**given, due=document.due_date, now=at(4))
    with pytest.raises(StepAhead):
        services.skip_first_step(**given, due=date(2026, 11, 2), now=at(5))
    for _ in range(2):
        services.skip_first_step(**given, due=document.due_date, now=at(5))
    run(6, 7)
    assert steps() == [(date(2026, 11, 6), "skipped", "none")]
    with pytest.raises(StepAhead):
        services.skip_first_step(**given, due=document.due_date, now=at(7))
    run(17)
    assert steps()[1:] == [(date(2026, 11, 17), "taken", "pause")], "the others keep their days"


def test_what_staff_paused_stays_paused(acme):
    owe(acme, "1000")
    wallets.set_work_pause(organization=acme, reason="Abuse", now=at(5))
    run(6, 17)
    run(1, month=12)
    factories.pay(acme, "1190", at(2, 12))
    run(2, month=12)
    acme.refresh_from_db()
    assert (acme.work_pause_reason, acme.postpaid_paused_at) == ("Abuse", None)


def test_an_overdue_invoice_is_mailed_only_without_a_policy(acme, seller, deliver_outbox):
    other = factories.create_customer(at(1) - timedelta(days=90), seller, "other")
    add_contact(other, at(1))
    services.assign_policy(organization_id=other.pk, policy_id=None, follows_seller=False, now=at(1))
    for each in (acme, other):
        owe(each, "10")
    deliver_outbox(at(3))
    mail.outbox.clear()
    for _ in range(2):
        services.run(now=at(4))
    deliver_outbox(at(4))
    assert [each.subject for each in mail.outbox] == ["Invoice TEST-INV-2026-00002 is overdue"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"steps": ()}, "days_1"),
        ({"steps": (Step(3), Step(3))}, "days_2"),
        ({"steps": (Step(0),)}, "days_1"),
        ({"steps": (Step(3, fee_micros=1),)}, "fee_1"),
        ({"steps": (Step(3, Letter.NONE, restriction=Restriction.NONE),)}, "letter_1"),
        ({"name": "Another"}, "is_default"),
        ({"is_default": False}, "name"),
        ({"name": "Another", "is_default": False, "grace_days": 366}, "grace_days"),
    ],
)
def test_an_invalid_policy_is_refused_by_field(acme, seller, changes, field):
    with pytest.raises(InvalidPolicy) as refused:
        create_policy(seller, at(1), **changes)
    assert refused.value.field == field


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_a_step_once(acme):
    owe(acme, "1000")
    run(6)
    debtor = Debtor(acme.pk, case().seller_id, "EUR")

    def work(_):
        try:
            services.review(debtor=debtor, now=at(17))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert len(steps()) == 2
    assert Transfer.objects.filter(destination__role="late_fees").count() == 1
    assert settled_debtors(at(17)) == []
