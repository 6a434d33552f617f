"""Money moved by hand: previewed, posted once, and above the limit only with a second person."""

import re
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from apps.approvals import services as approvals
from apps.approvals.errors import ApprovalClosed, ApprovalRequired, MakerIsChecker, MayNotAct
from apps.approvals.models import Approval
from apps.approvals.submission import execute, submit
from apps.backoffice.customer_page.summary import tab_of
from apps.billing_profiles.errors import ValueDateAhead
from apps.billing_profiles.models import Seller
from apps.common.changes import Change
from apps.common.errors import Rejected
from apps.common.money import Micros
from apps.common.periods import midnight
from apps.contracts.actions import RefundGrant, RevokeGrant, UndoGrantRefund, WriteOffInstallment
from apps.contracts.consistency import contract_mismatches
from apps.contracts.errors import RefundAboveReceived
from apps.contracts.models import Installment
from apps.invoices.actions import SettleByBankTransfer, WriteOffDebt
from apps.invoices.errors import DebtInvoiced
from apps.ledger.models import Hold, Transfer
from apps.tenants.models import Organization
from apps.wallets import selectors
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.actions import (
    ChangePostpaidLimit,
    CustomerAction,
    DeductCredit,
    GrantCredit,
    ReleaseHold,
    ReverseTransfer,
)
from apps.wallets.errors import (
    BelongsToInstallment,
    BudgetExceeded,
    HeldByDispute,
    MoreThanPaid,
    NothingOwed,
    NotReversible,
    TransferNotFound,
)
from apps.wallets.models import EntryType, Grant
from tests.backoffice.people import PASSWORD, client_of, create_staff
from tests.backoffice.world import NOW, create_customer
from tests.contracts.factories import active, offer, pay, rows
from tests.factories import cause_of, create_grant
from tests.invoices.factories import bill, invoice_usage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]

MILLION = 1_000_000


@pytest.fixture(autouse=True)
def limit(settings):
    settings.APPROVAL_LIMIT_MICROS = 1000 * MILLION


@pytest.fixture
def customer() -> Organization:
    return create_customer()


@pytest.fixture
def maker():
    return create_staff("maker", "Billing", password=PASSWORD)


@pytest.fixture
def checker():
    return create_staff("checker", "Approver", password=PASSWORD)


def order(customer, amount=50, kind=GrantCredit, **details) -> CustomerAction:
    return kind(
        organization_id=customer.pk,
        amount_micros=amount * MILLION,
        currency=customer.currency,
        reason="After the outage",
        key=f"staff:{uuid4()}",
        **details,
    )


def balance(customer, now=NOW) -> int:
    return selectors.wallet_figures(customer, now).balance_micros


class TestPreview:
    def test_shows_what_carrying_it_out_would_leave_and_leaves_nothing(self, customer, maker):
        before = balance(customer)
        rows = order(customer).preview(by=maker, now=NOW)
        assert Change("Balance", "87.654322 USD", "137.654322 USD") in rows
        assert balance(customer) == before

    def test_refuses_what_would_be_refused(self, customer, maker):
        with pytest.raises(BudgetExceeded):
            order(customer, 500, DeductCredit).preview(by=maker, now=NOW)


