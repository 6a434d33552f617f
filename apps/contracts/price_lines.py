"""The text of a contract's prices, as staff enter it: a meter, a model and a price on each line."""

from django import forms

from apps.common.admin import reader
from apps.common.admin.amounts import Unreadable, read_amount
from apps.common.errors import BillingError
from apps.common.money import InexactAmount
from apps.common.reader import input_text
from apps.contracts.agreed_prices import MOST_PRICES, AgreedPrice
from apps.pricing.model_names import normal_model
from apps.pricing.models import Meter
from apps.pricing.price_text import NotAPrice, one_text, read_one
from apps.pricing.rating import Scheme
from apps.pricing.terms import check_scheme_fits

EXAMPLE = "gpu-hours; ; 1.20"
FORM = f"write a meter, a model or nothing, and a price, such as: {EXAMPLE}"


def prices_text(prices: tuple[AgreedPrice, ...]) -> str:
    """Return prices as text, in the form in which the current user enters them."""
    return "\n".join(f"{price.meter}; {price.model}; {_amounts(price)}" for price in prices)


def read_prices(text: str) -> tuple[AgreedPrice, ...]:
    """Return the prices of a text; parts are separated by semicolons or tabs, as pasted from a spreadsheet.

    A token meter takes the price of a million tokens, or two prices: of a million input and a million output tokens.

    Raises:
        ValidationError: names the line and what is wrong with it.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_PRICES:
        raise forms.ValidationError(f"A contract has at most {MOST_PRICES} prices.")
    prices: list[AgreedPrice] = []
    for number, line in lines:
        try:
            price = _read(line)
        except (Unreadable, InexactAmount, NotAPrice) as error:
            raise forms.ValidationError(f"Line {number}: {error}") from error
        except BillingError as error:
            raise forms.ValidationError(f"Line {number}: {error.detail}.") from error
        if price.slot in {each.slot for each in prices}:
            raise forms.ValidationError(f"Line {number}: {price.meter} has a price for that already.")
        prices.append(price)
    return tuple(prices)


def _read(line: str) -> AgreedPrice:
    parts = [part.strip() for part in line.split("\t" if "\t" in line else ";")]
    if not 3 <= len(parts) <= 4:
        raise NotAPrice(f"{FORM}.")
    slug, model, *amounts = parts
    meter = Meter.objects.filter(slug=slug).first()
    if meter is None:
        raise NotAPrice(f"there is no meter {slug[:40]}.")
    scheme = Scheme.PER_TOKEN if meter.counts == Meter.Counts.TOKENS else Scheme.PER_UNIT
    check_scheme_fits(scheme=scheme, counts=meter.counts, model=model)
    if scheme is Scheme.PER_UNIT:
        if len(amounts) > 1:
            raise NotAPrice(f"{slug} takes one price; only token meters take separate prices for input and output.")
        return AgreedPrice(
            meter=slug, model=normal_model(model), scheme=scheme, micros_per_million=read_one(amounts[0])
        )
    sides = ("input_micros_per_million", "output_micros_per_million") if len(amounts) == 2 else ("micros_per_million",)
    micros = {name: _of_a_million(amount) for name, amount in zip(sides, amounts, strict=True)}
    return AgreedPrice(meter=slug, model=normal_model(model), scheme=scheme, **micros)


def _of_a_million(text: str) -> int:
    micros = read_amount(text, reader().style)
    if micros < 0:
        raise NotAPrice(f"{text[:40]} is below zero.")
    return micros


def _amounts(price: AgreedPrice) -> str:
    if price.scheme is Scheme.PER_UNIT:
        return one_text(price.micros_per_million or 0)
    sides = (price.micros_per_million, price.input_micros_per_million, price.output_micros_per_million)
    return "; ".join(input_text(side) for side in sides if side is not None)
