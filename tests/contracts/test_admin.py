"""Contracts on screen: schedule previews, actions, and a second person above the limit."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.approvals.errors import ApprovalRequired
from apps.approvals.models import Approval
from apps.approvals.services import approve
from apps.approvals.submission import execute
from apps.common.money import to_micros
from apps.contracts import services
from apps.contracts.causes import INSTALLMENT_REFUND
from apps.contracts.consistency import contract_mismatches
from apps.contracts.errors import CannotAmendFrom, ImpossibleTerms
from apps.contracts.models import Contract, InstallmentPayment, InstallmentRefund, ServiceAgreement
from apps.contracts.schedule_text import read_lines
from apps.ledger.models import Transfer
from apps.wallets.selectors import wallet_figures
from tests.backoffice.people import client_of, create_staff
from tests.contracts.conftest import ACME
from tests.contracts.factories import active, agreed, agreement, draft, offer, pay, rows
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price

pytestmark = pytest.mark.django_db

ADD = "/admin/contracts/contract/add/"
TYPED = {
    "organization": str(ACME),
    "start_date": "2027-01-31",
    "term_months": "3",
    "payment_frequency": "monthly",
    "credit_portion_micros": "100",
    "service_portion_micros": "1,000.01",
    "payment_terms_days": "",
    "custom_lines": "",
    "onetime_credit_micros": "",
    "onetime_service_micros": "",
    "credit_period_limit": "",
    "service_period_limit": "",
    "bonus_credits_micros": "5",
    "notes": "",
    "prices": "",
}


@pytest.fixture
def billing(db: None) -> Client:
    return client_of(create_staff("ann", "Billing"))


@pytest.fixture
def act() -> Callable[..., Any]:
    """Open an action's page, fill it in and confirm."""

    def confirmed(client: Client, row: Any, path: str, **typed: Any) -> Any:
        url = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{path}/"
        page = client.get(url)
        assert page.status_code == 200, page.status_code
        html = page.content.decode()
        given = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', html))
        given |= dict(re.findall(r'name="(value_date)" value="([^"]*)"', html))
        return client.post(url, {**given, "reason": "They asked", **typed, "_step": "confirm"})

    return confirmed


def preview(client: Client, url: str, **typed: Any) -> str:
    return client.post(url, {**TYPED, **typed}, headers={"HX-Request": "true"}).content.decode()


class TestOwnPrices:
    """Staff state prices with the contract, see their effect, and find them on its page."""

    LINES = "gpu-hours; ; 1.20\nchat; opus; 1.5; 7.50"

    @pytest.fixture(autouse=True)
    def _meters(self, acme):
        price(make_meter("gpu-hours", kind="other"), micros_per_million=2_000_000_000_000)
        make_meter("chat")

    def test_are_written_offered_with_a_second_person_and_shown(self, billing, acme):
        shown = preview(billing, ADD, prices=self.LINES)
        for text in ("Price of gpu-hours, any model", "2.00 USD each", "1.20 USD each", "7.50 USD out", "must approve"):
            assert text in shown, text
        billing.post(ADD, {**TYPED, "prices": self.LINES, "_offer": ""})
        contract = Contract.objects.get()
        assert (contract.status, contract.prices.count()) == ("draft", 0)
        request = Approval.objects.get()
        assert ["Price of gpu-hours, any model", "2.00 USD each"] in [row[:2] for row in request.preview]
        approve(approval_id=request.pk, by=create_staff("bob", "Approver"), now=timezone.now())
        execute(request.pk, now=timezone.now())
        page = billing.get(f"/admin/contracts/contract/{contract.pk}/change/").content.decode()
        for text in ("Own prices", "Gpu-Hours, any model", "1.20 USD each", "Chat, opus", "1.50 USD in, 7.50 USD out"):
            assert text in page, text

    def test_are_shown_again_for_editing(self, billing, acme):
        billing.post(ADD, {**TYPED, "prices": self.LINES, "_save": ""})
        page = billing.get(f"/admin/contracts/contract/{Contract.objects.get().pk}/edit/").content.decode()
        assert "gpu-hours; ; 1.2\nchat; opus; 1.5; 7.5" in page

    @pytest.mark.parametrize(
        ("lines", "error"),
        [
            ("nothing; ; 1", "Line 1: there is no meter nothing."),
            ("gpu-hours; 1", "Line 1: write a meter"),
            ("gpu-hours; ; x", "Line 1: x is not a price"),
            ("gpu-hours; ; 1; 2", "Line 1: gpu-hours takes one price"),
            ("gpu-hours; ; 1\n\ngpu-hours; ; 2", "Line 3: gpu-hours has a price for that already."),
            ("chat; ; -1", "Line 1: -1 is below zero."),
        ],
    )
    def test_that_cannot_be_read_are_named_by_their_line(self, billing, acme, lines, error):
        answer = billing.post(ADD, {**TYPED, "prices": lines, "_save": ""})
        assert answer.status_code == 422
        assert error in unescape(answer.content.decode())

    def test_a_review_that_cannot_be_carried_out_says_why(self, billing, acme, now):
        price(make_meter("seats", kind="other", counts="max"), micros_per_million=2_000_000)
        shown = preview(billing, ADD, prices="seats; ; 1", start_date="2027-01-15")
        assert "seats" in shown
        contract = offer(acme, now, start="2027-01-15")
        url = f"/admin/contracts/contract/{contract.pk}/edit/"
        typed = {**TYPED, "start_date": "2027-01-15", "seen_revision": contract.revision, "prices": "seats; ; 1"}
        shown = billing.post(url, typed, headers={"HX-Request": "true"}).content.decode()
        assert "This cannot be saved: the price of a month" in unescape(shown)


