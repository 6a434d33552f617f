"""The demo data: created once, by public services, with consistent books."""

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from apps.approvals.models import BulkRun
from apps.approvals.services import approve
from apps.bank.models import BankLine
from apps.common.money import from_micros
from apps.common.periods import Period, add_months, midnight, month_label, month_of
from apps.contracts.models import Contract, ContractPrice, Installment, ServiceAgreement
from apps.contracts.recurring_revenue import MOVES, movements
from apps.contracts.selectors import recurring_stretches
from apps.demo.access import demo_access
from apps.demo.seed import history_is_complete, make_beginning, make_history, seed
from apps.dunning.models import DunningCase
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document
from apps.ledger.models import Transfer
from apps.outbox.models import OutboxMessage
from apps.payments.consistency import payment_mismatches
from apps.plans.selectors import current_subscription
from apps.snapshots.providers import OwnLedger
from apps.snapshots.selectors import latest_balance, latest_costs
from apps.tenants import selectors
from apps.tenants.models import Organization
from apps.usage.models import MarginAlarm, MonthClose, UsageDay, UsageEvent, UsagePosting
from apps.usage.selectors import consumed_units, unit_alerts
from apps.usage.services import check_budgets
from apps.wallets.models import BucketPeriod, Budget, Refusal
from apps.wallets.selectors import wallet_figures
from apps.wallets.selectors.explanations import wallet_entries_of
from apps.webhooks.models import WebhookEndpoint
from tests.api.callers import as_bearer, key_of
from tests.approvals.factories import ask
from tests.causes import FAMILIES, dead_ends, posted_families
from tests.kept_worlds import kept

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo_now():
    """The time at which the demo ends: an hour in which the American seller's day is still the one before."""
    return datetime(2026, 11, 18, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def _seeded(django_db_setup, django_db_blocker, demo_now):
    """The demo, made once for this module.

    It is interrupted on the way, as `make run` may be, and then made to its end.
    """
    with kept(django_db_blocker):
        assert make_beginning(now=demo_now) is True
        assert make_beginning(now=demo_now) is False
        moments = iter(range(60))
        assert make_history(stop=lambda: next(moments, None) is None) is True  # interrupted after sixty moments
        assert not history_is_complete()
        assert seed(now=demo_now + timedelta(hours=1)) is True
        assert history_is_complete()
        yield


@pytest.fixture
def now(_seeded, demo_now, db):
    """The seeded demo's moment."""
    return demo_now


class TestSeed:
    def test_is_made_once(self, now):
        transfers = Transfer.objects.count()
        assert seed(now=now) is False
        assert Transfer.objects.count() == transfers

    def test_has_books_that_hold(self, now):
        call_command("check_ledger", stdout=StringIO())

    def test_has_contracts_that_agree_with_the_books(self, now):
        call_command("check_contracts", stdout=StringIO())

    def test_shows_contracts_in_every_state_that_staff_meet(self, now):
        states = {contract.organization.slug: contract.status for contract in Contract.objects.all()}
        assert {slug: states[slug] for slug in ("acme", "globex", "initech", "wonka", "tyrell")} == {
            "acme": "past_due",
            "globex": "pending_payment",
            "initech": "draft",
            "wonka": "past_due",
            "tyrell": "cancelled",
        }
        acme = Installment.objects.filter(contract__organization__slug="acme").order_by("pk")
        assert [row.state for row in acme[:4]] == ["paid", "paid", "due", "due"]
        assert acme[2].overdue_at is not None
        assert ServiceAgreement.objects.exclude(billed_at=None).count() == 2

    def test_shows_what_keeps_spending_in_bounds(self, now):
        budgets = {budget.slug: budget.set_by for budget in Budget.objects.filter(kind="own")}
        everyone = {"everything": "customer", "robotics": "customer", "each-project": "customer", "gpu": "staff"}
        assert budgets == everyone
        assert BucketPeriod.objects.filter(bucket__budget__slug="each-project", spent_micros__gt=0).exists()
        assert list(Refusal.objects.values_list("reason", "budget")) == [("budget", "robotics")]
        assert WebhookEndpoint.objects.get().url.endswith("/try/events")
        assert [each.detail for each in check_budgets()] == []

    def test_shows_a_customer_who_was_told_that_few_units_are_left(self, now):
        globex = Organization.objects.get(slug="globex")
        assert [(each.unit, each.threshold_micros, each.is_low) for each in unit_alerts(globex)] == [
            ("credits", 1_000_000_000, False),
            ("credits", 5_000_000_000, True),
        ]
        told = OutboxMessage.objects.get(arguments__notice__startswith="units.")
        data, day = json.loads(told.arguments["data"], parse_float=Decimal), told.arguments["occurred_at"][:10]
        begun = current_subscription(globex, now).allocation.start
        used = consumed_units(globex, Period(begun, midnight(date.fromisoformat(day)))).credits_micros
        assert (told.arguments["notice"], told.arguments["mail"], data["threshold"]) == ("units.low", True, 5_000)
        assert 5_000 > data["left"] == from_micros(data["included"] * 1_000_000 - used) > 4_500

    def test_shows_a_model_that_costs_more_than_its_price(self, now):
        assert list(MarginAlarm.objects.exclude(model="").values_list("model", flat=True)) == ["chat atlas-mini"]

    def test_shows_a_bank_statement_to_match_and_a_customer_in_dunning(self, now):
        assert list(BankLine.objects.order_by("pk").values_list("state", "grade", "amount_micros")) == [
            ("proposed", "sure", 1_380_600_000),
            ("proposed", "likely", 1_000_000_000),
            ("new", "none", 250_000_000),
            ("new", "none", -12_500_000),
        ]
        case = DunningCase.objects.get()
        assert (case.organization.slug, case.steps_done, case.wait) == ("globex", 1, "promised")
        assert [str(each) for each in (*invoice_mismatches(), *payment_mismatches())] == []

    def test_shows_a_contracts_own_price_and_codes_revoked_together(self, now):
        own = ContractPrice.objects.get()
        assert (own.contract.organization.slug, own.price.meter.slug, own.price.status) == (
            "cyberdyne",
            "gpu-hours",
            "published",
        )
        assert UsageEvent.objects.filter(organization=own.contract.organization, price_version=own.price).exists()
        run = BulkRun.objects.get()
        assert (run.state, run.row_count, run.rows.filter(state="done").count()) == ("done", 55, 55)

    def test_shows_a_seller_whose_tax_stripe_calculates(self, now):
        draft = Document.objects.get(seller__tax_engine="stripe")
        assert (draft.state, draft.net_micros, draft.tax_calculation.state) == ("draft", 3_600_000_000, "asked")
        row = draft.tax_calculation
        assert row.question["customer_details"]["address"]["state"] == "NY"
        assert OutboxMessage.objects.filter(task="payments.calculate_tax", arguments__calculation_id=row.pk).exists()

    def test_each_fee_stands_in_the_month_it_is_for(self, now):
        fees = Transfer.objects.filter(key__startswith="service-agreement:").order_by("pk")
        months = [(fee.key.split(":")[2][:7], month_label(fee.recorded_at)) for fee in fees]
        assert {period for period, _ in months} == {"2026-10", "2026-11"}
        assert [(period, booked) for period, booked in months if period != booked] == []

    def test_history_is_recorded_in_the_order_it_happened(self, now):
        moments = list(Transfer.objects.order_by("pk").values_list("recorded_at", flat=True))
        assert moments == sorted(moments)

    def test_shows_a_dozen_customers_of_five_currencies(self, now):
        currencies = Organization.objects.values_list("currency", flat=True)
        assert (len(currencies), set(currencies)) == (12, {"USD", "EUR", "JPY", "GBP", "CHF"})

    def test_shows_each_way_in_which_recurring_revenue_moves(self, now):
        ends = [add_months(date(2025, 11, 1), months) - timedelta(days=1) for months in range(13)]
        stretches = recurring_stretches(Organization.objects.all())
        moved = {move for month in movements(stretches, ends) for move in MOVES if month.moves[move]}
        assert moved == set(MOVES)

    def test_is_for_development(self, settings):
        settings.DEVELOPMENT = False

        with pytest.raises(CommandError):
            call_command("seed_demo")


class TestShapes:
    """The three customers together have every kind of plan and usage."""

    def figures(self, slug, now):
        return current_subscription(Organization.objects.get(slug=slug), now)

    def test_a_monthly_plan_with_a_history_of_plans(self, now):
        acme = self.figures("acme", now)
        assert (acme.tier, acme.status, acme.source, acme.cadence) == ("Pro", "active", "stripe", "monthly")
        assert set(acme.allocation_amounts) == {"explorer_units", "developer_units"}
        assert acme.granted_quota_micros == acme.list_quota_micros == 60_000_000

    def test_an_annual_legacy_plan(self, now):
        globex = self.figures("globex", now)
        assert (globex.source, globex.cadence, set(globex.allocation_amounts)) == ("contract", "annual", {"credits"})
        consumed = consumed_units(Organization.objects.get(slug="globex"), globex.allocation)
        assert 0 < consumed.credits_micros < globex.allocation_amounts["credits"]

    def test_a_trial_without_allocation(self, now):
        initech = self.figures("initech", now)
        assert (initech.status, initech.allocation, initech.cadence) == ("trialing", None, None)
        assert dict(initech.allocation_amounts) == {"explorer_units": 0, "developer_units": 0}

    def test_a_year_of_usage_on_every_kind_of_meter(self, now):
        days = UsageDay.objects.filter(organization__slug__in=["acme", "globex"])
        assert days.values("day").distinct().count() >= 365
        assert set(days.values_list("meter__kind", flat=True)) == {"token", "service", "event", "other", "character"}
        assert UsageEvent.objects.filter(state="quarantined").count() == 6

    def test_closed_months_and_a_late_correction(self, now):
        closed = MonthClose.objects.filter(organization__slug="acme", state="closed")
        assert closed.count() == 12
        late = UsageEvent.objects.filter(corrects_month__isnull=False)
        assert set(late.values_list("corrects_month", flat=True)) == {date(2026, 9, 1)}
        call_command("check_usage", stdout=StringIO())

    @pytest.mark.parametrize("slug", ["acme", "globex"])
    def test_costs_of_closed_months_that_say_what_the_books_say(self, now, slug):
        organization = Organization.objects.get(slug=slug)
        months = [month_of(midnight(row.month)) for row in MonthClose.objects.filter(organization=organization)]
        for month in months[-6:]:
            collected = latest_costs(organization, year=month.start.year, month=month.start.month)
            assert collected.total_micros == OwnLedger().costs(organization, month, now).total_micros, month.key

    def test_prepaid_credit_and_postpaid_debt(self, now):
        acme, globex = (wallet_figures(Organization.objects.get(slug=slug), now) for slug in ("acme", "globex"))
        assert (acme.balance_micros > 0, acme.overspend_micros) == (True, 0)
        assert 0 < globex.outstanding_micros < globex.postpaid_limit_micros

    @pytest.mark.parametrize("slug", ["acme", "globex", "initech"])
    def test_snapshots_that_add_up(self, now, slug):
        organization = Organization.objects.get(slug=slug)
        assert latest_balance(organization).currency == organization.currency
        costs = latest_costs(organization, year=2026, month=11)
        assert costs.usage_fees_micros == sum(line["amount_micros"] for line in costs.usage_lines) > 0


class TestAccess:
    @pytest.fixture(autouse=True)
    def in_a_folder_of_its_own(self, settings, tmp_path, now):
        settings.VAR_DIR = tmp_path

    def test_the_password_opens_the_admin(self, now, rf):
        access = demo_access(now=now)

        user = authenticate(rf.get("/"), username=access["username"], password=access["password"])
        assert user.is_superuser

    def test_the_api_key_speaks_for_the_demo_organization(self, now):
        key = selectors.authenticate_api_key(demo_access(now=now)["api_key"], now)

        assert key.organization.slug == "acme"

    def test_the_second_person_may_agree_to_what_the_first_asks_for(self, now):
        access = demo_access(now=now)
        admin, approver = (User.objects.get(username=access[name]) for name in ("username", "approver"))
        assert approver.check_password(access["approver_password"])
        assert approve(approval_id=ask(admin, now=now).pk, by=approver, now=now).status == "approved"

    def test_a_second_run_gives_the_same_password_and_key(self, now):
        first, second = demo_access(now=now), demo_access(now=now)

        assert (first["password"], first["api_key"]) == (second["password"], second["api_key"])

    def test_credentials_that_no_longer_work_are_made_anew(self, now):
        first = demo_access(now=now)
        Organization.objects.get(slug="acme").api_keys.update(revoked_at=now)

        assert demo_access(now=now)["api_key"] != first["api_key"]

    def test_only_the_owner_can_read_the_files(self, now, tmp_path):
        demo_access(now=now)

        assert {path.name: oct(path.stat().st_mode)[-3:] for path in tmp_path.glob("*[dy]")} == {
            "admin_password": "600",
            "approver_password": "600",
            "demo_api_key": "600",
        }


class TestCauses:
    def test_every_transfer_leads_to_the_page_of_what_caused_it(self, now):
        assert dead_ends() == []

    def test_each_family_has_the_cause_that_is_meant_for_it(self, now):
        assert posted_families() - FAMILIES == set()


class TestExplanations:
    @pytest.mark.parametrize("of_a_kind", [10, pytest.param(None, marks=pytest.mark.long)], ids=["ten", "all"])
    def test_of_every_kind_of_entry_add_up_to_its_amount(self, now, of_a_kind):
        """The leaves of each charge add up to its amount, by events and by grants; a grant's leaf is its amount.

        Of each customer's entries of a kind, those of `of_a_kind` moments spread over the year are explained, or all.
        """
        explained = 0
        for organization in Organization.objects.all():
            client = Client(headers=as_bearer(key_of(organization, "billing:read")))
            for entries in entries_by_kind(organization):
                for entry in entries[:: -(-len(entries) // of_a_kind) if of_a_kind else 1]:
                    body = client.get(f"/v1/billing/explain/{entry.pk}", {"limit": 200}).json(parse_float=Decimal)
                    amount = Decimal(entry.amount_micros).scaleb(-6)
                    paid = sum(each["amount"] for each in body["grants"]) + body["shortfall"]
                    assert (body["entry"]["amount"], paid) == (amount, abs(amount)), body
                    assert UsagePosting.objects.filter(transfer=entry.transfer_id).exists() <= bool(body["lines"]), body
                    if body["lines"]:
                        lines, total = sum(each["charge"] for each in body["lines"]), body["events"]["total"]["charge"]
                        assert lines == total == -amount, body
                    explained += 1
        assert explained > 100


def entries_by_kind(organization):
    """Return the entries of an organization's wallet in lists of one kind, cause and direction each, in order."""
    kinds = defaultdict(list)
    for entry in wallet_entries_of(organization).select_related("transfer").order_by("pk"):
        moved = entry.transfer
        kinds[moved.kind, moved.cause_type, moved.reverses_id is None, entry.amount_micros < 0].append(entry)
    return kinds.values()
