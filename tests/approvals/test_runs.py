"""One action on more rows than a review rehearses: approved as a whole, performed by the worker, row by row."""

import re
from html import unescape

import pytest
from auditlog.models import LogEntry
from django.utils import timezone

from apps.approvals import pages, runs
from apps.approvals.models import Approval, BulkRun, SoloAction
from apps.approvals.runs import action_of_row, run_slice
from apps.approvals.services import approve
from apps.approvals.submission import execute
from apps.outbox.models import OutboxMessage
from apps.vouchers.models import Voucher
from apps.wallets.actions import GrantCredit
from apps.wallets.models import Grant
from apps.wallets.services import revoke_grant
from tests.approvals.test_each import CUSTOMERS, GRANTS, said_by
from tests.backoffice import conftest
from tests.backoffice.people import PASSWORD, client_of, create_staff
from tests.contracts.factories import offer, pay, rows
from tests.factories import cause_of, create_grant, create_organization
from tests.vouchers.factories import create_batch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]
content_alone = conftest.content_alone
GIFT = {"amount": "50", "source": "bonus", "expires_at_0": "", "expires_at_1": ""}


@pytest.fixture(autouse=True)
def _few_rows(monkeypatch):
    """Make three rows too many for a review, and let the worker perform two rows at a time."""
    monkeypatch.setattr(pages, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(runs, "SLICE", 2)


@pytest.fixture
def client():
    return client_of(create_staff("ada", "Administrator", password=PASSWORD))


def choose(client, address, action, chosen, **typed):
    """Choose rows, fill in the form, review it and confirm what the review showed."""
    said = {"action": action, "_selected_action": [str(row.pk) for row in chosen]}
    token = re.search(r'name="token" value="([^"]+)"', client.post(address, said).content.decode())
    assert token is not None
    filled = {**said, "token": token[1], "reason": "They asked", "password": PASSWORD, **typed}
    review = client.post(address, {**filled, "_step": "review"})
    seen = re.search(r'name="_seen" value="([^"]+)"', review.content.decode())
    assert seen is not None, review.content.decode()
    filled |= {"_seen": seen[1], "_step": "confirm"}
    return review, lambda: client.post(address, filled)


def agree(request):
    approve(approval_id=request.pk, by=create_staff("bob", "Approver"), now=timezone.now())
    execute(request.pk, now=timezone.now())


def work(run):
    """Deliver every message of the run, as the worker does."""
    done = set()
    while waiting := OutboxMessage.objects.filter(task="approvals.perform_rows").exclude(pk__in=done).first():
        done.add(waiting.pk)
        run_slice(waiting.arguments["run_id"], now=timezone.now())
    run.refresh_from_db()
    return len(done)


def customers(now, count=5):
    return [create_organization(now, f"customer-{number}") for number in range(count)]


class TestGranting:
    def test_is_reviewed_by_row_and_sum_approved_once_and_done_slice_by_slice(self, client, now):
        review, confirm = choose(client, CUSTOMERS, "grant_to_each", customers(now), **GIFT)
        assert said_by(review) == [
            ("Rows that would be refused", "", "none"),
            *((f"Customer-{number}", "", "50.00 USD") for number in range(5)),
            ("All in USD", "", "250.00 USD"),
            ("A second person", "", "must approve"),
        ]
        answer = confirm()
        run = BulkRun.objects.get()
        assert answer.headers["Location"] == f"/admin/approvals/bulkrun/{run.pk}/change/"
        assert (run.state, run.row_count, run.amount_micros) == ("waiting", 5, 250_000_000)
        assert not Grant.objects.exists()
        assert not SoloAction.objects.exists()

        agree(Approval.objects.get())
        assert work(run) == 3
        assert run.state == "done"
        assert Grant.objects.filter(amount_micros=50_000_000, transfer__created_by="staff:ada").count() == 5
        assert set(run.rows.values_list("state", flat=True)) == {"done"}

    def test_each_row_is_the_cause_of_what_it_posted(self, client, now):
        choose(client, CUSTOMERS, "grant_to_each", customers(now), **GIFT)[1]()
        agree(Approval.objects.get())
        run = BulkRun.objects.get()
        work(run)
        row = run.rows.get(position=1)
        page = client.get(f"/admin/why/action/{row.key}/").content.decode()
        assert f"/admin/approvals/bulkrun/{run.pk}/change/" in page
        assert "bob" in page

    def test_the_request_shows_the_rows_and_the_sum(self, client, now):
        choose(client, CUSTOMERS, "grant_to_each", customers(now), **GIFT)[1]()
        request = Approval.objects.get()
        seen = {row.what: (row.before, row.after) for row in request.seen()}
        assert seen["State"] == ("Waits for a second person", "Running")
        assert seen["Customer-4"] == ("", "50.00 USD")
        assert seen["Rows that would be refused"] == ("", "none")
        assert request.amount_micros == 250_000_000
        page = client_of(create_staff("bob", "Approver")).get(f"/admin/approvals/approval/{request.pk}/approve/")
        assert "Customer-4" in page.content.decode()

    def test_sent_twice_is_one_run(self, client, now):
        _, confirm = choose(client, CUSTOMERS, "grant_to_each", customers(now), **GIFT)
        confirm()
        confirm()
        assert (BulkRun.objects.count(), Approval.objects.count()) == (1, 1)

    def test_rows_that_changed_since_the_review_are_reviewed_again(self, client, now):
        acme = create_organization(now)
        grants = [create_grant(acme, "10", now, key=str(number)) for number in range(3)]
        _, confirm = choose(client, GRANTS, "take_back_each", grants)
        gone = grants[0]
        revoke_grant(grant=gone, cause=cause_of(acme), reason="Gone", created_by="staff:eve", now=now)
        assert "review them again" in unescape(confirm().content.decode())
        assert not BulkRun.objects.exists()

    def test_is_done_once_however_often_a_slice_runs(self, client, now):
        choose(client, CUSTOMERS, "grant_to_each", customers(now), **GIFT)[1]()
        agree(Approval.objects.get())
        run = BulkRun.objects.get()
        for _ in range(5):  # a message is delivered again after its worker was lost
            run_slice(run.pk, now=timezone.now())
        assert Grant.objects.count() == 5
        run.refresh_from_db()
        assert run.state == "done"

    def test_without_approval_nothing_runs(self, client, now):
        choose(client, CUSTOMERS, "grant_to_each", customers(now), **GIFT)[1]()
        run_slice(BulkRun.objects.get().pk, now=timezone.now())
        assert not Grant.objects.exists()

    def test_the_audit_trail_names_who_asked_and_who_agreed(self, client, now):
        chosen = customers(now)
        choose(client, CUSTOMERS, "grant_to_each", chosen, **GIFT)[1]()
        agree(Approval.objects.get())
        work(BulkRun.objects.get())
        entry = LogEntry.objects.get_for_object(chosen[3]).filter(additional_data__agreed_by="bob").get()
        assert entry.additional_data["amount_micros"] == 50_000_000


class TestWhatFails:
    def test_the_review_and_the_request_name_the_rows_that_would_be_refused(self, client, now):
        acme = create_organization(now)
        contract = offer(acme, now, months=3, frequency="monthly")
        pay(rows(contract)[1], now)
        review, confirm = choose(client, "/admin/contracts/installment/", "void_each", rows(contract))
        assert said_by(review)[0] == ("Rows that would be refused", "", "1 of 3; the others go on")
        about, amount, why = said_by(review)[1]
        assert "due 2026-12-18" in about
        assert (amount, why) == ("0.00 USD", "refused: An installment cannot go from paid to void")
        assert [row.state for row in rows(contract)] == ["due", "paid", "due"]
        confirm()
        seen = {row.what: (row.before, row.after) for row in Approval.objects.get().seen()}
        assert seen["Rows that would be refused"] == ("", "1 of 3; the others go on")

    def test_a_refused_row_says_why_and_the_others_go_on(self, client, now):
        contract = offer(create_organization(now), now, months=3, frequency="monthly")
        choose(client, "/admin/contracts/installment/", "void_each", rows(contract))[1]()
        pay(rows(contract)[1], now)
        agree(Approval.objects.get())
        run = BulkRun.objects.get()
        work(run)
        assert [row.state for row in rows(contract)] == ["void", "paid", "void"]
        refused = run.rows.get(state="refused")
        assert refused.position == 1
        assert refused.outcome
        page = client.get(f"/admin/approvals/bulkrun/{run.pk}/change/").content.decode()
        assert "2 of 3 done, 1 refused, 0 to go" in page
        listed = client.get(f"/admin/approvals/bulkrow/?run__id__exact={run.pk}&state__exact=refused").content.decode()
        assert refused.outcome in unescape(listed)
        assert "due 2026-12-18" in listed

    def test_a_row_that_breaks_is_not_done_and_the_others_go_on(self, client, now, monkeypatch):
        choose(client, CUSTOMERS, "grant_to_each", customers(now), **GIFT)[1]()
        agree(Approval.objects.get())
        run = BulkRun.objects.get()
        broken = run.rows.get(position=2).organization
        honest = GrantCredit.perform

        def perform(self, *, by, now):
            honest(self, by=by, now=now)
            if self.organization_id == broken.pk:
                raise ZeroDivisionError

        monkeypatch.setattr(GrantCredit, "perform", perform)
        work(run)
        assert Grant.objects.count() == 4
        assert not Grant.objects.filter(organization=broken).exists()
        assert "ZeroDivisionError" in run.rows.get(position=2).outcome

    def test_rows_are_refused_once_who_asked_may_no_longer(self, client, now):
        choose(client, CUSTOMERS, "grant_to_each", customers(now), **GIFT)[1]()
        agree(Approval.objects.get())
        run = BulkRun.objects.get()
        run.requested_by.groups.clear()
        work(run)
        assert set(run.rows.values_list("state", flat=True)) == {"refused"}
        assert not Grant.objects.exists()

    def test_rows_of_two_currencies_are_not_added_up(self, client, now):
        grants = [create_grant(create_organization(now, "acme"), "10", now, key="a")]
        euros = create_organization(now, "globex", currency="EUR")
        grants += [create_grant(euros, "10", now, key=str(number)) for number in range(2)]
        said = {"action": "take_back_each", "_selected_action": [str(row.pk) for row in grants]}
        token = re.search(r'name="token" value="([^"]+)"', client.post(GRANTS, said).content.decode())
        filled = {**said, "token": token[1], "reason": "They asked", "password": PASSWORD, "_step": "review"}
        answer = client.post(GRANTS, filled)
        assert answer.status_code == 422
        assert "of one currency, not of EUR and USD" in answer.content.decode()

    def test_takes_at_most_a_thousand_rows(self, client, now, monkeypatch):
        monkeypatch.setattr(pages, "MOST_ROWS", 3)
        client.post(CUSTOMERS, {"action": "grant_to_each", "_selected_action": [row.pk for row in customers(now)]})
        assert "Choose at most 3 rows" in client.get(CUSTOMERS).content.decode()


def test_revokes_many_codes(client, now):
    create_batch(now, count=4)
    codes = list(Voucher.objects.order_by("pk"))
    choose(client, "/admin/vouchers/voucher/", "revoke_each", codes[:3])[1]()
    agree(Approval.objects.get())
    work(BulkRun.objects.get())
    assert [code.revoked_at is None for code in Voucher.objects.order_by("pk")] == [False, False, False, True]


def test_all_rows_of_a_list_are_chosen_at_once(client, now):
    customers(now, 4)
    said = {"action": "grant_to_each", "select_across": "1", "_selected_action": ["x"]}
    opened = client.post(CUSTOMERS, said).content.decode()
    assert "Grant credit: 4 rows" in opened
    assert 'name="select_across" value="1"' in opened


def test_a_stored_row_is_the_action_that_was_reviewed(client, now):
    choose(client, CUSTOMERS, "grant_to_each", customers(now), **GIFT)[1]()
    run = BulkRun.objects.get()
    actions = [action_of_row(row) for row in run.rows.order_by("position")]
    assert runs.digest_of(actions) == run.digest
