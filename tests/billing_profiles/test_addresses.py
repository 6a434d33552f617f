"""Addresses are written in the order of their country, which post offices expect."""

import pytest

from apps.billing_profiles.models import BillingProfile

STREET = "1 Main Street"


@pytest.mark.parametrize(
    ("country", "city", "region", "postal_code", "expected"),
    [
        ("US", "Boston", "MA", "02110", ["Boston, MA 02110"]),
        ("US", "Boston", "", "02110", ["Boston 02110"]),
        ("CA", "Toronto", "ON", "M5V 3L9", ["Toronto ON M5V 3L9"]),
        ("AU", "Sydney", "NSW", "2000", ["Sydney NSW 2000"]),
        ("GB", "London", "", "SW1A 1AA", ["London", "SW1A 1AA"]),
        ("DE", "Berlin", "", "10115", ["10115 Berlin"]),
        ("IT", "Roma", "RM", "00184", ["00184 Roma RM"]),
        ("HK", "Kowloon", "", "", ["Kowloon"]),
        ("", "", "", "", []),
    ],
)
def test_the_place_is_written_in_the_order_of_its_country(country, city, region, postal_code, expected):
    profile = BillingProfile(street=STREET, city=city, region=region, postal_code=postal_code, country=country)
    assert profile.address_lines() == [STREET, *expected]
