"""Normal forms of model names, aliases and patterns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.pricing.model_names import normal_model


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