class TestATypedSchedule:
    LINES = "2027-01-31; 1,500.50; ; First part\n2027-03-15\t\t250\tTraining\n2027-03-15; 0; -50; Discount"
    FIELDS = {"credit_portion_micros": "", "service_portion_micros": "", "custom_lines": LINES}

    def test_is_written_shown_again_and_paid_into_books_that_hold(self, billing, acme, now):
        assert "2027-03-15 to 2027-04-30" in preview(billing, ADD, **self.FIELDS)
        billing.post(ADD, {**TYPED, **self.FIELDS, "_offer": "1"})
        contract = Contract.objects.get()
        assert [(str(row.due_date), row.credit_micros, row.service_micros) for row in rows(contract)] == [
            ("2027-01-31", 1_500_500_000, 0),
            ("2027-03-15", 0, 200_000_000),
        ]
        edit = billing.get(f"/admin/contracts/contract/{contract.pk}/edit/").content.decode()
        assert "2027-03-15; 0; -50; Discount" in edit
        pay(rows(contract)[0], now)
        assert contract_mismatches() == []

    def test_has_no_next_term_and_cannot_be_amended_within_a_month(self, acme, now):
        agreed_lines = read_lines("2026-11-18; 100; 0\n2026-12-05; 100; 0")
        terms = replace(agreed(frequency="one_time", credit="200"), custom_lines=agreed_lines)
        draft = services.ContractDraft(start_date=date(2026, 11, 18), agreed=terms)
        with pytest.raises(ImpossibleTerms, match="cannot renew"):
            services.draft_contract(
                organization=acme, draft=replace(draft, auto_renew=True), created_by="staff:ann", now=now
            )
        contract = services.draft_contract(organization=acme, draft=draft, created_by="staff:ann", now=now)
        with pytest.raises(CannotAmendFrom, match="period from 2026-12-05"):
            services.amended_terms(contract, effective_date=date(2026, 12, 1), agreed=agreed(months=2))

    @pytest.mark.parametrize(
        ("lines", "error"),
        [
            ("2027-01-31; 5", "Line 1: write a day"),
            ("2027-01-31; 5; 0\n31 January; 5; 0", "Line 2: 31 January is not a date."),
            ("2027-01-31; 1.234; 0", "Line 1: 1.234 can be read as 1234.00 or as 1.2340"),
        ],
    )
    def test_names_the_line_that_cannot_be_read(self, billing, acme, lines, error):
        assert error in unescape(preview(billing, ADD, **{**self.FIELDS, "custom_lines": lines}))

    def test_leaves_no_room_for_portions_beside_it(self, billing, acme):
        assert "Leave the portions" in preview(billing, ADD, custom_lines=self.LINES)


