"""Price lists: the public one read and written back equal, compared, published at once, and exported.

`data/litellm_prices.json.gz` is the list in the wheel of litellm 1.110.2, with its license beside it.
"""

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from apps.common.money import divide_half_even
from apps.pricing import errors
from apps.pricing.cell_text import read_lines, write_lines
from apps.pricing.cells import EXACT_PER_MICRO, Call
from apps.pricing.list_comparison import is_same
from apps.pricing.litellm_list import read_list
from apps.pricing.litellm_output import says_list, write_list
from apps.pricing.models import PriceLink, PriceListImport, PriceVersion
from apps.pricing.services import (
    AliasTerms,
    ListTerms,
    choose_kept_prices,
    discard_price_list,
    export_price_list,
    import_price_list,
    list_price_book,
    name_model,
    override_price_book,
    publish_price_list,
)
from apps.proofs.services.company import prove_prices
from apps.usage.models import UsageEvent
from apps.wallets.selectors import wallet_figures
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

PUBLIC = gzip.decompress((Path(__file__).parent / "data" / "litellm_prices.json.gz").read_bytes())


def small(**models):
    return json.dumps(models).encode()


def exact(raw):
    return json.loads(raw, parse_float=Decimal)


# Models with factors: those of tiers and those of regions.
FACTORS = {
    "claude-opus-5": ({"fast": 2_000_000}, {"us": 1_100_000}),
    "claude-sonnet-5": ({}, {"us": 1_100_000}),
    "computer-use-preview": ({}, {"fedramp": 1_100_000}),
    "vertex_ai/gemini-3.5-flash": ({}, {"regional": 1_100_000}),
    "gpt-4o": ({}, {"fedramp": 1_100_000}),
    "gemini-2.5-pro": ({}, {}),
}


