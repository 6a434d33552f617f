"""Price lists as CSV, and markups by model."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from apps.pricing import errors
from apps.pricing.cell_text import read_lines, write_lines
from apps.pricing.cells import Call, NoCell
from apps.pricing.csv_list import is_csv, read_csv, says_csv, write_csv
from apps.pricing.list_comparison import is_same, warnings_of
from apps.pricing.litellm_list import read_list
from apps.pricing.markups import MarkupInvalid, Markups, read_markups
from apps.pricing.services import ListTerms, export_price_list, import_price_list, list_price_book
from tests.pricing.factories import make_meter
from tests.pricing.test_price_lists import PUBLIC

LIST = b"""model,kind,tier,above,variant,region,per,amount
GPT-5,input,,,,,1M,1.25
gpt-5,input,,200000,,,1M,2.5
gpt-5,output,batch,,,,1k,0.005
video,output_seconds,,,1080p,,1,0.165025
video,output_seconds,,,720p,eu,,0.082513
bad,inptu,,,,,1M,1
"""


class TestReading:
    def test_every_row_is_a_price(self):
        found = read_csv(LIST)
        assert {name: write_lines(model.table) for name, model in found.models.items()} == {
            "gpt-5": "input 1.25\ninput above=200000 2.5\noutput tier=batch 5",
            "video": "output_seconds variant=1080p 0.165025\noutput_seconds variant=720p region=eu 0.082513",
        }
        assert found.problems == {"bad": "Line 7: inptu is neither a token kind nor a unit."}

    def test_it_is_written_back_equal(self):
        tables = {name: model.table for name, model in read_csv(LIST).models.items()}
        again = {name: model.table for name, model in read_csv(write_csv(tables)).models.items()}
        assert again == tables
        assert is_csv(write_csv(tables))

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ("m,input,,,,,1M,1e3", "is not a price"),
            ("m,input,,,,,1G,1", "per must be"),
            ("m,input,,-1,,,1M,1", "above must be"),
            (
                "m,input,,,,,1M,0.0000000000000000000001",
                "too_fine: Line 2: 0.0000000000000000000001 per 1m is finer than 24 decimals",
            ),
            ("m,input,,,,,1M,1,2", "more fields"),
            (",input,,,,,1M,1", "the model must be"),
        ],
    )
    def test_a_bad_row_names_the_line_and_the_rule(self, row, problem):
        found = read_csv(LIST.splitlines()[0] + b"\n" + row.encode())
        assert problem in next(iter(found.problems.values()))
        assert found.models == {}

    @pytest.mark.parametrize("raw", [b"model,kind,amount,color\n", b"model,kind,amount\n\xff"])
    def test_a_file_that_is_no_list_is_refused(self, raw):
        assert is_csv(raw)
        with pytest.raises(errors.PriceListUnreadable):
            read_csv(raw)

    def test_a_region_is_written_as_a_factor_too(self):
        text = "input 1\nregion eu 1.1"
        assert write_lines(read_lines(text)) == text

    @pytest.mark.parametrize(
        "lines",
        [
            "input 1\noutput 10\ncache_read 0.1\ninput above=200000 2\ntier flex 0.5\nregion eu 1.1",
            "input region=eu 2\ninput 1\noutput 3\nsearches 0.01\nregion us 1.2\ntier fast 3\nother tiers standard",
            "input 1\noutput 3\noutput_images variant=hd 2\noutput_images 1\ntier batch 0.5",
        ],
    )
    def test_factors_are_written_as_the_prices_that_they_make(self, lines):
        table = read_lines(lines)
        again = read_csv(write_csv({"m": table})).models["m"].table
        again = replace(again, other_tiers_standard=table.other_tiers_standard)
        assert is_same(table, again)
        first, *rest = again.cells
        assert not is_same(table, replace(again, cells=(replace(first, yoctos=first.yoctos + 1), *rest)))
        tiers, regions, variants = ("standard", "flex", "fast", "batch"), ("", "eu", "us"), ("", "hd")
        for size, tier, region, variant in product((5, 300_000), tiers, regions, variants):
            named = {"region": region, "variant": variant}
            call = Call({"input": size, "cache_read": 7, "output": 9}, {"output_images": 10**6}, tier, named)
            assert charged(again, call) == charged(table, call)

    @pytest.mark.parametrize("line", ["month output graduated 1000=1 2", "cost 1.3 USD", "output operator=o 2"])
    def test_what_has_no_column_is_not_written(self, line):
        assert not says_csv(read_lines(f"input 1\n{line}"))


def charged(table, call):
    try:
        return table.exact_price(call)
    except NoCell as error:
        return error.reason


class TestMarkups:
    def test_the_longest_name_wins(self):
        found = read_markups("openai/* 12.5\nOpenAI/GPT-5 25 %\nopenai/gpt* 0")
        assert [found.of(name, "", 7) for name in ("openai/gpt-5", "openai/gpt-4", "openai/o3", "other")] == [
            250_000,
            0,
            125_000,
            7,
        ]

    def test_a_providers_is_that_of_models_without_one_of_their_own(self):
        found, entry = read_markups("provider:OpenAI 15\ngpt-5 25"), {"input_cost_per_token": 1}
        of_openai = entry | {"litellm_provider": "openai"}
        listed = read_list(json.dumps({"gpt-4": of_openai, "gpt-5": of_openai, "o1": entry}).encode())
        marked = {name: found.of(name, each.provider, 7) for name, each in listed.models.items()}
        assert marked == {"gpt-4": 150_000, "gpt-5": 250_000, "o1": 7}

    @pytest.mark.parametrize("text", ["gpt", "gpt ten", "gpt 1\nGPT 2", "gpt -101", "gpt 1.23456"])
    def test_what_is_no_markup_is_refused(self, text):
        with pytest.raises(MarkupInvalid):
            read_markups(text)


def test_the_public_list_written_as_csv_changes_no_price():
    public = {name: model.table for name, model in read_list(PUBLIC).models.items()}
    written = read_csv(write_csv({name: table for name, table in public.items() if says_csv(table)})).models
    changed = [name for name, model in written.items() if not is_same(public[name], model.table)]
    assert (len(written), changed) == (4_681, [])


@pytest.mark.django_db
def test_a_csv_list_is_imported_with_markups_and_exported(now):
    terms = ListTerms(
        book=list_price_book(currency="USD", now=now),
        meter=make_meter(),
        effective_from=now + timedelta(days=1),
        markup_ppm=100_000,
        markups=Markups({"gpt*": 200_000}),
    )
    imported = import_price_list(
        terms=terms, file_name="list.csv", raw=LIST, reason="New", created_by="staff:ann", now=now
    )
    assert write_lines(imported.versions.get(model="gpt-5").rule.table).startswith("input 1.5\n")
    assert write_lines(imported.versions.get(model="video").rule.table).startswith(
        "output_seconds variant=1080p 0.1815275"
    )
    assert (imported.problems.keys(), imported.markups) == ({"bad"}, {"gpt*": 200_000})
    assert set(read_csv(export_price_list(imported, now)).models) == {"gpt-5", "video"}


def test_a_band_that_is_cheaper_than_the_one_below_is_a_warning():
    lines = "input 1\ninput above=32000 3\ninput above=128000 2\noutput 5\noutput above=128000 5"
    table = read_lines(lines)
    assert list(warnings_of({"m": table}, {}, {})) == [("m", "input above 128,000 tokens is cheaper than below")]
    assert [name for name, _ in warnings_of({"a": table, "m": table}, {}, {"a": "b"})] == ["a", "m", "a"]