class TestWriting:
    def test_shows_the_schedule_before_it_is_saved(self, billing, acme):
        shown = preview(billing, ADD)
        assert "2027-02-28 to 2027-03-31" in shown
        assert "1,100.01 USD" in shown
        assert "33.34 USD" in shown
        assert "000000" not in shown
        assert not Contract.objects.exists()

    def test_says_what_payments_there_will_be(self, billing, acme):
        shown = preview(billing, ADD, service_portion_micros="20", onetime_service_micros="20", term_months="4")
        assert "Payments: 1 of 20.00 USD, then 4 of 25.00 USD." in shown

    def test_names_every_fault_beside_the_form(self, billing, acme):
        shown = preview(billing, ADD, term_months="7", payment_frequency="annual", credit_portion_micros="0.001")
        assert "Term in months: A term of 7 months is not a whole number of annual periods." in shown
        assert "Credit portion: The amount must be a multiple of 0.01 USD." in shown

    def test_shows_the_currency_beside_each_amount_once_the_customer_is_known(self, billing, acme):
        amounts = ["credit_portion_micros", "service_portion_micros", "onetime_credit_micros", "onetime_service_micros"]
        units = {f"{name}-unit": "USD" for name in [*amounts, "bonus_credits_micros", "discount_micros"]}

        def shown(page: str) -> dict[str, str]:
            return dict(re.findall(r'<span id="([a-z_]+-unit)"[^>]*>([A-Z]*)</span>', page))

        assert shown(billing.get(ADD).text) == dict.fromkeys(units, "")
        assert shown(billing.get(ADD, {"organization": "acme"}).text) == units
        assert shown(preview(billing, ADD, start_date="")) == units

    @pytest.mark.parametrize("slug", ["nobody", "\x00", "a" * 5_000])
    def test_opens_empty_where_the_address_names_nobody(self, billing, acme, slug):
        page = billing.get(ADD, {"organization": slug})
        assert (page.status_code, page.context["form"].initial["organization"]) == (200, None)

    def test_saves_a_draft(self, billing, acme):
        answer = billing.post(ADD, {**TYPED, "_save": ""})
        contract = Contract.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"/admin/contracts/contract/{contract.pk}/change/")
        assert (contract.status, contract.created_by) == ("draft", "staff:ann")
        assert sum(row.amount_micros for row in rows(contract)) == to_micros("1100.01")

    def test_offers_at_once_where_asked(self, billing, acme):
        billing.post(ADD, {**TYPED, "_offer": ""})
        assert Contract.objects.get().status == "pending_payment"

    def test_shows_the_schedule_without_scripts_too(self, billing, acme):
        answer = billing.post(ADD, {**TYPED, "_preview": ""})
        assert (answer.status_code, Contract.objects.count()) == (200, 0)
        assert "2027-02-28 to 2027-03-31" in answer.content.decode()
        billing.post("/admin/preferences/", {"style": "GERMAN", "time_zone": "Europe/Berlin"})
        german = billing.post(ADD, {**TYPED, "service_portion_micros": "1000,01", "_preview": ""}).content.decode()
        assert "28.02.2027 to 31.03.2027" in german

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("term_months", "abc"),
            ("term_months", "-1"),
            ("term_months", "99999999999999999999"),
            ("start_date", "31.01.2027"),
            ("start_date", "9999-12-31"),
            ("credit_portion_micros", "NaN"),
            ("credit_portion_micros", "-5"),
            ("credit_portion_micros", "1e9"),
            ("credit_portion_micros", "99999999999999999999"),
            ("credit_period_limit", "4"),
            ("bonus_credits_micros", "-1"),
            ("organization", "nobody"),
            ("organization", "00000000-0000-0000-0000-000000000000"),
            ("organization", "\x00"),
            ("payment_frequency", "weekly"),
        ],
    )
    def test_refuses_what_cannot_be(self, billing, acme, field, text):
        answer = billing.post(ADD, {**TYPED, field: text, "_save": ""})
        assert (answer.status_code, Contract.objects.count()) == (422, 0)

    def test_is_not_for_everybody(self, acme):
        viewer = client_of(create_staff("vera", "Viewer"))
        assert viewer.get(ADD).status_code == 403
        assert viewer.post(ADD, {**TYPED, "_save": ""}).status_code == 403


class TestEditing:
    def url(self, contract: Contract) -> str:
        return f"/admin/contracts/contract/{contract.pk}/edit/"

    def test_begins_with_what_was_written(self, billing, acme, now):
        contract = draft(acme, now, "2027-01-31", service="600.50", bonus="5")
        page = billing.get(self.url(contract)).content.decode()
        assert 'value="600.50"' in page
        assert 'value="2027-01-31"' in page

    def test_writes_it_anew(self, billing, acme, now):
        contract = draft(acme, now)
        answer = billing.post(self.url(contract), {**TYPED, "seen_revision": "1", "_save": ""})
        assert (answer.status_code, len(rows(contract))) == (302, 3)

    def test_refuses_a_page_that_is_out_of_date(self, billing, acme, now):
        contract = offer(acme, now)
        answer = billing.post(self.url(contract), {**TYPED, "seen_revision": "1", "_save": ""})
        assert (answer.status_code, len(rows(contract))) == (422, 12)
        assert "changed since you opened the page" in answer.content.decode()

    def test_is_not_there_once_paid(self, billing, acme, now):
        assert billing.get(self.url(active(acme, now))).status_code == 403