class TestReading:
    @pytest.fixture(scope="class")
    @classmethod
    def public(cls):
        return read_list(PUBLIC)

    def test_reads_every_priced_model(self, public):
        assert (len(public.models), len(public.aliases), public.problems) == (4_681, 98, {})

    def test_names_what_it_does_not_read(self, public):
        unread = {name for model in public.models.values() for name in model.unread}
        assert (
            unread
            == {
                "annotation_cost_per_page",
                "annotation_cost_per_page_batches",
                "cost_per_second",
                "explicit_cache_read_input_token_cost",
                "input_cost_per_video_per_second_above_15s_interval",
                "input_cost_per_video_per_second_above_8s_interval",
                "input_dbu_cost_per_token",
                "off_peak_pricing",
                "output_dbu_cost_per_token",
                "regional_processing_uplift_multiplier_eu",
                "regional_processing_uplift_multiplier_us",
            }
            & unread
        )
        assert "off_peak_pricing" in unread

    def test_writes_it_back_equal(self, public):
        tables = {name: model.table for name, model in public.models.items()}
        assert exact(write_list(public, tables)) == exact(PUBLIC)

    def test_prices_by_size_tier_and_lifetime(self, public):
        cells = {(cell.of, cell.tier, cell.above): cell.yoctos for cell in public.models["gemini-2.5-pro"].table.cells}
        assert cells["input", "standard", 0] == 1_250_000_000_000_000_000
        assert cells["input", "standard", 200_000] == 2_500_000_000_000_000_000
        assert cells["output", "priority", 200_000] == 27_000_000_000_000_000_000
        claude = {cell.of for cell in public.models["claude-haiku-4-5-20251001"].table.cells}
        assert {"cache_write", "cache_write_1h"} <= claude

    def test_a_changed_price_alone_is_written_anew(self, public):
        lines = write_lines(public.models["gemini-2.5-pro"].table)
        tables = {"gemini-2.5-pro": read_lines(lines.replace("input 1.25\n", "input 1.5\n", 1))}
        written = exact(write_list(public, tables))
        before = exact(PUBLIC)
        assert written["gemini-2.5-pro"]["input_cost_per_token"] == Decimal("0.0000015")
        written["gemini-2.5-pro"]["input_cost_per_token"] = before["gemini-2.5-pro"]["input_cost_per_token"]
        assert written == before

    def test_a_price_that_was_removed_is_not_written(self, public):
        lines = write_lines(public.models["claude-opus-5"].table).splitlines()
        kept = [line for line in lines if not line.startswith(("cache_read", "region", "tier"))]
        written = exact(write_list(public, {"claude-opus-5": read_lines("\n".join(kept))}))["claude-opus-5"]
        before = exact(PUBLIC)["claude-opus-5"]
        gone = {name for name in before if name.startswith("cache_read")}
        assert gone
        assert {name: value for name, value in before.items() if name not in gone} == written | {
            "provider_specific_entry": {"us": Decimal("1.1"), "fast": Decimal("2.0")}
        }
        assert written["provider_specific_entry"] == {}

    def test_factors_of_regions_and_of_fast_calls(self, public):
        factors = {
            name: (dict(public.models[name].table.multipliers), public.models[name].table.region_factors)
            for name in FACTORS
        }
        assert factors == FACTORS
        dearer = replace(
            public.models["claude-opus-5"].table,
            multipliers={"fast": 3_000_000},
            region_factors={"us": 1_100_000, "eu": 1_200_000},
        )
        written = exact(write_list(public, {"claude-opus-5": dearer}))["claude-opus-5"]
        assert written["provider_specific_entry"] == {"us": Decimal("1.1"), "fast": 3}
        assert written["regional_processing_uplift_multiplier_eu"] == Decimal("1.2")

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            ("input 1\ninput tier=batch above=200000 2\noutput_images variant=1024p 0.1\nsearches 0.01", True),
            ("searches variant=low 0.01\nsearches variant=high 0.02\ninput 1\ntier fast 2\nregion eu 1.1", True),
            ("input 1\nmonth output graduated 1000=1 2", False),
            ("cost 1.3 USD", False),
            ("input 1\ninput operator=o 2", False),
            ("input 1\ntier flex 0.5", False),
            ("input tier=odd 1", False),
            ("input above=100500 1", False),
            ("searches tier=batch 1", False),
        ],
    )
    def test_a_new_price_is_written_where_the_list_can_say_it(self, lines, said):
        table = read_lines(lines)
        assert says_list(table) is said
        if said:
            again = read_list(write_list(read_list(b"{}"), {"m": table})).models["m"].table
            assert is_same(table, again)

    @pytest.mark.parametrize(
        ("entry", "problem"),
        [
            ({"input_cost_per_token": -1}, "is not a price"),
            ({"input_cost_per_token": "cheap"}, "is not a price"),
            ({"input_cost_per_token": 1e-25}, "too_fine: input_cost_per_token is finer than 24 decimals"),
            ({"tiered_pricing": [{"range": ["x", 5], "input_cost_per_token": 1}]}, "tiered_pricing has a range"),
            ({"tiered_pricing": [{"range": [None], "input_cost_per_token": 1}]}, "tiered_pricing has a range"),
            ({"tiered_pricing": [{"range": [-1], "input_cost_per_token": 1}]}, "tiered_pricing has a range"),
            (
                {"tiered_pricing": [{"range": [each], "input_cost_per_token": 1} for each in (0, 5, 5)]},
                "bands_not_rising: tiered_pricing has a range from 5 after one from 5",
            ),
            ({"input_cost_per_token_cache_hit": 1, "cache_read_input_token_cost": 2}, "differently"),
            (
                {
                    "input_cost_per_token": 1,
                    "regional_processing_uplift_multiplier_us": 2,
                    "provider_specific_entry": {"us": 3},
                },
                "multiply us differently",
            ),
            ({"input_cost_per_token": 1, "provider_specific_entry": {"fast": "2"}}, "provider_specific_entry.fast"),
        ],
    )
    def test_a_bad_model_is_named_and_the_rest_is_read(self, entry, problem):
        found = read_list(small(bad=entry, good={"input_cost_per_token": 1e-6}))
        assert problem in found.problems["bad"]
        assert list(found.models) == ["good"]

    @pytest.mark.parametrize("price", ["1e-999999999", "1e999999999", f"0.{'1' * 5_000}", "NaN", "Infinity", "-0.0"])
    def test_an_odd_number_is_no_error(self, price):
        found = read_list(f'{{"m": {{"input_cost_per_token": {price}}}}}'.encode())
        assert [*found.problems, *found.models] == ["m"]

    @pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"a": 5}', b"\xff"])
    def test_a_file_that_is_no_list_is_refused(self, raw):
        with pytest.raises(errors.PriceListUnreadable) as refused:
            read_list(raw)
        assert refused.value.field == "file"


