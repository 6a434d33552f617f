"""Checks of price terms, made before a draft is stored."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.common.money import MAX_MICROS
from apps.pricing.errors import PriceTermsInvalid
from apps.pricing.rating import Scheme

_TIER_FIELDS = {"up_to_micros", "micros_per_million", "flat_micros"}


def check_scheme_fits(*, scheme: str, counts: str, model: str) -> None:
    """Refuse a scheme that does not fit what the meter counts.

    Raises:
        PriceTermsInvalid: a price per token on a meter of something else, or a price of characters per model.
    """
    if scheme == Scheme.PER_TOKEN and counts != "tokens":
        raise PriceTermsInvalid("a price per token needs a meter that counts tokens", field="scheme")
    if counts == "characters" and model:
        raise PriceTermsInvalid("active characters are not priced per model", field="model")


def check_tiers(scheme: str, tiers: Sequence[Mapping[str, Any]]) -> None:
    """Refuse tiers that do not rise to an open-ended last one.

    Raises:
        PriceTermsInvalid: a tier is malformed, does not rise, or the last one has an end.
    """
    if scheme not in (Scheme.GRADUATED, Scheme.VOLUME):
        if tiers:
            raise PriceTermsInvalid("only graduated and volume prices have tiers", field="tiers")
        return
    if not tiers:
        raise PriceTermsInvalid("a tiered price needs at least one tier", field="tiers")
    for number, tier in enumerate(tiers, start=1):
        _check_tier(number, tier, last=number == len(tiers))
    ends = [tier["up_to_micros"] for tier in tiers[:-1]]
    if any(later <= earlier for earlier, later in zip([0, *ends], ends, strict=False)):
        raise PriceTermsInvalid("each tier must reach further than the one before", field="tiers")


def _check_tier(number: int, tier: Mapping[str, Any], *, last: bool) -> None:
    if not isinstance(tier, Mapping) or not {"up_to_micros", "micros_per_million"} <= set(tier) <= _TIER_FIELDS:
        raise PriceTermsInvalid(
            f"tier {number} needs up_to_micros and micros_per_million, and may have flat_micros", field="tiers"
        )
    if (tier["up_to_micros"] is None) != last:
        raise PriceTermsInvalid("the last tier, and only the last, has no end", field="tiers")
    amounts = [tier["micros_per_million"], tier.get("flat_micros", 0)] + ([] if last else [tier["up_to_micros"]])
    if any(type(amount) is not int or not 0 <= amount <= MAX_MICROS for amount in amounts):
        raise PriceTermsInvalid(f"the numbers of tier {number} must be whole and not negative", field="tiers")
