"""VAT numbers are stored in compact form; a wrong check digit is refused."""

import pytest

from apps.billing_profiles.errors import InvalidVatNumber
from apps.billing_profiles.vat_numbers import read_vat_number


@pytest.mark.parametrize(
    ("text", "country", "compact"),
    [
        ("DE 136 695 976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("094014201", "GR", "EL094014201"),
        ("GB 980 7806 84", "GB", "GB980780684"),
        ("CHE-107.787.577 MWST", "CH", "CHE107787577MWST"),
        ("XI432525179", "GB", "XI432525179"),
        ("12-3456789", "US", "US123456789"),
        ("", "DE", ""),
    ],
)
def test_a_number_is_kept_compact_with_its_countrys_letters(text, country, compact):
    assert read_vat_number(text, country) == compact


@pytest.mark.parametrize(
    "text", ["DE136695975", "DE1", "FR40303265046", "Ä123", "x", "DE 136/695;976", "null", "n/a, see file", "XX123456"]
)
def test_a_wrong_number_is_refused(text):
    with pytest.raises(InvalidVatNumber):
        read_vat_number(text, "DE")