class TestSubmit:
    def test_posts_once_however_often_it_is_sent(self, customer, maker):
        before, wanted = balance(customer), order(customer)
        for _ in range(3):
            submit(wanted, by=maker, now=NOW)
        assert balance(customer) - before == 50 * MILLION

    def test_names_who_did_it_and_why(self, customer, maker):
        wanted = order(customer)
        submit(wanted, by=maker, now=NOW)
        transfer = Transfer.objects.get(key=wanted.key)
        assert (transfer.created_by, transfer.description) == ("staff:maker", "After the outage")
        told = LogEntry.objects.get_for_object(customer).first().additional_data
        assert (told["what"], told["key"]) == ("Grant credit", wanted.key)

    @pytest.mark.parametrize("group", ["Viewer", "Support", "Approver"])
    def test_is_refused_to_those_who_may_not(self, customer, group):
        with pytest.raises(MayNotAct):
            submit(order(customer), by=create_staff("other", group), now=NOW)

    def test_above_the_limit_waits(self, customer, maker):
        before = balance(customer)
        done = submit(order(customer, 1001), by=maker, now=NOW)
        assert done is not None
        assert balance(customer) == before

    def test_the_limit_is_as_much_money_in_every_currency(self, maker):
        yen = create_customer("initech", currency="JPY")
        waits = [submit(order(yen, amount), by=maker, now=NOW) for amount in (149_000, 1_001)]
        assert (waits[0], waits[1].currency) == (None, "JPY")

    def test_in_slices_waits_from_the_slice_that_passes_the_limit(self, customer, maker):
        waits = [submit(order(customer, 400), by=maker, now=NOW) for _ in range(3)]
        assert [bool(each) for each in waits] == [False, False, True]

    def test_in_slices_a_day_apart_does_not_wait(self, customer, maker):
        submit(order(customer, 900), by=maker, now=NOW)
        done = submit(order(customer, 900), by=maker, now=NOW + timedelta(hours=25))
        assert done is None

    def test_slices_of_two_people_are_their_own(self, customer, maker):
        submit(order(customer, 900), by=maker, now=NOW)
        assert submit(order(customer, 900), by=create_staff("other", "Billing"), now=NOW) is None


class TestASecondPerson:
    @pytest.fixture
    def waiting(self, customer, maker) -> Approval:
        return submit(order(customer, 5000), by=maker, now=NOW)

    def test_lets_it_happen_once(self, customer, checker, waiting):
        before = balance(customer)
        approvals.approve(approval_id=waiting.pk, by=checker, now=NOW)
        execute(waiting.pk, now=NOW)
        with pytest.raises(ApprovalClosed):
            execute(waiting.pk, now=NOW)
        assert balance(customer) - before == 5000 * MILLION

    def test_is_named_beside_the_first(self, customer, checker, waiting):
        approvals.approve(approval_id=waiting.pk, by=checker, now=NOW)
        done = execute(waiting.pk, now=NOW)
        assert Transfer.objects.get(key=done.key).created_by == "staff:maker"
        assert LogEntry.objects.get_for_object(customer).first().additional_data["agreed_by"] == "checker"

    def test_must_have_agreed(self, waiting):
        with pytest.raises(ApprovalRequired):
            execute(waiting.pk, now=NOW)

    def test_is_not_the_first_however_mighty(self, customer):
        root = create_staff("root", is_superuser=True)
        waiting = submit(order(customer, 5000), by=root, now=NOW)
        with pytest.raises(MakerIsChecker):
            approvals.approve(approval_id=waiting.pk, by=root, now=NOW)

    def test_frees_the_first_for_small_moves_again(self, customer, maker, checker, waiting):
        approvals.approve(approval_id=waiting.pk, by=checker, now=NOW)
        execute(waiting.pk, now=NOW)
        assert submit(order(customer, 100), by=maker, now=NOW) is None