class TestAmending:
    def url(self, contract: Contract) -> str:
        return f"/admin/contracts/contract/{contract.pk}/amend/"

    def typed(self, contract: Contract, **typed: Any) -> dict[str, Any]:
        given = {"effective_date": "2027-02-18", "term_months": "2", "reason": "More", "bonus_credits_micros": "0"}
        return {**TYPED, **given, "seen_revision": contract.revision, **typed}

    def test_begins_with_what_is_left(self, billing, acme, now):
        contract = active(acme, now, service="600", service_limit=6)
        pay(rows(contract)[1], now)
        page = billing.get(self.url(contract)).content.decode()
        assert 'value="2027-01-18"' in page
        assert 'value="1000"' in page
        assert 'name="service_period_limit" value="4"' in page

    def test_shows_what_stays_what_goes_and_what_comes(self, billing, acme, now):
        contract = active(acme, now, months=5, credit="500")
        typed = self.typed(contract, reason="")
        shown = billing.post(self.url(contract), typed, headers={"HX-Request": "true"}).content.decode()
        assert shown.count('class="schedule-kept"') == 3
        assert shown.count('class="schedule-replaced"') == 2
        assert shown.count('class="schedule-new"') == 2
        assert [row.state for row in rows(contract)] == ["paid", "due", "due", "due", "due"]

    def test_amends(self, billing, acme, now):
        contract = active(acme, now, months=5, credit="500")
        answer = billing.post(self.url(contract), {**self.typed(contract, service_portion_micros="900"), "_save": ""})
        assert answer.status_code == 302
        assert contract.versions.get(number=2).reason == "More"
        page = billing.get(f"/admin/contracts/contract/{contract.pk}/change/").content.decode()
        assert "1, original" in page
        assert "2, amendment" in page
        assert "2 months, monthly" in page

    def test_what_changes_much_waits_for_a_second_person_and_says_so_before(self, billing, acme, now, act):
        contract = active(acme, now, months=5, credit="500")
        typed = self.typed(contract)  # 200 of credit are replaced by 100 of credit and 1,000.01 of service
        shown = billing.post(self.url(contract), typed, headers={"HX-Request": "true"}).content.decode()
        assert "A second person must approve" in shown
        billing.post(self.url(contract), {**typed, "_save": ""})
        request = Approval.objects.get()
        assert (contract.versions.count(), request.amount_micros) == (1, to_micros("1000.01"))
        assert f"Request {request.pk} waits" in billing.get(self.url(contract)[:-6] + "change/").content.decode()
        assert act(client_of(create_staff("bob", "Approver")), request, "approve").status_code == 302
        assert contract.versions.get(number=2).created_by == "staff:ann"

    def test_names_the_day_that_is_too_early(self, billing, acme, now):
        contract = active(acme, now, months=5, credit="500")
        typed = self.typed(contract, effective_date="2026-11-18", _save="")
        answer = billing.post(self.url(contract), typed)
        assert (answer.status_code, contract.versions.count()) == (422, 1)
        assert "amend from 2026-12-18 or later" in answer.content.decode()

    def test_says_what_the_renewal_repeats(self, billing, acme, now):
        contract = active(acme, now, months=5, credit="500", auto_renew=True)
        typed = self.typed(contract, credit_portion_micros="300", service_portion_micros="")
        shown = billing.post(self.url(contract), typed, headers={"HX-Request": "true"}).content.decode()
        assert "It then renews for 5 months: 5 of 150.00 USD." in shown

    def test_names_the_term_that_would_drop_what_is_left(self, billing, acme, now):
        contract = active(acme, now, months=5, credit="500")
        typed = self.typed(contract, term_months="0", _save="")
        answer = billing.post(self.url(contract), typed)
        assert (answer.status_code, contract.versions.count()) == (422, 1)
        assert "This would drop the installments from 2027-02-18 on" in answer.content.decode()

    def test_refuses_a_day_outside_the_term(self, billing, acme, now):
        contract = active(acme, now, months=5, credit="500")
        typed = self.typed(contract, effective_date="2029-01-01", _save="")
        assert "Choose a day in the current term" in billing.post(self.url(contract), typed).content.decode()


