"""Prices that a contract agrees on: published when it is offered, in force while it runs, ended with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from apps.approvals.models import Approval
from apps.approvals.services import approve
from apps.approvals.submission import execute, submit
from apps.common.errors import BillingError
from apps.contracts import services
from apps.contracts.actions import AmendContract, CancelContract, EditContract, OfferContract
from apps.contracts.agreed_prices import AgreedPrice
from apps.contracts.cancellation import CancellationTerms
from apps.pricing.models import PriceBook, PriceVersion
from apps.pricing.price_text import one_text
from apps.pricing.rating import Scheme
from apps.pricing.selectors import price_index
from tests.backoffice.people import create_staff
from tests.contracts.factories import agreed, draft, draft_fields, pay, rows
from tests.pricing.factories import make_meter, price

pytestmark = pytest.mark.django_db

HOUR = 1_000_000_000_000  # one unit of money for one unit of usage, in micros per million units


@pytest.fixture
def gpu(db):
    meter = make_meter("gpu-hours", kind="other")
    price(meter, micros_per_million=2 * HOUR)
    return meter


@pytest.fixture
def ann(db):
    return create_staff("ann", "Billing")


def own(amount: int = HOUR, **fields) -> AgreedPrice:
    return AgreedPrice(**{"meter": "gpu-hours", "micros_per_million": amount, **fields})


def priced_draft(acme, now, *prices, start="2027-01-01", auto_renew=False, **fields):
    given = draft_fields(start, auto_renew=auto_renew, **fields)
    given = replace(given, agreed=replace(given.agreed, prices=prices))
    return services.draft_contract(organization=acme, draft=given, created_by="staff:ann", now=now)


def offer_priced(acme, now, ann, *prices, **fields):
    """Offer a contract with prices, as two people do."""
    contract = priced_draft(acme, now, *prices, **fields)
    action = OfferContract.of(contract, seen_revision=contract.revision, reason="Deal", key="offer", now=now)
    agree(submit(action, by=ann, now=now), now)
    contract.refresh_from_db()
    return contract


def agree(request, now):
    assert request is not None
    approve(approval_id=request.pk, by=create_staff(f"bob{request.pk}", "Approver"), now=now)
    execute(request.pk, now=now)


def paid_at(acme, meter, at, model=""):
    """What one unit costs the customer at a moment, as text."""
    index = price_index(organization_ids=[acme.pk], currencies=[acme.currency], start=at, end=at)
    found = index.find(organization_id=acme.pk, currency=acme.currency, meter_id=meter.pk, model=model, at=at)
    return one_text(found.rule.micros_per_million or 0) if found else None


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestOffering:
    def test_a_draft_publishes_nothing(self, acme, gpu, now):
        contract = priced_draft(acme, now, own())
        assert contract.versions.get().agreed_prices() == (own(),)
        assert not PriceBook.objects.filter(organization=acme).exists()

    def test_publishes_from_the_first_day_to_the_last_with_the_approval(self, acme, gpu, ann, now):
        contract = offer_priced(acme, now, ann, own())
        row = contract.prices.get().price
        assert (row.effective_from, row.effective_to) == (day("2027-01-01"), day("2028-01-01"))
        assert row.approval == str(Approval.objects.get().pk)
        assert row.links.count() == 1
        moments = ("2026-12-31", "2027-01-01", "2027-12-31", "2028-01-01")
        assert [paid_at(acme, gpu, day(moment)) for moment in moments] == ["2", "1", "1", "2"]

    def test_needs_a_second_person_without_usage_to_compare_and_says_so(self, acme, gpu, ann, now):
        contract = priced_draft(acme, now, own())
        action = OfferContract.of(contract, seen_revision=1, reason="Deal", key="offer", now=now)
        said = {row.what: (row.before, row.after) for row in action.preview(by=ann, now=now)}
        assert said["Price of gpu-hours, any model"][0] == "2.00 USD each"
        assert "1.00 USD each, from 2027-01-01" in said["Price of gpu-hours, any model"][1]
        assert said["Price of gpu-hours, any model: charges of the last 30 days"] == ("", "no usage to compare")
        assert said["The prices take effect"] == ("", "on 2027-01-01")
        assert submit(action, by=ann, now=now) is not None
        contract.refresh_from_db()
        assert contract.status == "draft"
        assert not PriceVersion.objects.filter(book__organization=acme).exists()

    def test_a_contract_without_prices_is_offered_alone(self, acme, gpu, ann, now):
        contract = draft(acme, now)
        action = OfferContract.of(contract, seen_revision=1, reason="Deal", key="offer", now=now)
        assert submit(action, by=ann, now=now) is None

    def test_the_page_says_before_saving_when_the_prices_of_a_begun_contract_start(self, acme, gpu, client):
        person = create_staff("writer", "Billing")
        terms = {
            "organization": str(acme.pk),
            "term_months": "12",
            "payment_frequency": "monthly",
            "payment_terms_days": "0",
            "credit_portion_micros": "1200",
            "prices": "gpu-hours; ; 1.20",
        }
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        for start, said in (("2020-01-01", "about 10 minutes after publication"), ("2099-01-01", "on 2099-01-01")):
            shown = client.post(
                "/admin/contracts/contract/add/", {**terms, "start_date": start}, headers={"HX-Request": "true"}
            ).text
            assert "The prices take effect" in shown
            assert said in shown

    def test_starts_ten_minutes_later_if_the_contract_has_begun(self, acme, gpu, ann, now):
        contract = offer_priced(acme, now, ann, own(), start="2026-11-01")
        start = contract.prices.get().price.effective_from
        assert timedelta(minutes=10) < start - now <= timedelta(minutes=11)
        assert paid_at(acme, gpu, now) == "2"

    def test_of_tokens_has_input_and_output_of_one_model(self, acme, ann, now):
        chat = make_meter("chat")
        price(chat, micros_per_million=5_000_000)
        tokens = AgreedPrice(
            meter="chat",
            model="opus",
            scheme=Scheme.PER_TOKEN,
            input_micros_per_million=1_500_000,
            output_micros_per_million=7_500_000,
        )
        row = offer_priced(acme, now, ann, tokens).prices.get().price
        assert (row.model, row.input_micros_per_million, row.output_micros_per_million) == (
            "opus",
            1_500_000,
            7_500_000,
        )

    def test_refuses_a_meter_that_is_gone(self, acme, ann, now):
        contract = priced_draft(acme, now, own(meter="nothing"))
        action = OfferContract.of(contract, seen_revision=1, reason="Deal", key="offer", now=now)
        with pytest.raises(BillingError, match="no meter nothing"):
            action.preview(by=ann, now=now)


class TestTheEnd:
    def test_canceled_before_it_begins_withdraws_the_price_and_restores_the_one_before(self, acme, gpu, ann, now):
        book = PriceBook.objects.create(name="Acme", currency="USD", organization=acme, created_at=now)
        before = price(gpu, book=book, micros_per_million=3 * HOUR)
        contract = offer_priced(acme, now, ann, own())
        services.cancel_contract(contract_id=contract.pk, reason="Changed their mind", now=now)
        before.refresh_from_db()
        assert contract.prices.get().price.status == "withdrawn"
        assert before.effective_to is None
        assert paid_at(acme, gpu, day("2027-06-01")) == "3"

    def test_canceled_while_it_runs_ends_the_price(self, acme, gpu, ann, now):
        contract = offer_priced(acme, now, ann, own())
        pay(rows(contract)[0], now)
        later = day("2027-03-05")
        services.cancel_contract(contract_id=contract.pk, reason="They left", now=later)
        assert paid_at(acme, gpu, later) == "1"
        assert paid_at(acme, gpu, later + timedelta(minutes=12)) == "2"

    def test_canceled_at_a_date_ends_it_on_that_day(self, acme, gpu, ann, now):
        contract = offer_priced(acme, now, ann, own())
        pay(rows(contract)[0], now)
        contract.refresh_from_db()
        terms = CancellationTerms(day=day("2027-04-01").date())
        services.cancel_contract_at(
            contract_id=contract.pk,
            seen_revision=contract.revision,
            terms=terms,
            reason="They leave",
            created_by="staff:ann",
            now=now,
        )
        assert contract.prices.get().price.effective_to == day("2027-04-01")

    def test_one_that_renews_keeps_it_until_it_no_longer_renews(self, acme, gpu, ann, now):
        contract = offer_priced(acme, now, ann, own(), auto_renew=True)
        assert contract.prices.get().price.effective_to is None

        def change(auto_renew):
            contract.refresh_from_db()
            services.change_details(
                contract_id=contract.pk, seen_revision=contract.revision, auto_renew=auto_renew, notes="", now=now
            )
            return contract.prices.get().price.effective_to

        assert change(False) == day("2028-01-01")
        assert change(True) is None

    def test_an_end_that_staff_set_is_not_moved_later(self, acme, gpu, ann, now):
        from apps.pricing.services import end_price_version

        contract = offer_priced(acme, now, ann, own())
        end_price_version(version_id=contract.prices.get().price_id, at=day("2027-05-01"), now=now)
        services.change_details(
            contract_id=contract.pk, seen_revision=contract.revision, auto_renew=True, notes="", now=now
        )
        assert contract.prices.get().price.effective_to == day("2027-05-01")

    def test_of_a_figure_of_the_month_ends_with_the_month(self, acme, ann, now):
        price(make_meter("seats", kind="other", counts="max"), micros_per_million=2 * HOUR)
        contract = offer_priced(acme, now, ann, own(meter="seats"))
        pay(rows(contract)[0], now)
        services.cancel_contract(contract_id=contract.pk, reason="They left", now=day("2027-03-05"))
        assert contract.prices.get().price.effective_to == day("2027-04-01")

    def test_the_review_of_a_cancellation_shows_it(self, acme, gpu, ann, now):
        contract = offer_priced(acme, now, ann, own())
        action = CancelContract.of(contract, seen_revision=contract.revision, reason="No", key="c")
        (shown,) = (row for row in action.preview(by=ann, now=now) if row.what == "Price of gpu-hours, any model")
        assert shown.before.startswith("1.00 USD each")
        assert shown.after == ""


class TestChanging:
    def test_an_amendment_replaces_the_price_from_its_day_and_keeps_the_others(self, acme, gpu, ann, now):
        price(make_meter("storage", kind="other"), micros_per_million=9 * HOUR)
        contract = offer_priced(acme, now, ann, own(), own(meter="storage", amount=4 * HOUR))
        pay(rows(contract)[0], now)
        contract.refresh_from_db()
        action = AmendContract.of(
            contract,
            amendment=services.Amendment(
                effective_date=day("2027-06-01").date(),
                agreed=replace(agreed(months=12, credit="1200"), prices=(own(HOUR // 2),)),
                reason="Bigger",
            ),
            seen_revision=contract.revision,
            key="amend",
            now=now,
        )
        agree(submit(action, by=ann, now=now), now)
        assert [paid_at(acme, gpu, day(moment)) for moment in ("2027-05-31", "2027-06-01")] == ["1", "0.5"]
        ends = {row.price.effective_to for row in contract.prices.all()}
        assert ends == {day("2027-06-01"), day("2028-06-01")}  # the amended term is longer, the other price too

    def test_an_edit_of_an_offer_publishes_them_anew(self, acme, gpu, ann, now):
        contract = offer_priced(acme, now, ann, own())
        fields = draft_fields("2027-01-01")
        action = EditContract.of(
            contract,
            draft=replace(fields, agreed=replace(fields.agreed, prices=(own(3 * HOUR),))),
            seen_revision=contract.revision,
            reason="Edited",
            key="edit",
            now=now,
        )
        agree(submit(action, by=ann, now=now), now)
        assert [row.price.status for row in contract.prices.order_by("pk")] == ["withdrawn", "published"]
        assert paid_at(acme, gpu, day("2027-02-01")) == "3"