class TestKinds:
    def test_deduct_takes_credit(self, customer, maker):
        before = balance(customer)
        submit(order(customer, 20, DeductCredit), by=maker, now=NOW)
        assert before - balance(customer) == 20 * MILLION

    @pytest.mark.parametrize("limit", [0, 900])
    def test_deduct_states_the_bound_that_holds(self, customer, maker, limit):
        """Exactly the amount on the form can be deducted, whatever is held or owed; one micro more is refused."""
        customer.billing_mode, customer.postpaid_limit_micros = (
            ("postpaid", limit * MILLION) if limit else ("prepaid", 0)
        )
        customer.save()
        page = reverse("admin:tenants_organization_deduct_credit", args=[customer.pk])
        text = client_of(maker).get(page).content.decode()
        most = Decimal(re.search(r"At most ([\d,.]+)", text)[1].replace(",", ""))
        assert most > 0
        amount = Micros(int(most * MILLION))

        def take(micros):
            wallets.deduct(
                organization=customer,
                amount=Micros(micros),
                order=wallets.Instruction(
                    cause=cause_of(customer),
                    key=f"d{micros}",
                    description="x",
                    created_by="x",
                ),
                now=timezone.now(),
            )

        with pytest.raises(BudgetExceeded):
            take(amount + 1)
        take(amount)
        assert selectors.deductible_micros(customer, timezone.now()) == 0

    def test_grant_can_expire(self, customer, maker):
        expires = NOW + timedelta(days=3)
        submit(order(customer, 20, expires_at=expires, source=Grant.Source.BONUS), by=maker, now=NOW)
        assert Grant.objects.latest("pk").expires_at == expires

    def test_reverse_undoes_a_charge(self, customer, maker):
        before, charge = balance(customer), Transfer.objects.get(key="world:acme:charge")
        wanted = order(customer, 12, ReverseTransfer, transfer_id=charge.pk)
        submit(wanted, by=maker, now=NOW)
        assert balance(customer) - before == 12_345_678

    def test_take_back_ends_a_grant(self, customer, maker):
        grant = Grant.objects.get(key="world:acme:grant")
        submit(order(customer, 100, RevokeGrant, grant_id=grant.pk), by=maker, now=NOW)
        assert balance(customer) == grant.held_micros

    def test_taking_a_held_grant_back_is_as_large_as_what_lapses_with_it(self, customer, maker, settings):
        grant = Grant.objects.get(key="world:acme:grant")
        assert grant.held_micros
        settings.APPROVAL_LIMIT_MICROS = grant.remaining_micros - 1
        address = reverse("admin:wallets_grant_take_back", args=[grant.pk])
        client_of(maker).post(address, {"_step": "confirm", "token": uuid4(), "reason": "x", "password": PASSWORD})
        assert Approval.objects.get().amount_micros == grant.remaining_micros

    def test_no_button_offers_what_is_refused(self, customer, maker):
        bought = wallets.grant_credits(
            organization=customer,
            grant=wallets.NewGrant(
                cause=cause_of(customer),
                amount=Micros(MILLION),
                source=wallets.Source.TOP_UP,
                key="bought",
                created_by="staff:test",
                paid_micros=MILLION,
            ),
            now=NOW,
        )
        given, charge = Grant.objects.get(key="world:acme:grant"), Transfer.objects.get(key="world:acme:charge")
        client = client_of(maker)
        offered = {
            (name, row.pk): client.get(reverse(f"admin:{name}", args=[row.pk])).status_code
            for name, rows in {
                "ledger_transfer_reverse": (charge, given.transfer, bought.transfer),
                "wallets_grant_take_back": (given, bought),
            }.items()
            for row in rows
        }
        assert list(offered.values()) == [200, 200, 403, 200, 403]
        pages = [reverse("admin:ledger_transfer_change", args=[row.pk]) for row in (charge, bought.transfer)]
        assert ["/reverse" in client.get(page).text for page in pages] == [True, False]

    def test_refund_takes_what_was_paid_and_no_more(self, customer, maker):
        grant = wallets.grant_credits(
            organization=customer,
            grant=wallets.NewGrant(
                cause=cause_of(customer),
                amount=Micros(30 * MILLION),
                source=wallets.Source.TOP_UP,
                key="top-up",
                created_by="staff:test",
                paid_micros=30 * MILLION,
            ),
            now=NOW,
        )
        before = balance(customer)
        with pytest.raises(MoreThanPaid):
            submit(order(customer, 31, RefundGrant, grant_id=grant.pk), by=maker, now=NOW)
        submit(order(customer, 30, RefundGrant, grant_id=grant.pk), by=maker, now=NOW)
        assert before - balance(customer) == 30 * MILLION
        with pytest.raises(MoreThanPaid):
            submit(order(customer, 1, RefundGrant, grant_id=grant.pk), by=maker, now=NOW)

        address = reverse("admin:wallets_grant_undo_refund", args=[grant.pk])
        client = client_of(maker)
        (timeline,) = client.get(tab_of(customer, "timeline", kind="money")).context["blocks"]
        assert (timeline.rows[0][4].text, timeline.rows[0][4].href) == ("Undo refund", address)
        form = client.get(address).context["form"]
        posted = {"token": form["token"].value(), "refund": form["refund"].value(), "reason": "It came back"}
        reviewed = client.post(address, {**posted, "password": PASSWORD, "_step": "review"}).context
        assert {"About", "Amount", "Balance", "A second person"} <= {row.what for row in reviewed["changes"]}
        client.post(address, {**posted, "_step": "confirm"})
        assert balance(customer) == before
        assert client.get(address).status_code == 403
        assert address not in client.get(tab_of(customer, "timeline", kind="money")).text
        again = order(customer, 30, UndoGrantRefund, grant_id=grant.pk, transfer_id=posted["refund"])
        with pytest.raises(TransferNotFound):
            submit(again, by=maker, now=NOW)
        submit(order(customer, 30, RefundGrant, grant_id=grant.pk), by=maker, now=NOW)  # the money can go back again

    def test_a_refund_counts_at_the_bank_from_its_value_date(self, customer, maker):
        grant = create_grant(customer, "30", NOW, source=wallets.Source.TOP_UP, paid_micros=30 * MILLION, key="bought")
        later, sent = NOW + timedelta(days=5), NOW.date() + timedelta(days=2)
        asked = partial(order, customer, 20, RefundGrant, grant_id=grant.pk)
        for refused, error in (
            (NOW.date() - timedelta(days=1), Rejected),
            (later.date() + timedelta(1), ValueDateAhead),
        ):
            with pytest.raises(error) as caught:
                submit(asked(value_date=refused), by=maker, now=later)
            assert caught.value.field == "value_date"
        submit(asked(value_date=sent), by=maker, now=later)
        taken, paid = Transfer.objects.filter(book=customer.pk, kind="refund").order_by("pk")
        assert (taken.effective_at, taken.source.role) == (later, Role.WALLET)
        assert (paid.effective_at, paid.destination.role) == (midnight(sent), Role.MANUAL_RECEIPTS)
        assert selectors.balance_of(customer.pk, Role.INSTALLMENTS) == 0

        before = balance(customer)
        undo = order(customer, 20, UndoGrantRefund, grant_id=grant.pk, transfer_id=taken.pk)
        submit(undo, by=maker, now=later)
        assert balance(customer) == before + 20 * MILLION
        for role in (Role.INSTALLMENTS, Role.MANUAL_RECEIPTS):
            assert selectors.balance_of(customer.pk, role) == 0
        assert list(selectors.bank_refunds(grant)) == []

    @pytest.fixture
    def installment(self, customer) -> Installment:
        """An installment of 100 credit and 50 service, paid by bank transfer."""
        row = rows(offer(customer, NOW, service="600"))[0]
        pay(row, NOW, received_in=Role.MANUAL_RECEIPTS)
        row.refresh_from_db()
        return row

    def test_refund_of_an_installments_credit_is_the_installments(self, customer, maker, installment):
        before = balance(customer)
        grant_id = installment.grant_id
        submit(order(customer, 30, RefundGrant, grant_id=grant_id), by=maker, now=NOW)
        installment.refresh_from_db()
        assert installment.refunded_micros == 30 * MILLION
        assert before - balance(customer) == 20 * MILLION
        assert list(contract_mismatches()) == []
        with pytest.raises(RefundAboveReceived):
            submit(order(customer, 121, RefundGrant, grant_id=grant_id), by=maker, now=NOW)

    def test_an_installments_postings_are_undone_on_its_own_page(self, customer, maker, installment):
        posted = installment.payments.get().transfer_id
        with pytest.raises(NotReversible, match="installment"):
            submit(order(customer, 150, ReverseTransfer, transfer_id=posted), by=maker, now=NOW)
        grant_id = installment.grant_id
        with pytest.raises(BelongsToInstallment):
            submit(order(customer, 100, RevokeGrant, grant_id=grant_id), by=maker, now=NOW)
        assert list(contract_mismatches()) == []

    def test_release_returns_a_hold(self, customer, maker):
        hold = Hold.objects.get()
        address = reverse("admin:ledger_hold_change", args=[hold.pk])
        assert "/release" in client_of(maker).get(address).text
        submit(order(customer, 5, ReleaseHold, hold_id=hold.pk), by=maker, now=NOW)
        assert selectors.wallet_figures(customer, NOW).held_micros == 0
        assert "/release" not in client_of(maker).get(address).text

    def test_what_nobody_paid_for_is_not_refunded_by_bank(self, customer, maker):
        given, bought = (
            wallets.grant_credits(
                organization=customer,
                grant=wallets.NewGrant(
                    cause=cause_of(customer),
                    amount=Micros(MILLION),
                    source=wallets.Source(source),
                    key=source,
                    created_by="staff:ann",
                    paid_micros=Micros(paid),
                ),
                now=NOW,
            )
            for source, paid in ((Grant.Source.BONUS, 0), (Grant.Source.TOP_UP, MILLION))
        )
        client, seen = client_of(maker), []
        for grant in (given, bought):
            page = client.get(reverse("admin:wallets_grant_change", args=[grant.pk])).text
            seen.append(reverse("admin:wallets_grant_refund", args=[grant.pk]) in page)
        assert seen == [False, True]

    def test_what_a_dispute_froze_is_not_released_by_hand(self, customer, maker):
        reserved, grant = Hold.objects.get(), Grant.objects.get(key="world:acme:grant")
        frozen = wallets.freeze_grant(
            grant=grant,
            amount=Micros(MILLION),
            key="dispute:du_1:freeze",
            dispute="dispute:du_1:freeze",
            created_by="system:stripe",
            now=NOW,
        )
        with pytest.raises(HeldByDispute, match="du_1"):
            submit(order(customer, 1, ReleaseHold, hold_id=frozen.pk), by=maker, now=NOW)
        client = client_of(maker)
        pages = [client.get(reverse("admin:ledger_hold_change", args=[each.pk])).text for each in (reserved, frozen)]
        assert ["/release" in page for page in pages] == [True, False]
        asked = [reverse("admin:ledger_hold_release", args=[pk]) for pk in (reserved.pk, frozen.pk, uuid4(), "nothing")]
        assert [client.get(url).status_code for url in asked] == [200, 403, 403, 404]
        assert client.get(reverse("admin:ledger_hold_change", args=["nothing"])).status_code == 404