class TestContractActions:
    def test_offers(self, billing, acme, now, act):
        contract = draft(acme, now, "2027-01-01", months=240)
        assert act(billing, contract, "offer").status_code == 302
        contract.refresh_from_db()
        assert contract.status == "pending_payment"

    def test_cancels_with_a_reason(self, billing, acme, now, act):
        contract = active(acme, now, credit="600")
        assert act(billing, contract, "cancel").status_code == 302
        contract.refresh_from_db()
        assert (contract.status, contract.end_reason) == ("cancelled", "They asked")

    def test_the_way_out_of_canceling_says_that_the_contract_is_kept(self, billing, acme, now):
        page = billing.get(reverse("admin:contracts_contract_cancel", args=[offer(acme, now).pk])).content.decode()
        assert "Keep the contract" in page
        assert ">Cancel<" not in page

    def test_canceling_what_is_worth_much_waits_for_a_second_person(self, billing, acme, now, act):
        contract = active(acme, now)
        assert act(billing, contract, "cancel").status_code == 302
        contract.refresh_from_db()
        request = Approval.objects.get()
        assert (contract.status, request.kind, request.amount_micros) == (
            "active",
            "contracts.cancel",
            to_micros("1100"),
        )
        assert act(client_of(create_staff("bob", "Approver")), request, "approve").status_code == 302
        contract.refresh_from_db()
        assert (contract.status, contract.end_reason) == ("cancelled", "They asked")

    def test_canceling_what_has_changed_since_it_was_agreed_to_is_refused(self, billing, acme, now, act):
        contract = active(acme, now)
        act(billing, contract, "cancel")
        pay(rows(contract)[1], now)
        answer = act(client_of(create_staff("bob", "Approver")), Approval.objects.get(), "approve")
        contract.refresh_from_db()
        assert (answer.status_code, contract.status) == (422, "active")

    def test_canceling_is_not_done_without_the_second_person(self, billing, acme, now, act):
        act(billing, active(acme, now), "cancel")
        with pytest.raises(ApprovalRequired):
            execute(Approval.objects.get().pk, now=timezone.now())

    def test_canceling_a_draft_gives_nothing_up(self, billing, acme, now, act):
        contract = draft(acme, now, credit="60000")
        act(billing, contract, "cancel")
        contract.refresh_from_db()
        assert (contract.status, Approval.objects.count()) == ("cancelled", 0)

    def test_changes_renewal_and_notes(self, billing, acme, now, act):
        contract = active(acme, now, credit="600")
        act(billing, contract, "details", auto_renew="on", notes="Hello")
        contract.refresh_from_db()
        assert (contract.auto_renew, contract.notes) == (True, "Hello")

    def test_renewing_what_is_worth_much_waits_for_a_second_person(self, billing, acme, now, act):
        contract = active(acme, now)
        act(billing, contract, "details", auto_renew="on", notes="Hello")
        contract.refresh_from_db()
        assert (contract.auto_renew, Approval.objects.get().amount_micros) == (False, to_micros("1200"))

    def test_offering_a_bonus_above_the_limit_waits_for_a_second_person(self, billing, acme, now, act):
        contract = draft(acme, now, "2027-01-01", credit="12", bonus="1000000")
        act(billing, contract, "offer")
        contract.refresh_from_db()
        assert (contract.status, Approval.objects.get().amount_micros) == ("draft", to_micros("1000000"))

    def test_offering_a_bonus_at_once_waits_too(self, billing, acme):
        billing.post(ADD, {**TYPED, "bonus_credits_micros": "1000000", "_offer": ""})
        assert (Contract.objects.get().status, Approval.objects.get().kind) == ("draft", "contracts.offer")

    def test_refuses_a_page_that_is_out_of_date(self, billing, acme, now, act):
        contract = active(acme, now)
        assert act(billing, contract, "cancel", seen_revision="1").status_code == 422

    @pytest.mark.parametrize("action", ["edit", "offer", "amend", "details", "cancel"])
    def test_are_offered_as_the_state_allows(self, billing, acme, now, action):
        contract = services.cancel_contract(contract_id=offer(acme, now).pk, reason="x", now=now)
        answer = billing.get(f"/admin/contracts/contract/{contract.pk}/{action}/")
        assert answer.status_code == 403
        assert "Not possible in the present state" in answer.text
        assert f'href="/admin/contracts/contract/{contract.pk}/change/">Open ' in answer.text

    def test_shows_an_unpaid_and_an_overdue_amount_in_the_list(self, billing, acme, now):
        contract = active(acme, now)
        services.mark_overdue(contract_id=contract.pk, now=now.replace(year=2027, month=1, day=1))
        page = billing.get("/admin/contracts/contract/").content.decode()
        assert "1,200.00 USD" in page
        assert "1,100.00 USD" in page
        assert "100.00 USD" in page


