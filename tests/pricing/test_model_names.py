"""Normal forms of model names, and the priced name nearest to an unknown one."""

from difflib import SequenceMatcher, get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.pricing import model_names
from apps.pricing.litellm_list import read_list
from apps.pricing.model_names import PricedNames, bare_model, normal_model
from tests.pricing.test_price_lists import PUBLIC


@pytest.mark.parametrize("written", ["atlas-mini", "Atlas-Mini", "atlas-mini ", "\tATLAS-MINI\n", "\u00a0atlas-mini"])
def test_case_and_space_around_it_make_no_difference(written):
    assert normal_model(written) == "atlas-mini"


@pytest.mark.parametrize("written", ["openai/atlas-mini", "atlas mini", "atlas_mini", "atlas-mini-2"])
def test_everything_else_does(written):
    assert normal_model(written) != "atlas-mini"


@given(st.text())
def test_the_normal_form_is_its_own(text):
    once = normal_model(text)
    assert normal_model(once) == once


@pytest.mark.parametrize(
    ("unknown", "nearest"),
    [
        ("openai/gpt-5-2026-01-01", "gpt-5"),
        ("claude-sonet-4-5", "claude-sonnet-4-5"),
        ("nothing like any of them", ""),
    ],
)
def test_the_nearest_name_is_the_same_without_provider_and_date_or_the_most_similar(unknown, nearest):
    assert PricedNames(["gpt-5", "gpt-5-mini", "claude-sonnet-4-5"]).nearest(unknown) == nearest


spellings = st.text("abc-45", min_size=1, max_size=9)


@given(spellings, st.lists(spellings, max_size=8))
def test_the_most_similar_name_is_that_of_comparing_all(unknown, priced):
    found = PricedNames(priced).nearest(unknown)
    priced = [each for each in priced if each != unknown]
    cores = [each for each in sorted(priced) if each == bare_model(unknown)] or [
        each for each in sorted(priced) if bare_model(each) == bare_model(unknown)
    ]
    assert found == next(iter(cores or get_close_matches(unknown, priced, n=1, cutoff=0.8)), "")


def test_few_names_of_a_long_list_are_compared_with_each_unknown_one(monkeypatch):
    compared = []

    class Counting(SequenceMatcher):
        def ratio(self):
            compared.append(self.a)
            return super().ratio()

    monkeypatch.setattr(model_names, "SequenceMatcher", Counting)
    models = list(read_list(PUBLIC).models)
    priced, unknown = PricedNames(models), [f"x{name[:2]}{name[3:]}y" for name in models[::98]]
    assert sum(bool(priced.nearest(name)) for name in unknown) > 40
    assert len(compared) < 30 * len(unknown)