class TestOwed:
    @pytest.fixture
    def debtor(self) -> Organization:
        organization = create_customer("globex", billing_mode="postpaid", postpaid_limit_micros=500 * MILLION)
        wallets.charge(
            charge=wallets.Charge(
                organization=organization,
                cause=cause_of(organization),
                amount=Micros(200 * MILLION),
                kind=EntryType.USAGE,
                key="work",
                created_by="staff:test",
            ),
            now=NOW,
        )
        return organization

    def owed(self, organization):
        return selectors.wallet_figures(organization, NOW).outstanding_micros

    def test_a_bank_transfer_clears_it(self, debtor, maker):
        owed = self.owed(debtor)
        submit(order(debtor, 100, SettleByBankTransfer, reference="RF18"), by=maker, now=NOW)
        assert owed - self.owed(debtor) == 100 * MILLION

    def test_a_bank_transfer_counts_from_its_value_date(self, debtor, maker):
        came, ahead = NOW.date() - timedelta(days=20), NOW.date() + timedelta(days=1)
        with pytest.raises(ValueDateAhead):
            submit(order(debtor, 1, SettleByBankTransfer, reference="RF18", value_date=ahead), by=maker, now=NOW)
        submit(order(debtor, 900, SettleByBankTransfer, reference="RF18", value_date=came), by=maker, now=NOW)
        received = Transfer.objects.filter(source__role=Role.MANUAL_RECEIPTS)
        assert {each.effective_at for each in received} == {datetime.combine(came, time(), UTC)}
        assert sum(each.amount_micros for each in received) == 900 * MILLION

    def test_money_of_closed_books_counts_from_the_first_open_day(self, debtor, maker):
        bill(debtor, NOW)
        Seller.objects.update(closed_through=NOW.date() - timedelta(days=3))
        came, first = NOW.date() - timedelta(days=20), NOW.date() - timedelta(days=2)
        submit(order(debtor, 10, SettleByBankTransfer, reference="RF18", value_date=came), by=maker, now=NOW)
        received = Transfer.objects.get(source__role=Role.MANUAL_RECEIPTS)
        assert received.effective_at == datetime.combine(first, time(), UTC)

    @pytest.mark.parametrize("action", ["settle", "write_off"])
    def test_an_open_invoice_for_usage_is_named(self, debtor, maker, action):
        address = reverse(f"admin:tenants_organization_{action}", args=[debtor.pk])
        assert "has 117.34 USD" not in client_of(maker).get(address).text
        bill(debtor, NOW)
        invoice = invoice_usage(debtor, "2026-11", NOW)
        assert f"Invoice {invoice} has 117.34 USD" in client_of(maker).get(address).text

    @pytest.mark.parametrize("number", [True, False])
    @pytest.mark.parametrize(("kind", "given"), [(SettleByBankTransfer, {"reference": "RF18"}), (WriteOffDebt, {})])
    def test_debt_on_an_invoice_is_cleared_with_the_invoice(self, debtor, maker, kind, given, number):
        bill(debtor, NOW, review_days=0 if number else 3)
        made = invoice_usage(debtor, "2026-11", NOW)
        owed = self.owed(debtor)
        with pytest.raises(DebtInvoiced, match=str(made) if number else "A draft has"):
            submit(order(debtor, 1, kind, **given), by=maker, now=NOW)
        assert (self.owed(debtor), made.state) == (owed, "open" if number else "draft")

    def test_writing_off_gives_it_up_and_no_more(self, debtor, maker):
        with pytest.raises(NothingOwed):
            submit(order(debtor, 999, WriteOffDebt), by=maker, now=NOW)
        owed, wanted = self.owed(debtor), order(debtor, 50, WriteOffDebt)
        submit(wanted, by=maker, now=NOW)
        submit(wanted, by=maker, now=NOW)
        assert owed - self.owed(debtor) == 50 * MILLION

    def test_the_limit_moves(self, debtor, maker):
        submit(order(debtor, 700, ChangePostpaidLimit), by=maker, now=NOW)
        debtor.refresh_from_db()
        assert debtor.postpaid_limit_micros == 700 * MILLION