class TestInstallmentActions:
    def test_records_a_bank_transfer_once_however_often_it_is_clicked(self, billing, acme, now, act):
        row = rows(offer(acme, now))[0]
        token = {"token": "11111111-1111-1111-1111-111111111111"}
        act(billing, row, "bank-transfer", amount="100", reference="SEPA 1", **token)
        url = f"/admin/contracts/installment/{row.pk}/bank-transfer/"
        billing.post(
            url,
            {
                "amount": "100",
                "value_date": "2026-01-01",
                "reference": "SEPA 1",
                "reason": "x",
                "_step": "confirm",
                **token,
            },
        )
        payment = InstallmentPayment.objects.get()
        assert (payment.received_in, payment.reference, payment.created_by) == (
            "manual_receipts",
            "SEPA 1",
            "staff:ann",
        )
        assert payment.value_date == timezone.now().date()

    def test_a_bank_transfer_counts_from_its_value_date(self, billing, acme, now, act):
        row = rows(offer(acme, now))[0]
        came, ahead = timezone.now().date() - timedelta(days=40), timezone.now().date() + timedelta(days=2)
        refused = act(billing, row, "bank-transfer", amount="40", reference="SEPA 1", value_date=f"{ahead:%Y-%m-%d}")
        assert (refused.status_code, "is in the future" in refused.content.decode()) == (422, True)
        act(billing, row, "bank-transfer", amount="40", reference="SEPA 1", value_date=f"{came:%Y-%m-%d}")
        payment = InstallmentPayment.objects.get()
        assert (payment.value_date, payment.transfer.effective_at.date()) == (came, came)
        page = billing.get(f"/admin/contracts/installment/{row.pk}/change/").content.decode()
        assert f"{came:%Y-%m-%d}" in page

    def test_says_how_money_came_in_staff_words(self, billing, acme, now, act):
        row = rows(offer(acme, now))[0]
        act(billing, row, "bank-transfer", amount="100", reference="SEPA 1")
        page = billing.get(f"/admin/contracts/installment/{row.pk}/change/").content.decode()
        assert "Bank transfer" in page
        assert "manual_receipts" not in page

    def test_shows_what_it_changes_before_it_counts(self, billing, acme, now):
        row = rows(offer(acme, now))[0]
        url = f"/admin/contracts/installment/{row.pk}/bank-transfer/"
        typed = {
            "amount": "40",
            "value_date": "2026-01-01",
            "reference": "S",
            "reason": "x",
            "token": "11111111-1111-1111-1111-111111111111",
        }
        page = billing.post(url, {**typed, "_step": "review"}).content.decode()
        assert "Partly paid" in page
        assert "60.00 USD" in page
        assert not InstallmentPayment.objects.exists()

    def test_shows_a_refusal_beside_what_was_typed(self, billing, acme, now, act):
        row = rows(offer(acme, now))[0]
        answer = act(billing, row, "bank-transfer", amount="100.01", reference="SEPA 1")
        assert (answer.status_code, "is left to pay" in answer.content.decode()) == (422, True)

    def test_a_bank_refund_is_undone_by_a_reversal(self, billing, acme, now, act):
        row = rows(offer(acme, now, service="0"))[0]
        pay(row, now)
        before = wallet_figures(acme, timezone.now()).posted_micros
        assert billing.get(f"/admin/contracts/installment/{row.pk}/undo-refund/").status_code == 403
        act(billing, row, "give-back", amount="40")
        act(billing, row, "give-back", amount="10")
        assert before - wallet_figures(acme, timezone.now()).posted_micros == to_micros("50")
        wrong = InstallmentRefund.objects.get(amount_micros=to_micros("40"))
        act(billing, row, "undo-refund", refund=str(wrong.pk))
        act(billing, row, "undo-refund", refund=str(wrong.pk))
        assert before - wallet_figures(acme, timezone.now()).posted_micros == to_micros("10")
        wrong.refresh_from_db()
        row.refresh_from_db()
        assert (wrong.undone_at is not None, row.state, row.refunded_micros) == (True, "paid", to_micros("10"))
        reversal = Transfer.objects.filter(reverses__cause_type=INSTALLMENT_REFUND.name)
        assert {each.created_by for each in reversal} == {"staff:ann"}

    def test_waits_for_a_second_person_above_the_limit(self, billing, acme, now, act):
        row = rows(offer(acme, now, credit="60000"))[0]
        act(billing, row, "bank-transfer", amount="5000", reference="SEPA 1")
        request = Approval.objects.get()
        assert (request.status, InstallmentPayment.objects.count()) == ("pending", 0)
        approve(approval_id=request.pk, by=create_staff("bob", "Approver"), now=timezone.now())
        execute(request.pk, now=timezone.now())
        request.refresh_from_db()
        payment = InstallmentPayment.objects.get()
        assert (request.status, payment.created_by, payment.reference) == ("used", "staff:ann", "SEPA 1")

    def test_is_not_done_without_the_second_person(self, billing, acme, now, act):
        row = rows(offer(acme, now, credit="60000"))[0]
        act(billing, row, "bank-transfer", amount="5000", reference="SEPA 1")
        with pytest.raises(ApprovalRequired):
            execute(Approval.objects.get().pk, now=timezone.now())

    def test_is_carried_out_by_the_approval_on_screen(self, billing, acme, now, act):
        row = rows(offer(acme, now, credit="60000"))[0]
        act(billing, row, "bank-transfer", amount="5000", reference="SEPA 1")
        approver = client_of(create_staff("bob", "Approver"))
        assert act(approver, Approval.objects.get(), "approve").status_code == 302
        row.refresh_from_db()
        assert (row.state, Approval.objects.get().status) == ("paid", "used")

    def test_counts_slices_of_a_day_together(self, billing, acme, now, act):
        schedule = rows(offer(acme, now, credit="7200"))
        act(billing, schedule[0], "bank-transfer", amount="600", reference="SEPA 1")
        act(billing, schedule[1], "bank-transfer", amount="600", reference="SEPA 2")
        assert (Approval.objects.count(), InstallmentPayment.objects.count()) == (1, 1)

    @pytest.mark.parametrize("action", ["write-off", "void"])
    def test_counts_what_is_given_up_too(self, billing, acme, now, act, action):
        schedule = rows(active(acme, now, credit="7200"))
        act(billing, schedule[1], action)
        act(billing, schedule[2], action)
        assert [row.state == "due" for row in rows(schedule[0].contract)[1:3]] == [False, True]
        assert Approval.objects.get().kind == f"contracts.{action.replace('-', '_')}"

    def test_voids_what_a_second_person_agrees_to(self, billing, acme, now, act):
        row = rows(offer(acme, now, credit="60000"))[0]
        act(billing, row, "void")
        row.refresh_from_db()
        assert row.state == "due"
        act(client_of(create_staff("bob", "Approver")), Approval.objects.get(), "approve")
        row.refresh_from_db()
        assert row.state == "void"

    def test_gives_money_back(self, billing, acme, now, act):
        row = rows(active(acme, now))[0]
        assert act(billing, row, "give-back", amount="30").status_code == 302
        row.refresh_from_db()
        assert row.refunded_micros == to_micros("30")

    def test_writes_off_and_voids(self, billing, acme, now, act):
        contract = active(acme, now)
        act(billing, rows(contract)[1], "write-off")
        act(billing, rows(contract)[2], "void")
        assert [row.state for row in rows(contract)[:4]] == ["paid", "written_off", "void", "due"]

    def test_is_for_those_who_may(self, acme, now):
        row = rows(offer(acme, now))[0]
        viewer = client_of(create_staff("vera", "Viewer"))
        assert viewer.get(f"/admin/contracts/installment/{row.pk}/change/").status_code == 200
        assert viewer.get(f"/admin/contracts/installment/{row.pk}/bank-transfer/").status_code == 403

    def test_is_not_for_rows_of_a_draft(self, billing, acme, now):
        row = rows(draft(acme, now))[0]
        assert billing.get(f"/admin/contracts/installment/{row.pk}/bank-transfer/").status_code == 403


