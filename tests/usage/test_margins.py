"""Costs of usage: reported or by the cost book, corrected without moving money, with alarms at low margins."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.backoffice.customer_page.contract_tabs import usage_lines
from apps.common.money import MICROS_PER_UNIT
from apps.common.periods import month_of
from apps.pricing import errors
from apps.pricing.models import Meter, PriceBook, PriceListImport, PriceVersion
from apps.pricing.rating import PriceRule, Scheme, Totals, cost_of
from apps.pricing.services import (
    ListTerms,
    PriceSlot,
    PriceTerms,
    cost_book,
    import_price_list,
    publish_price_list,
    set_price,
)
from apps.tenants.models import Organization
from apps.usage.errors import CostRunRefused
from apps.usage.event_calls import cost_text, sent_data
from apps.usage.models import CostCorrection, CostRun, MarginAlarm, UsageDay, UsageEvent, VendorBill
from apps.usage.preview import preview_price
from apps.usage.selectors import Margin, MarginGrouping, margins, paid_by_promotions, total_of
from apps.usage.selectors.margins import with_computed_costs
from apps.usage.services import (
    check_usage,
    correct_costs,
    enter_vendor_bill,
    raise_margin_alarms,
    rebuild_usage,
    rerate_quarantined,
    undo_cost_run,
)
from apps.wallets.selectors import wallet_figures
from tests.backoffice.people import client_of, create_staff
from tests.factories import charge, create_grant, create_organization
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send
from tests.usage.test_corrections import correct as void
from tests.usage.test_model_calls import CALL, cells

DAY = date(2026, 11, 18)
PICO = 10**12  # of a currency unit


class TestVendorBills:
    @pytest.mark.django_db
    def test_stand_beside_the_cost_computed_from_usage_and_charge_nobody(self, now):
        acme = create_organization(now)
        price(make_meter(), micros_per_million=1_000_000)
        for name, model, amount in (("a", "gpt-5", "1.5"), ("b", "gpt-4o", "0.25"), ("c", "claude-4", "9")):
            cost = {"amount": amount, "currency": "USD"}
            send(acme, now, event(name, quantity=1, model=model, cost=cost))
        send(acme, now, event("d", quantity=1, model="gpt-5", cost={"amount": "7", "currency": "EUR"}))
        client = client_of(create_staff("ann", is_superuser=True))
        address = reverse("admin:usage_vendorbill_enter")
        token = re.search(r'name="token" value="([^"]+)"', client.get(address).content.decode()).group(1)
        typed = {"vendor": "OpenAI", "meter": Meter.objects.get().pk, "models_begin_with": "gpt-", "currency": "USD"}
        typed |= {"first_day": "2026-11-01", "last_day": "2026-11-30", "amount": "2", "reason": "Invoice 17"}
        sent = {"token": token, "_step": "confirm", **typed}
        assert client.post(address, sent | {"last_day": "2026-10-01"}).status_code == 422
        client.post(address, sent)
        bill = with_computed_costs(VendorBill.objects.all()).get()
        assert (bill.amount_micros, bill.computed_picos, bill.created_by) == (
            2_000_000,
            Decimal(175 * PICO // 100),
            "staff:ann",
        )
        assert "0.25" in client.get(reverse("admin:usage_vendorbill_changelist")).content.decode()

    @pytest.mark.django_db
    def test_of_an_account_stand_beside_the_cost_of_its_usage_only(self, now):
        """Two accounts of a vendor, each with its own cost book and bill; the cost of one is corrected afterward."""
        acme, meter = create_organization(now), make_meter()
        price(meter, micros_per_million=1_000_000)
        for account, cost in (("east", 2_000_000), ("west", 3_000_000)):
            price(meter, book=cost_book(currency="USD", account=account, now=now), micros_per_million=cost)
        for name, provider in (("a", "East"), ("b", "west"), ("c", "west"), ("d", "")):
            send(acme, now, event(name, quantity=1_000_000, provider=provider))
        bills = {"vendor": "V", "meter": meter, "currency": "USD", "first_day": DAY, "last_day": DAY, "reason": "bill"}
        for account, billed in (("east", 2_500_000), ("west", 6_000_000), ("", 9_000_000)):
            bill = VendorBill(**bills, account=account, amount_micros=billed)
            enter_vendor_bill(bill=bill, created_by="staff:ann", now=now)

        def computed():
            rows = with_computed_costs(VendorBill.objects.order_by("pk"))
            return {bill.account: int(bill.computed_picos) // 10**6 for bill in rows}

        assert computed() == {"east": 2_000_000, "west": 6_000_000, "": 8_000_000}
        west = cost_book(currency="USD", account="west", now=now)
        later = price(meter, book=west, start=now + timedelta(days=1), micros_per_million=1_000_000)
        correct_costs(version_id=later.pk, first_day=DAY, last_day=DAY, reason="R", created_by="staff:ann", now=now)
        assert computed() == {"east": 2_000_000, "west": 2_000_000, "": 4_000_000}
        assert list(check_usage()) == []


@pytest.mark.django_db
def test_the_margin_of_a_large_call_by_the_price_list_and_the_cost_book(now):
    """It costs the customer 0.184918, and us exactly 103,161.25 micros."""
    acme, meter = create_organization(now), make_meter()
    price(meter, model="m", **cells("input 1.25\ncache_read 0.625\noutput 10"))
    ours = {"input": (1.25, 2.5), "cache_read": (0.125, 0.25), "output": (10, 15)}
    lines = [f"{kind} {low}\n{kind} above=200000 {high}" for kind, (low, high) in ours.items()]
    price(meter, model="m", book=cost_book(currency="USD", now=now), **cells("\n".join(lines)))
    send(acme, now, event(model="m", input_tokens=262_960, cache_read_tokens=257_955, output_tokens=1_744))
    (line,) = margins(MarginGrouping.MODEL, first_day=DAY, last_day=DAY)
    assert (line.figures.charge_picos, line.figures.cost_picos) == (184_918 * 10**6, 103_161_250_000)
    assert (line.figures.margin_picos, line.figures.margin_ppm) == (81_756_750_000, 442_124)


class TestMargin:
    @pytest.mark.parametrize(
        ("charge", "cost", "ppm", "is_below"),
        [
            (184_918 * 10**6, 103_161_250_000, 442_124, False),  # a call of 0.184918 that cost 0.10316125
            (2 * PICO, 2 * PICO, 0, False),
            (2 * PICO, 2 * PICO + 1, 0, True),  # below by a pico, which no rounding hides
            (0, 2 * PICO, None, True),
            (0, 10**11, None, False),  # charge and cost are below the least amount
        ],
    )
    def test_is_charge_minus_cost(self, charge, cost, ppm, is_below):
        margin = Margin(charge_picos=charge, cost_picos=cost)
        assert (margin.margin_picos, margin.margin_ppm) == (charge - cost, ppm)
        assert margin.is_below(0, 1_000_000) is is_below

    @pytest.mark.parametrize(
        ("rule", "totals", "picos"),
        [
            (PriceRule(Scheme.PER_UNIT, micros_per_million=1_250_000), Totals(1_000_000), 1_250_000),
            (
                PriceRule(Scheme.PER_TOKEN, input_micros_per_million=3_000_000, output_micros_per_million=15_000_000),
                Totals(input_tokens=1, output_tokens=1),
                18_000_000,
            ),
        ],
    )
    def test_a_cost_is_exact_to_a_pico(self, rule, totals, picos):
        assert cost_of(rule, totals) == picos

    @pytest.mark.parametrize(("picos", "text"), [(55_940_625_000, "0.055940625"), (-PICO // 2, "-0.5"), (0, "0")])
    def test_a_cost_is_written_with_its_sign_and_every_decimal(self, picos, text):
        assert cost_text(UsageEvent(cost_picos=picos, cost_currency="USD")) == f"{text} USD, reported"


pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def costs(db):
    return cost_book(currency="USD", now=EARLY)


@pytest.fixture
def chat(costs):
    meter = make_meter()
    price(meter, **cells("input 1.25\ncache_read 0.625\noutput 10"), model="gpt-5")
    price(meter, **cells("input 1.25\ncache_read 0.125\noutput 10\ntier flex 0.5"), model="gpt-5", book=costs)
    return meter


def event_costs():
    rows = UsageEvent.objects.order_by("id")
    return [(row.cost_picos, row.cost_currency, row.cost_version_id is not None) for row in rows]


def report(by=MarginGrouping.CUSTOMER, **more):
    return margins(by, first_day=DAY, last_day=DAY, **more)


class TestCosts:
    def test_an_event_keeps_its_cost_beside_its_charge(self, acme, chat, now):
        send(acme, now, event(model="gpt-5", **CALL))
        assert event_costs() == [(55_940_625_000, "USD", True)]  # 5,005 x 1.25 + 257,955 x 0.125 + 1,744 x 10
        assert UsageEvent.objects.get().charge_micros == 184_918
        figures = total_of(report())
        assert (figures.charge_picos, figures.cost_picos, figures.costed_count) == (184_918 * 10**6, 55_940_625_000, 1)

    def test_what_the_event_tells_wins_and_own_keys_cost_nothing_known(self, acme, chat, now):
        told = {"amount": "0.0123456789", "currency": "EUR"}
        send(
            acme,
            now,
            event("a", model="gpt-5", cost=told, **CALL),
            event("b", model="gpt-5", billing_mode="byok", **CALL),
        )
        assert event_costs() == [(12_345_678_900, "EUR", False), (None, "", False)]

    def test_a_meter_may_prefer_the_cost_book(self, acme, chat, costs, now):
        Meter.objects.update(cost_from="book")
        price(chat, model="other", **cells("input 1"))
        told = {"amount": "7", "currency": "USD"}
        send(acme, now, *(event(name, model=name, cost=told, input_tokens=1_000_000) for name in ("gpt-5", "other")))
        assert event_costs() == [(1_250_000 * 10**6, "USD", True), (7 * PICO, "USD", False)]
        ruled = UsageEvent.objects.get(model="gpt-5")
        assert (cost_text(ruled), sent_data(ruled)["cost"]) == (
            "1.25 USD, by the cost book; reported was 7 USD",
            {"amount": "7", "currency": "USD"},
        )
        run = {"first_day": DAY, "last_day": DAY, "reason": "Known now", "created_by": "staff:ann", "now": now}
        dearer = price(chat, model="other", book=costs, **cells("input 9"))
        correct_costs(version_id=dearer.pk, **run)
        assert (total_of(report()).cost_picos, list(check_usage())) == (1_250_000 * 10**6 + 9 * PICO, [])

    def test_an_unknown_cost_is_not_zero(self, acme, chat, now):
        price(chat, model="other", **cells("input 1"))
        send(acme, now, event(model="other", input_tokens=1_000_000))
        assert event_costs() == [(None, "", False)]
        figures = total_of(report())
        assert (figures.costed_count, figures.charge_picos, figures.uncosted_picos) == (0, 0, PICO)

    def test_usage_that_waited_for_a_price_gets_its_cost_when_it_is_rated(self, acme, chat, costs, now):
        price(chat, model="new", **cells("input 0.5"), book=costs)
        send(acme, now, event(model="new", input_tokens=1_000_000))
        assert (UsageEvent.objects.get().state, event_costs()) == ("quarantined", [(None, "", False)])
        price(chat, model="new", **cells("input 1"))
        rerate_quarantined(created_by="staff:ann", now=now)
        assert event_costs() == [(PICO // 2, "USD", True)]
        assert list(check_usage()) == []

    def test_sums_are_those_of_the_events_and_can_be_rebuilt(self, acme, chat, now):
        for name in "abc":
            send(acme, now, event(name, model="gpt-5", **CALL))
        send(acme, now, event("d", model="gpt-5", cost={"amount": "1", "currency": "EUR"}, **CALL))
        before = sorted(UsageDay.objects.values_list("cost_currency", "cost_picos", "event_count"))
        assert before == [("EUR", PICO, 1), ("USD", 3 * 55_940_625_000, 3)]
        rebuild_usage(now=now)
        assert sorted(UsageDay.objects.values_list("cost_currency", "cost_picos", "event_count")) == before
        UsageDay.objects.filter(cost_currency="USD").update(cost_picos=1)
        assert [each.proof for each in check_usage()] == ["day totals against events"]

    def test_costs_in_the_customers_currency_are_converted_and_others_are_unknown(self, chat, now):
        globex = create_organization(now, currency="EUR", usd_rate_micros=1_100_000)
        send(
            globex,
            now,
            event("a", model="gpt-5", cost={"amount": "2", "currency": "EUR"}, billing_mode="", input_tokens=1),
            event("b", model="gpt-5", cost={"amount": "2", "currency": "JPY"}, input_tokens=1),
        )
        # The dollar list has no price for a customer in euros: both wait, and so neither is in a margin.
        assert total_of(report()).event_count == 0
        book = PriceBook.objects.create(name="List EUR", currency="EUR", created_at=EARLY)
        price(chat, **cells("input 3000000"), model="gpt-5", book=book)
        rerate_quarantined(created_by="staff:ann", now=now)
        figures = total_of(report())
        assert (figures.event_count, figures.costed_count) == (2, 1)
        assert (figures.charge_picos, figures.cost_picos) == (3_300_000 * 10**6, 2_200_000 * 10**6)

    def test_amounts_are_converted_at_the_rate_of_their_day(self, chat, now):
        globex = create_organization(now, currency="EUR", usd_rate_micros=1_100_000)
        book = PriceBook.objects.create(name="List EUR", currency="EUR", created_at=EARLY)
        price(chat, **cells("input 1"), model="gpt-5", book=book)
        cost, at = {"amount": "0.5", "currency": "EUR"}, {"a": "17", "b": "18"}
        call = {"model": "gpt-5", "cost": cost, "input_tokens": 10**6}
        send(globex, now, *(event(name, time=f"2026-11-{day}T01:00:00Z", **call) for name, day in at.items()))
        Organization.objects.update(usd_rate_micros=1_200_000, usd_rate_date=DAY)
        days = margins(MarginGrouping.DAY, first_day=DAY - timedelta(days=1), last_day=DAY)
        assert [(line.figures.charge_picos, line.figures.cost_picos) for line in days] == [
            (11 * PICO // 10, 55 * PICO // 100),
            (12 * PICO // 10, 6 * PICO // 10),
        ]
        (whole,) = margins(MarginGrouping.MODEL, first_day=DAY - timedelta(days=1), last_day=DAY)
        assert whole.figures.charge_picos == 23 * PICO // 10


class TestCostBook:
    def test_is_a_price_list_imported_the_same_way_and_charges_nobody(self, acme, chat, costs, now):
        send(acme, now, event(model="gpt-5", **CALL))
        balance = wallet_figures(acme, now).balance_micros
        terms = ListTerms(book=costs, meter=chat, effective_from=now)
        raw = b'{"gpt-5": {"input_cost_per_token": 2e-6}, "new": {"input_cost_per_token": 1e-6}}'
        imported = import_price_list(
            terms=terms, file_name="costs.json", raw=raw, reason="Costs", created_by="staff:ann", now=now
        )
        assert preview_price(imported.versions.get(model="gpt-5"), now).changes == []
        publish_price_list(import_id=imported.pk, starts_at=None, published_by="staff:ann", now=now)
        assert PriceListImport.objects.get().state == "published"
        send(acme, now, event("later", model="gpt-5", time="2026-11-18T12:00:00Z", input_tokens=1_000_000))
        assert event_costs()[1] == (2 * PICO, "USD", True)
        assert wallet_figures(acme, now).balance_micros == balance - 1_250_000

    def test_replaces_a_cost_from_now_on_only(self, chat, costs, now):
        place = {"book": costs, "meter": chat, "model": "gpt-5"}
        terms, by = PriceTerms(**cells("input 9")), {"created_by": "staff:ann", "now": now}
        with pytest.raises(errors.PriceAlreadyEffective):
            set_price(slot=PriceSlot(effective_from=now - timedelta(hours=1), **place), terms=terms, **by)
        set_price(slot=PriceSlot(effective_from=now, **place), terms=terms, **by)

    @pytest.mark.parametrize(
        ("terms", "field"),
        [
            ({"scheme": "package", "package_size_micros": 1, "package_price_micros": 1}, "scheme"),
            ({"scheme": "per_unit", "micros_per_million": 1, "minimum_micros": 1}, "minimum_micros"),
            ({"scheme": "cells", "cells": {"per_cost_ppm": 1}}, "cells"),
        ],
    )
    def test_refuses_what_depends_on_more_than_the_event(self, chat, costs, terms, field):
        with pytest.raises(errors.PriceTermsInvalid) as refused:
            price(chat, book=costs, model="x", **terms)
        assert refused.value.field == field

    def test_of_an_account_of_the_provider_goes_before_the_default_book(self, acme, chat, now):
        azure = cost_book(currency="EUR", account="Azure EU", now=EARLY)
        price(chat, model="gpt-5", book=azure, **cells("input 1\noutput 5"))
        price(chat, model="other", **cells("input 2"))
        price(chat, model="other", book=cost_book(currency="USD", now=EARLY), **cells("input 0.5"))
        balance, call = wallet_figures(acme, now).balance_micros, {"input_tokens": 1_000_000}
        send(
            acme,
            now,
            event("a", model="gpt-5", provider="azure  EU", **call),
            event("b", model="gpt-5", provider="openai", **call),
            event("c", model="gpt-5", **call),
            event("d", model="other", provider="azure eu", **call),
        )
        assert event_costs() == [
            (PICO, "EUR", True),
            (1_250_000 * 10**6, "USD", True),
            (1_250_000 * 10**6, "USD", True),
            (PICO // 2, "USD", True),  # the account's book does not price it
        ]
        assert wallet_figures(acme, now).balance_micros == balance - 3 * 1_250_000 - 2_000_000
        assert list(check_usage()) == []

    def test_of_an_account_applies_from_its_start_within_a_batch(self, acme, chat, now):
        azure = cost_book(currency="USD", account="azure", now=EARLY)
        price(chat, model="gpt-5", book=azure, start=now - timedelta(hours=1), **cells("input 1\noutput 5"))
        call = {"model": "gpt-5", "provider": "azure", "input_tokens": 1_000_000}
        send(acme, now, event("a", time="2026-11-18T10:59:59Z", **call), event("b", **call))
        assert [picos for picos, *_ in event_costs()] == [1_250_000 * 10**6, PICO]

    def test_of_an_account_is_a_cost_book_one_a_currency(self, acme, costs, now):
        azure = cost_book(currency="USD", account="azure", now=EARLY)
        assert cost_book(currency="USD", account="Azure", now=now) == azure != costs
        refused = (
            {"account": "azure"},
            {"account": "Azure", "purpose": "cost"},
            {"account": "azure", "purpose": "cost"},
        )
        for change in refused:
            with pytest.raises(IntegrityError), transaction.atomic():
                PriceBook.objects.create(**{"name": "x", "currency": "USD", "created_at": now} | change)

    def test_belongs_to_nobody_and_stays_what_it_is(self, acme, costs):
        for change in ({"organization": acme}, {"purpose": "charge"}, {"account": "azure"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                PriceBook.objects.filter(pk=costs.pk).update(**change)


class TestCorrections:
    @pytest.fixture
    def right(self, acme, chat, costs, now):
        """A corrected cost of the same model from tomorrow on, and two of today's calls at the old one."""
        send(acme, now, event("a", model="gpt-5", key="k1", **CALL), event("b", model="gpt-5", key="k2", **CALL))
        send(acme, now, event("told", model="gpt-5", cost={"amount": "1", "currency": "USD"}, **CALL))
        return price(chat, start=now + timedelta(days=1), book=costs, model="gpt-5", **cells("input 1\noutput 1"))

    def run(self, version, now, **days):
        window = {"first_day": DAY, "last_day": DAY} | days
        return correct_costs(version_id=version.pk, reason="Vendor", created_by="staff:ann", now=now, **window)

    def test_change_margins_and_nobodys_money(self, acme, right, now):
        balance = wallet_figures(acme, now).balance_micros
        run = self.run(right, now)
        figures = total_of(report())
        # 264,704 tokens at 1 per million each, twice; the cost that an event reported stays.
        assert figures.cost_picos == 2 * 264_704_000_000 + PICO
        assert figures.first_cost_picos == 2 * 55_940_625_000 + PICO
        assert {row.key: int(row.cost_picos) for row in run.corrections.all()} == dict.fromkeys(
            ("k1", "k2"), 264_704_000_000 - 55_940_625_000
        )
        assert wallet_figures(acme, now).balance_micros == balance
        assert event_costs()[0] == (55_940_625_000, "USD", True)
        assert list(check_usage()) == []

    def test_of_a_default_book_leave_the_usage_of_an_accounts_book_alone(self, acme, chat, costs, right, now):
        azure = cost_book(currency="USD", account="azure", now=EARLY)
        call = {"model": "gpt-5", "input_tokens": 1_000_000}
        send(acme, now, event("c", provider="Azure", **call), event("d", provider="openai", **call))
        balance, before = wallet_figures(acme, now).balance_micros, total_of(report()).cost_picos
        first = self.run(right, now)  # no book of the account prices the model yet: 1 in place of 1.25
        assert {row.provider for row in first.corrections.all()} == {"", "Azure", "openai"}
        own = price(chat, start=now + timedelta(days=1), book=azure, model="gpt-5", **cells("input 3\noutput 3"))
        (row,) = self.run(own, now).corrections.all()
        assert (row.provider, int(row.cost_picos)) == ("Azure", 2 * PICO)  # 3 in place of the 1 of the first run
        assert self.run(right, now).corrections.count() == 0
        more = sum(int(row.cost_picos) for row in CostCorrection.objects.all())
        figures = total_of(report())
        assert (figures.cost_picos, figures.first_cost_picos) == (before + more, before)
        assert wallet_figures(acme, now).balance_micros == balance
        assert list(check_usage()) == []

    def test_a_second_run_builds_on_the_first_and_undoing_takes_back_the_newest(self, right, now):
        first = self.run(right, now)
        assert self.run(right, now).corrections.count() == 0
        with pytest.raises(CostRunRefused):
            undo(first, now)

    def test_undoing_is_the_run_negated(self, right, now):
        run = self.run(right, now)
        undo(run, now)
        figures = total_of(report())
        assert figures.cost_picos == figures.first_cost_picos
        with pytest.raises(CostRunRefused):
            undo(run, now)
        assert CostCorrection.objects.count() == 4

    def test_make_a_cost_known_that_was_not(self, acme, chat, costs, now):
        price(chat, model="new", **cells("input 1"))
        send(acme, now, event(model="new", input_tokens=1_000_000))
        later = price(chat, start=now + timedelta(days=1), book=costs, model="new", **cells("input 0.25"))
        self.run(later, now)
        figures = total_of(report())
        assert (figures.costed_count, figures.charge_picos, figures.uncosted_picos) == (1, PICO, 0)
        assert figures.margin_ppm == 750_000

    def test_count_one_call_less_for_each_that_was_taken_back(self, acme, chat, costs, now):
        price(chat, model="new", **cells("input 1"))
        send(acme, now, *(event(name, model="new", input_tokens=1) for name in ("a", "b", "c", "d")))
        for name in ("a", "b", "c"):
            void(acme, now, name)
        later = price(chat, start=now + timedelta(days=1), book=costs, model="new", **cells("input 0\nrequests 5"))
        self.run(later, now)
        figures = total_of(report())
        assert (figures.costed_count, figures.cost_picos) == (1, 5 * PICO)
        assert figures.charge_picos == 10**6

    def test_change_the_margin_by_key_only_of_days_that_a_breakdown_by_key_has(self, acme, chat, right, now):
        self.run(right, now)
        assert report(MarginGrouping.KEY) == []
        Meter.objects.update(breakdowns=[{"by": "key,model", "since": str(DAY)}, {"by": "key", "since": str(DAY)}])
        rebuild_usage(now=now)
        figures = {line.label: line.figures for line in report(MarginGrouping.KEY)}
        assert {label: each.cost_picos for label, each in figures.items()} == {
            "Acme": PICO,
            "Acme k1": 264_704_000_000,
            "Acme k2": 264_704_000_000,
        }
        assert total_of(report(MarginGrouping.KEY)) == total_of(report())

    def test_name_what_cannot_be_corrected(self, chat, right, now):
        with pytest.raises(CostRunRefused) as refused:
            self.run(right, now, last_day=DAY - timedelta(days=1))
        assert refused.value.field == "last_day"
        with pytest.raises(errors.UnknownPriceVersion):
            self.run(chat.versions.filter(book__purpose="charge").get(), now)