@pytest.fixture
def meter(db):
    return make_meter()


@pytest.fixture
def terms(meter, now):
    book = list_price_book(currency="USD", now=now)
    return ListTerms(book=book, meter=meter, effective_from=now + timedelta(hours=1))


def take(terms, now, raw):
    return import_price_list(
        terms=terms, file_name="list.json", raw=raw, reason="New list", created_by="staff:ann", now=now
    )


def publish(imported, now):
    return publish_price_list(
        import_id=imported.pk, starts_at=imported.effective_from, published_by="staff:bob", now=now
    )


# The lock, the drafts with what they overlap, the ends, the rest with the chain, the customers who keep the old prices,
# the state with its trail (3), and a savepoint around them (2).
PUBLICATION = 5 + 2  # and the two of a transaction within the test's
ONE = {"input_cost_per_token": 1.25e-6, "output_cost_per_token": 1e-5, "max_tokens": 5}


class TestImport:
    def test_drafts_what_is_new_and_publishes_all_at_once(self, terms, now):
        imported = publish(take(terms, now, small(One=ONE, two=ONE)), now)
        assert (imported.new_count, imported.changed_count, imported.same_count) == (2, 0, 0)
        rows = PriceVersion.objects.order_by("model")
        assert [(row.model, row.status, row.published_by) for row in rows] == [
            ("one", "published", "staff:bob"),
            ("two", "published", "staff:bob"),
        ]
        assert [link.number for link in PriceLink.objects.order_by("number")] == [1, 2]

    def test_a_second_import_drafts_what_changed(self, terms, now):
        publish(take(terms, now, small(one=ONE, two=ONE, three=ONE)), now)
        later = ListTerms(book=terms.book, meter=terms.meter, effective_from=now + timedelta(days=1))
        again = take(later, now, small(one=ONE, two=ONE | {"input_cost_per_token": 4e-6}))
        assert (again.new_count, again.changed_count, again.same_count, again.gone) == (0, 1, 1, ["three"])
        assert again.warnings == [["two", "input changes by more than a factor of 2"]]
        publish(again, now)
        first = PriceVersion.objects.get(model="two", effective_from=terms.effective_from)
        assert first.effective_to == later.effective_from

    def test_the_same_list_changes_nothing(self, terms, now):
        publish(take(terms, now, small(one=ONE)), now)
        with pytest.raises(errors.PriceListUnchanged):
            take(terms, now, small(one=ONE))

    def test_a_markup_is_on_every_price(self, terms, now):
        marked = ListTerms(book=terms.book, meter=terms.meter, effective_from=terms.effective_from, markup_ppm=200_000)
        imported = take(marked, now, small(one=ONE | {"cache_read_input_token_cost": 1.25e-7}))
        assert {cell["of"]: cell["yoctos"] for cell in PriceVersion.objects.get().cells["cells"]} == {
            "input": "1500000000000000000",
            "output": "12000000000000000000",
            "cache_read": "150000000000000000",
        }

        publish(imported, now)
        acme, later = create_organization(now), now + timedelta(hours=2)
        call = {"input_tokens": 262_960, "cache_read_tokens": 257_955, "output_tokens": 1_744}
        send(acme, later, event(model="one", time="2026-11-18T13:30:00Z", **call))
        row = UsageEvent.objects.get()
        # 5,005 at 1.50, 257,955 at 0.15 and 1,744 at 12 a million are exactly 67,128.75.
        assert (row.state, row.charge_micros, -wallet_figures(acme, later).balance_micros) == ("rated", 67_129, 67_129)

    def test_names_that_cannot_be_kept_are_shown_without_their_odd_characters(self, terms, now):
        odd = {"a\x00": {"input_cost_per_token": "\x00"}, "b\ud800": {"alias_of": "\x00"}}
        raw = small(**odd, one=ONE | {"cost\x00": 1})
        imported = take(terms, now, raw)
        imported.refresh_from_db()
        assert (imported.problems, imported.aliases, imported.unread) == (
            {"a\ufffd": "input_cost_per_token is not a price: \ufffd"},
            {"b\ufffd": "\ufffd"},
            {"cost\ufffd": 1},
        )
        lines = b"model,kind,amount\na\x00,input,1\ntwo,in\x00,1\none,input,1\n"
        assert len(take(replace(terms, effective_from=now + timedelta(days=2)), now, lines).problems) == 2

    def test_prices_of_tokens_are_rounded_to_a_step(self, terms, now):
        stepped = replace(terms, markup_ppm=100_000, step_micros=10_000)
        take(stepped, now, small(one=ONE | {"input_cost_per_token": 1.25e-6, "input_cost_per_image": 0.0031}))
        assert write_lines(PriceVersion.objects.get().rule.table) == "input 1.38\noutput 11\nimages 0.00341"

    def test_prices_by_the_factor_of_a_tier_are_rounded_to_the_step_once(self, terms, now):
        """1.25 * 1.1 is 1.375, so 1.38; its fast price is 1.25 * 1.5 * 1.1 = 2.0625, so 2.06 and not 1.38 * 1.5 = 2.07.

        Above 200,000 tokens it is 4.125, half even 4.12. Where the factor gives the price, it stays: 11 * 1.5 = 16.5.
        """
        stepped = replace(terms, markup_ppm=100_000, step_micros=10_000, other_tiers_standard=True)
        fast = {"provider_specific_entry": {"fast": 1.5}, "input_cost_per_token_above_200k_tokens": 2.5e-6}
        take(stepped, now, small(one=ONE | fast | {"input_cost_per_image": 0.0031}))
        table = PriceVersion.objects.get().rule.table
        assert set(write_lines(table).splitlines()) == {
            "input 1.38",
            "input above=200000 2.75",
            "input tier=fast 2.06",
            "input tier=fast above=200000 4.12",
            "output 11",
            "images 0.00341",
            "tier fast 1.5",
            "other tiers standard",
        }
        charged = table.exact_price(Call({"input": 300_000, "reasoning": 1_000_000}, tier="fast"))
        assert divide_half_even(charged, EXACT_PER_MICRO) == 1_236_000 + 16_500_000

    def test_a_price_just_above_half_a_step_is_rounded_up(self, terms, now):
        """1.177777777777777778 * 1.125 is 1.32500000000000000025; as a whole number of yoctos it would be a tie."""
        stepped = replace(terms, markup_ppm=125_000, step_micros=10_000)
        raw = b'{"one": {"input_cost_per_token": 0.000001177777777777777778}}'
        take(stepped, now, raw)
        assert write_lines(PriceVersion.objects.get().rule.table) == "input 1.33"

    def test_a_name_that_stands_for_another_model_until_then_is_said(self, terms, meter, now):
        publish(take(terms, now, small(one=ONE)), now)
        name_model(
            terms=AliasTerms(meter_id=meter.pk, name="uno", target="one"),
            effective_from=now,
            reason="r",
            created_by="staff:ann",
            now=now,
        )
        later = replace(terms, effective_from=now + timedelta(days=1))
        again = take(later, now, small(one=ONE, uno=ONE))
        assert again.warnings == [["uno", "it is an alias of one, until this price starts"]]

    def test_the_prices_of_models_that_are_gone_end_on_demand(self, terms, now):
        publish(take(terms, now, small(one=ONE, two=ONE, three=ONE)), now)
        later = replace(terms, effective_from=now + timedelta(days=1), ends_gone=True)
        acme = create_organization(now)
        again = take(later, now, small(one=ONE))
        choose_kept_prices(imported=again, until={acme: None}, created_by="staff:ann", now=now)
        publish(again, now)
        ends = dict(PriceVersion.objects.filter(book=terms.book).values_list("model", "effective_to"))
        assert ends == {"one": None, "two": later.effective_from, "three": later.effective_from}
        assert set(PriceVersion.objects.filter(book__organization=acme).values_list("model", flat=True)) == {
            "two",
            "three",
        }
        assert prove_prices(now=now) == []

    def test_a_book_in_another_currency_needs_the_rate(self, meter, now):
        euros = ListTerms(book=list_price_book(currency="EUR", now=now), meter=meter, effective_from=now)
        with pytest.raises(errors.PriceTermsInvalid) as refused:
            take(euros, now, small(one=ONE))
        assert refused.value.field == "rate"
        imported = take(replace(euros, rate_micros=920_000), now, small(one=ONE))
        cells = PriceVersion.objects.get().cells["cells"]
        assert [cell["yoctos"] for cell in cells] == ["1150000000000000000", "9200000000000000000"]
        with pytest.raises(errors.PriceTermsInvalid):
            export_price_list(imported, now)

    def test_a_dollar_book_takes_no_rate(self, terms, now):
        with pytest.raises(errors.PriceTermsInvalid):
            take(replace(terms, rate_micros=920_000), now, small(one=ONE))

    def test_replaced_prices_need_ten_minutes(self, terms, meter, now):
        price(meter, book=terms.book, model="one", input_micros_per_million=1)
        soon = ListTerms(book=terms.book, meter=meter, effective_from=now + timedelta(minutes=9))
        with pytest.raises(errors.PriceAlreadyEffective):
            publish(take(soon, now, small(one=ONE)), now)

    def test_an_overlap_names_its_model_and_publishes_nothing(self, terms, meter, now):
        price(meter, book=terms.book, model="one", start=now + timedelta(days=3), input_micros_per_million=1)
        with pytest.raises(errors.PriceOverlaps, match="one"):
            publish(take(terms, now, small(one=ONE, two=ONE)), now)
        assert PriceVersion.objects.filter(status="draft").count() == 2

    def test_takes_effect_when_the_publication_says(self, terms, now):
        publish(take(terms, now, small(one=ONE)), now)
        later = replace(terms, effective_from=now + timedelta(days=9))
        again = take(later, now, small(one=ONE | {"input_cost_per_token": 2e-6}))
        acme = create_organization(now)
        choose_kept_prices(imported=again, until={acme: None}, created_by="staff:ann", now=now)
        after = now + timedelta(days=2)
        publish_price_list(import_id=again.pk, starts_at=None, published_by="staff:bob", now=after)
        start = after + timedelta(minutes=10)
        spans = PriceVersion.objects.order_by("pk").values_list("book__organization", "effective_from", "effective_to")
        assert list(spans) == [(None, terms.effective_from, start), (None, start, None), (acme.pk, start, None)]
        again.refresh_from_db()
        assert (again.effective_from, prove_prices(now=after)) == (start, [])

    def test_is_imported_again_if_other_prices_are_in_force_then(self, terms, meter, now):
        imported = take(terms, now, small(one=ONE))
        price(meter, book=terms.book, model="two", start=now + timedelta(days=3), input_micros_per_million=1)
        later = {"import_id": imported.pk, "published_by": "staff:bob", "now": now}
        with pytest.raises(errors.PriceListOutdated) as refused:
            publish_price_list(starts_at=now + timedelta(days=4), **later)
        assert refused.value.field == "starts_at"
        publish_price_list(starts_at=now + timedelta(days=2), **later)

    def test_old_prices_are_not_kept_until_before_it_takes_effect(self, terms, now):
        publish(take(terms, now, small(one=ONE)), now)
        later = replace(terms, effective_from=now + timedelta(days=1))
        again = take(later, now, small(one=ONE | {"input_cost_per_token": 2e-6}))
        until = {create_organization(now): now + timedelta(days=2)}
        choose_kept_prices(imported=again, until=until, created_by="staff:ann", now=now)
        with pytest.raises(errors.PriceTermsInvalid, match="acme: the list takes effect after"):
            publish_price_list(import_id=again.pk, starts_at=now + timedelta(days=2), published_by="staff:bob", now=now)

    def test_a_list_is_published_or_discarded_once(self, terms, now):
        imported = publish(take(terms, now, small(one=ONE)), now)
        with pytest.raises(errors.PriceNotDraft):
            publish(imported, now)
        with pytest.raises(errors.PriceNotDraft):
            discard_price_list(import_id=imported.pk, reason="Wrong file")

    def test_a_discarded_list_leaves_no_draft(self, terms, now):
        imported = take(terms, now, small(one=ONE))
        discard_price_list(import_id=imported.pk, reason="Wrong file")
        assert not PriceVersion.objects.exists()
        assert PriceListImport.objects.get().state == "discarded"

    def test_the_export_has_the_books_prices(self, terms, meter, now):
        imported = publish(take(terms, now, small(one=ONE)), now)
        later = now + timedelta(days=1)
        assert exact(export_price_list(imported, later)) == exact(small(one=ONE))

    def test_the_number_of_statements_does_not_depend_on_the_list(self, terms, now, django_assert_max_num_queries):
        many = {f"m{number}": ONE for number in range(1_200)}
        with django_assert_max_num_queries(6 + 2):
            imported = take(terms, now, small(**many))
        with django_assert_max_num_queries(PUBLICATION):
            publish(imported, now)
        dearer = ONE | {"input_cost_per_token": 2e-6}
        again = take(replace(terms, effective_from=now + timedelta(days=1)), now, small(**dict.fromkeys(many, dearer)))
        with django_assert_max_num_queries(PUBLICATION):
            publish(again, now)
        assert PriceVersion.objects.filter(effective_to=again.effective_from).count() == 1_200
        assert PriceLink.objects.count() == 3_600
        assert prove_prices(now=now) == []