class TestAgreements:
    TYPED = {
        "organization": str(ACME),
        "project": "",
        "description": "Support",
        "charge_type": "monthly",
        "amount_micros": "49.99",
        "start_date": "2027-01-31",
        "end_date": "",
        "reason": "Signed",
        "token": "11111111-1111-1111-1111-111111111111",
        "_step": "confirm",
    }

    def test_are_written(self, billing, acme):
        answer = billing.post("/admin/contracts/serviceagreement/add/", self.TYPED)
        written = ServiceAgreement.objects.get()
        assert (answer.status_code, written.amount_micros, written.created_by) == (302, 49_990_000, "staff:ann")

    @pytest.mark.parametrize(
        ("field", "text"), [("amount_micros", "0"), ("end_date", "2027-01-31"), ("project", "x"), ("organization", "x")]
    )
    def test_are_refused_by_the_name_of_the_field(self, billing, acme, field, text):
        answer = billing.post("/admin/contracts/serviceagreement/add/", {**self.TYPED, field: text})
        assert (answer.status_code, ServiceAgreement.objects.count()) == (422, 0)

    @pytest.mark.parametrize("named", ["another's", "missing"])
    def test_are_refused_a_project_that_is_not_the_customers_own(self, billing, acme, now, named):
        other = create_organization(now, "globex").projects.create(
            name="Web", slug="web", created_at=now, updated_at=now
        )
        chosen = other.pk if named == "another's" else ACME
        answer = billing.post("/admin/contracts/serviceagreement/add/", {**self.TYPED, "project": chosen})
        errors = answer.context["form"].errors
        assert (answer.status_code, errors) == (422, {"project": ["Choose one of the organization's own projects."]})

    def test_are_offered_the_projects_of_the_customer_alone(self, billing, acme, now):
        for organization in (acme, create_organization(now, "globex")):
            organization.projects.create(name=f"Web {organization.slug}", slug="web", created_at=now, updated_at=now)
        query = {"app_label": "contracts", "model_name": "serviceagreement", "field_name": "project", "term": "web"}
        found = [
            [
                each["text"]
                for each in billing.get("/admin/autocomplete/", query | {"customer": customer}).json()["results"]
            ]
            for customer in (acme.pk, "", "x")
        ]
        assert found == [["Web acme"], [], []]

    def test_keep_their_project_when_they_are_changed(self, billing, acme, now):
        project = acme.projects.create(name="Web", slug="web", created_at=now, updated_at=now)
        billing.post("/admin/contracts/serviceagreement/add/", {**self.TYPED, "project": project.pk})
        written = ServiceAgreement.objects.get()
        page = billing.get(f"/admin/contracts/serviceagreement/{written.pk}/edit/")
        assert (written.project, page.context["form"].initial["project"]) == (project, project)
        assert f'<option value="{project.pk}" selected>Web</option>' in page.text

    def test_that_charge_much_wait_for_a_second_person(self, billing, acme, act):
        billing.post("/admin/contracts/serviceagreement/add/", {**self.TYPED, "amount_micros": "1000.01"})
        request = Approval.objects.get()
        assert (ServiceAgreement.objects.count(), request.organization) == (0, acme)
        assert act(client_of(create_staff("bob", "Approver")), request, "approve").status_code == 302
        assert ServiceAgreement.objects.get().created_by == "staff:ann"

    def test_count_the_periods_that_have_begun(self, billing, acme):
        with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
            typed = {**self.TYPED, "amount_micros": "400", "start_date": "2026-09-18"}
            billing.post("/admin/contracts/serviceagreement/add/", typed)
        assert Approval.objects.get().amount_micros == to_micros("1200")

    def test_that_go_on_longer_count_what_they_charge_next(self, billing, acme, now, act):
        written = agreement(acme, now, amount_micros=to_micros("5000"), end_date=date(2026, 12, 18))
        with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
            services.bill_agreement(agreement_id=written.pk, now=timezone.now())
            typed = {**self.TYPED, "amount_micros": "5000", "start_date": "2026-11-18", "end_date": ""}
            del typed["_step"]
            act(billing, written, "edit", **typed)
        assert Approval.objects.get().amount_micros == to_micros("5000")
        written.refresh_from_db()
        assert written.end_date is not None

    def test_that_cost_more_since_they_were_asked_about_are_not_resumed(self, billing, acme, now, act):
        written = agreement(acme, now, amount_micros=to_micros("1500"))
        services.stop_agreement(agreement_id=written.pk, now=now)
        act(billing, written, "resume")
        ServiceAgreement.objects.filter(pk=written.pk).update(amount_micros=to_micros("2000"))
        act(client_of(create_staff("bob", "Approver")), Approval.objects.get(), "approve")
        written.refresh_from_db()
        assert (written.active, Approval.objects.get().status) == (False, "pending")

    def test_are_changed_stopped_and_resumed(self, billing, acme, now, act):
        written = agreement(acme, now)
        typed = {**self.TYPED, "amount_micros": "70", "start_date": "2026-11-18"}
        del typed["_step"]
        assert act(billing, written, "edit", **typed).status_code == 302
        act(billing, written, "stop")
        written.refresh_from_db()
        assert (written.amount_micros, written.active) == (to_micros("70"), False)
        act(billing, written, "resume")
        written.refresh_from_db()
        assert written.active is True