def undo(run, now):
    return undo_cost_run(run_id=run.pk, reason="Wrong", created_by="staff:ann", now=now)


def on_home(client):
    home = client.get(reverse("admin:index")).content.decode()
    tile = home.split("Margins below the limit</dt>")[1]
    return re.search(r"marginalarm/\?fresh=yes\">(.*?)</a>", tile, re.DOTALL).group(1).strip()


class TestScreens:
    @pytest.fixture
    def ann(self, db):
        return client_of(create_staff("ann", is_superuser=True))

    @pytest.fixture
    def usage(self, acme, chat, now):
        send(acme, now, event("a", model="gpt-5", **CALL))
        send(acme, now, event("b", model="gpt-5", cost={"amount": "2", "currency": "USD"}, input_tokens=8))

    @pytest.mark.parametrize(("by", "label"), [("customer", "Acme"), ("model", "chat gpt-5"), ("day", "2026-11-18")])
    def test_margins_are_a_page_and_a_file(self, ann, usage, by, label):
        address = reverse("admin:usage_marginalarm_report")
        query = f"{address}?by={by}&from=2026-11-01&to=2026-11-30"
        text = ann.get(query).content.decode()
        assert "2.055941 USD" in text  # to the micro
        rows = list(csv.DictReader(io.StringIO(ann.get(f"{query}&file=1").content.decode("utf-8-sig"))))
        assert len(rows) == 1
        assert label in rows[0][by]
        assert Decimal(rows[0]["cost, USD"]) == Decimal("2.055940625")
        assert Decimal(rows[0]["charge, USD"]) == Decimal("0.184928")
        assert "2.055941 USD" not in ann.get(f"{query}&customer=%00").text, "no customer is called so"

    def test_an_alarm_is_raised_once_a_day_and_subject(self, ann, usage, now):
        assert raise_margin_alarms(now=now) == 2  # the customer and the model
        assert raise_margin_alarms(now=now + timedelta(hours=1)) == 0
        assert MarginAlarm.objects.get(model="").cost_usd_micros == 2_055_941

    def test_an_alarm_is_on_home_while_it_is_fresh(self, ann, acme):
        today = timezone.now().date()
        facts = {"charge_usd_micros": 1, "cost_usd_micros": 2_000_000, "created_at": timezone.now()}
        old = MarginAlarm.objects.create(day=today - timedelta(days=2), organization=acme, **facts)
        MarginAlarm.objects.create(day=today, organization=acme, **facts)
        assert on_home(ann) == "1"
        shown = ann.get(reverse("admin:usage_marginalarm_changelist") + "?fresh=yes").content.decode()
        assert f"{today}" in shown
        assert f"{old.day}" not in shown

    def test_a_cost_to_correct_is_searched_for_among_published_ones_of_cost_books(self, ann, chat, costs, usage):
        page = ann.get(reverse("admin:usage_costrun_correct")).content.decode()
        assert len(re.findall(r"<option", page)) <= 1
        asked = {"app_label": "usage", "model_name": "costrun", "field_name": "cost_version", "term": "gpt-5"}
        found = ann.get(reverse("admin:autocomplete"), asked).json()["results"]
        assert {int(each["id"]) for each in found} == set(
            PriceVersion.objects.filter(book=costs, model="gpt-5", status="published").values_list("pk", flat=True)
        )

    def test_costs_are_corrected_and_undone_by_forms(self, ann, chat, costs, usage):
        right = price(chat, start=timezone.now(), book=costs, model="gpt-5", **cells("input 1\noutput 1"))
        address = reverse("admin:usage_costrun_correct")
        token = re.search(r'name="token" value="([^"]+)"', ann.get(address).content.decode()).group(1)
        typed = {"_step": "confirm", "token": token, "reason": "Vendor", "version": right.pk}
        days = {"first_day": "2026-11-18", "last_day": "2026-11-18"}
        reviewed = ann.post(address, typed | days | {"_step": "review"}).content.decode()
        assert not CostRun.objects.exists()
        assert ann.post(address, typed | days).status_code == 302
        run = CostRun.objects.get()
        page = reverse("admin:usage_costrun_change", args=[run.pk])
        shown = ann.get(page).content.decode()
        (difference,) = re.findall(r"-?[0-9.]+ USD", shown)
        assert difference in reviewed
        assert (run.reason, run.created_by) == ("Vendor", "staff:ann")
        back = reverse("admin:usage_costrun_undo", args=[run.pk])
        token = re.search(r'name="token" value="([^"]+)"', ann.get(back).content.decode()).group(1)
        ann.post(back, {"_step": "confirm", "token": token, "reason": "Wrong"})
        assert CostRun.objects.filter(undoes=run).exists()
        assert (back in shown, back in ann.get(page).content.decode()) == (True, False)


def test_the_customers_page_tells_how_much_promotional_credit_paid(acme, chat, now):
    create_grant(acme, "1", now, source="bonus")
    create_grant(acme, "9", now, key="paid", source="top_up", paid_micros=9 * MICROS_PER_UNIT)
    charge(acme, "0.25", now)  # of other work
    send(acme, now, event(model="gpt-5", input_tokens=2 * 10**6))  # 2.50
    assert paid_by_promotions(acme, month_of(now)) == 3 * MICROS_PER_UNIT // 4
    assert paid_by_promotions(acme, month_of(now - timedelta(days=31))) == 0
    table = usage_lines(acme, month_of(now))
    assert table.explanation == "Of this, 0.75 USD was paid from credit that was not bought."