class TestKeptPrices:
    @pytest.fixture
    def changed(self, terms, now):
        """A list of two models in force, and one that changes one of them tomorrow."""
        publish(take(terms, now, small(one=ONE, two=ONE)), now)
        later = replace(terms, effective_from=now + timedelta(days=1))
        return take(later, now, small(one=ONE | {"input_cost_per_token": 2e-6}, two=ONE))

    def test_are_the_customers_own_until_their_end(self, changed, now):
        acme, other = create_organization(now), create_organization(now, slug="other")
        end = now + timedelta(days=30)
        choose_kept_prices(imported=changed, until={acme: end}, created_by="staff:ann", now=now)
        publish(changed, now)
        own = PriceVersion.objects.get(book__organization=acme)
        assert (own.model, own.effective_from, own.effective_to) == ("one", changed.effective_from, end)
        after = changed.effective_from + timedelta(hours=1)
        told = {"model": "one", "input_tokens": 1_000_000, "time": f"{after:%Y-%m-%dT%H:%M:%SZ}"}
        for organization in (acme, other):
            send(organization, after, event(**told))
        charges = dict(UsageEvent.objects.values_list("organization", "charge_micros"))
        assert charges == {acme.pk: 1_250_000, other.pk: 2_000_000}
        assert prove_prices(now=now) == []

    def test_leave_prices_that_are_the_customers_own_already(self, changed, meter, now):
        acme = create_organization(now)
        price(meter, book=override_price_book(organization=acme, now=now), model="one", micros_per_million=1)
        choose_kept_prices(imported=changed, until={acme: None}, created_by="staff:ann", now=now)
        publish(changed, now)
        assert PriceVersion.objects.filter(book__organization=acme).count() == 1

    def test_are_refused_where_they_mean_nothing(self, changed, now):
        euro, acme = create_organization(now, slug="euro", currency="EUR"), create_organization(now)
        for until in ({euro: None}, {acme: now}):
            with pytest.raises(errors.PriceTermsInvalid) as refused:
                choose_kept_prices(imported=changed, until=until, created_by="staff:ann", now=now)
            assert refused.value.field == "customers"
        publish(changed, now)
        with pytest.raises(errors.PriceNotDraft):
            choose_kept_prices(imported=changed, until={acme: None}, created_by="staff:ann", now=now)


def test_the_public_list_is_imported_and_exported_equal_and_rates_a_call(terms, now):
    imported = publish(take(terms, now, PUBLIC), now)
    later = now + timedelta(hours=2)
    assert exact(export_price_list(imported, later)) == exact(PUBLIC)
    acme = create_organization(now)
    told = event(model="GPT-4o", input_tokens=1_000_000, cache_read_tokens=400_000, time="2026-11-18T13:30:00Z")
    send(acme, later, told)
    assert UsageEvent.objects.get().charge_micros == 1_500_000 + 500_000