class TestPages:
    def test_ask_a_bounded_number_of_questions(self, billing, acme, now, django_assert_max_num_queries):
        contract = active(acme, now, months=60, credit="600")
        billing.get("/admin/")
        pages = [
            "/admin/contracts/contract/",
            f"/admin/contracts/contract/{contract.pk}/change/",
            f"/admin/contracts/contract/{contract.pk}/amend/",
            "/admin/contracts/installment/",
            f"/admin/contracts/installment/{rows(contract)[0].pk}/change/",
        ]
        for page in pages:
            with django_assert_max_num_queries(26):
                assert billing.get(page).status_code == 200

    def test_are_not_found_for_no_id(self, billing, acme):
        for page in ("contract/nonsense/edit/", "installment/nonsense/void/", "serviceagreement/nonsense/stop/"):
            assert billing.get(f"/admin/contracts/{page}").status_code in (302, 403, 404)

    def test_list_exactly_what_is_overdue(self, billing, acme, now):
        contract = active(acme, now)
        services.mark_overdue(contract_id=contract.pk, now=now.replace(year=2027, month=1, day=20))
        pay(rows(contract)[1], now)
        listed = billing.get("/admin/contracts/installment/?overdue=yes").context["cl"]
        assert [row.pk for row in listed.result_list] == [rows(contract)[2].pk]

    @pytest.mark.parametrize(("start", "renews", "count"), [("2026-11-18", False, 1), ("2026-11-18", True, 0)])
    def test_list_exactly_what_ends_soon(self, billing, acme, now, start, renews, count):
        with time_machine.travel(now, tick=False):
            active(acme, now, start, months=1, credit="100", auto_renew=renews)
            listed = billing.get("/admin/contracts/contract/?ending=yes").context["cl"]
            assert listed.result_count == count