class TestOnScreen:
    @pytest.fixture
    def client(self, maker):
        return client_of(maker)

    def page(self, customer, action="grant_credit"):
        return reverse(f"admin:tenants_organization_{action}", args=[customer.pk])

    def form(self, client, customer, step="review", **changes):
        opened = client.get(self.page(customer)).content.decode()
        token = re.search(r'name="token" value="([^"]+)"', opened).group(1)
        typed = {"amount": "50.00", "source": "bonus", "reason": "After the outage", "password": PASSWORD}
        return {**typed, "token": token, "expires_at_0": "", "expires_at_1": "", "_step": step, **changes}

    def test_shows_before_and_after_and_then_posts(self, client, customer):
        form = self.form(client, customer)
        text = client.post(self.page(customer), form).content.decode()
        assert "87.654322 USD" in text
        assert "137.654322 USD" in text
        assert balance(customer, timezone.now()) == 87_654_322
        answer = client.post(self.page(customer), {**form, "_step": "confirm", "password": ""})
        assert answer.status_code == 302
        assert balance(customer, timezone.now()) == 137_654_322

    @pytest.mark.parametrize(
        ("amount", "shown", "button"),
        [("2500", "2,500.00 USD", "Ask for approval"), ("50", "50.00 USD", "Grant credit")],
    )
    def test_the_review_has_the_currency_and_a_button_that_says_what_it_does(
        self, client, customer, amount, shown, button
    ):
        text = client.post(self.page(customer), self.form(client, customer, amount=amount)).text
        assert re.search(r">Amount</dt><dd[^>]*>([^<]*)<", text)[1] == shown
        assert re.findall(r'<button[^>]*type="submit"[^>]*>\s*([A-Z][^<]*?)\s*</button>', text)[-1] == button

    def test_the_form_has_the_currency_beside_the_amount(self, client, customer):
        text = client.get(self.page(customer)).text
        assert re.search(r'name="amount".*?<span[^>]*>\s*([A-Z]{3})\s*</span>', text, re.DOTALL)[1] == "USD"

    def test_posts_once_when_confirmed_twice(self, client, customer):
        form = self.form(client, customer, "confirm")
        for _ in range(2):
            client.post(self.page(customer), form)
        assert balance(customer, timezone.now()) == 137_654_322

    @pytest.mark.parametrize(
        "wrong",
        [{"amount": "0"}, {"amount": "-5"}, {"amount": "1e3"}, {"reason": " "}, {"token": "x"}, {"source": "top_up"}],
    )
    def test_refuses_what_makes_no_sense(self, client, customer, wrong):
        answer = client.post(self.page(customer), self.form(client, customer, "confirm", **wrong))
        assert answer.status_code == 422
        assert balance(customer, timezone.now()) == 87_654_322

    def test_asks_for_the_password_and_writes_it_nowhere(self, client, customer):
        form = self.form(client, customer)
        assert client.post(self.page(customer), {**form, "password": "wrong"}).status_code == 422
        reviewed = client.post(self.page(customer), form).content.decode()
        assert PASSWORD not in reviewed

    def test_does_not_ask_again_soon(self, client, customer):
        client.post(self.page(customer), self.form(client, customer))
        assert 'name="password"' not in client.get(self.page(customer)).content.decode()

    def test_is_closed_to_support(self, customer):
        assert client_of(create_staff("other", "Support")).get(self.page(customer)).status_code == 403

    def test_above_the_limit_a_second_person_carries_it_out_with_one_click(self, client, customer, checker):
        form = self.form(client, customer, "confirm", amount="5000")
        client.post(self.page(customer), form)
        waiting = Approval.objects.get()
        page = reverse("admin:approvals_approval_approve", args=[waiting.pk])
        theirs = client_of(checker)
        text = theirs.get(page).content.decode()
        assert "5,000.00 USD" in text
        assert "5,087.654322 USD" in text
        token = re.search(r'name="token" value="([^"]+)"', text).group(1)
        theirs.post(page, {"_step": "confirm", "token": token, "reason": "Agreed"})
        waiting.refresh_from_db()
        assert waiting.status == "used"
        assert balance(customer, timezone.now()) == 5_087_654_322

    def test_a_refused_second_step_leaves_the_request_open(self, client, customer, checker):
        form = self.form(client, customer, "confirm", amount="5000")
        client.post(self.page(customer), form)
        waiting = Approval.objects.get()
        both = client_of(Approval.objects.get().requested_by)
        page = reverse("admin:approvals_approval_approve", args=[waiting.pk])
        assert both.get(page).status_code == 403
        waiting.refresh_from_db()
        assert waiting.status == "pending"


def test_what_was_moved_on_a_contract_counts_with_what_is_granted(customer, maker):
    contract = active(customer, NOW, credit="7200")
    action = WriteOffInstallment.of(rows(contract)[1], amount_micros=600 * MILLION, reason="x", key="staff:1")
    assert submit(action, by=maker, now=NOW) is None
    assert submit(order(customer, 401), by=maker, now=NOW) is not None
    assert submit(order(customer, 400), by=maker, now=NOW) is None
