"""Request bodies of reservations, captures and estimates."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.api.fields import ModelName, StrictInteger, StrictText, StrictUUID
from apps.api.request_bodies import RequestBody
from apps.api.reservations.lifetimes import DEFAULT_SECONDS, LONGEST_SECONDS
from apps.common.money import MICROS_PER_UNIT, InexactAmount, decimal_text, to_micros
from apps.pricing.token_kinds import SENT_UNITS
from apps.usage.event_amounts import MAX_TOKENS, MAX_UNITS
from apps.wallets.kinds import Overage

MOST_CAPTURES = 100
_MOST_UNITS = 10**9
_DIGITS = re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?", re.ASCII)


class Amount(serializers.Field[int, Any, Decimal, Any]):
    """Input: an amount in whole units as a JSON number or string with at most six decimals, converted to micros."""

    default_error_messages = {
        "invalid": "must be a number with at most six decimals",
        "low": "must be more than 0",
        "negative": "must be at least 0",
        "high": f"must be at most {_MOST_UNITS}",
    }

    def __init__(self, *, may_be_zero: bool = False, **options: Any) -> None:
        self.may_be_zero = may_be_zero
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        """Return the amount in micros."""
        if isinstance(data, bool) or not isinstance(data, int | Decimal | str):
            self.fail("invalid")
        if isinstance(data, str) and not _DIGITS.fullmatch(data):
            self.fail("invalid")
        try:
            amount = to_micros(data)
        except InexactAmount:
            self.fail("invalid")
        if amount < 0 or (amount == 0 and not self.may_be_zero):
            self.fail("negative" if self.may_be_zero else "low")
        if amount > _MOST_UNITS * MICROS_PER_UNIT:
            self.fail("high")
        return amount

    def to_representation(self, value: int) -> Decimal:
        """Return the amount in whole units."""
        return Decimal(value).scaleb(-6)


class Metadata(serializers.Field[dict[str, str], Any, dict[str, str], Any]):
    """Input: up to twenty strings by name, stored unchanged."""

    default_error_messages = {
        "invalid": "must be an object of strings",
        "many": "must have at most 20 members",
        "name": "must have names of 1 to 40 characters",
        "value": "must have values of at most 500 characters",
    }

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Return the strings."""
        if not isinstance(data, Mapping) or not all(isinstance(each, str) for each in data.values()):
            self.fail("invalid")
        if len(data) > 20:
            self.fail("many")
        if not all(1 <= len(name) <= 40 for name in data):
            self.fail("name")
        if not all(len(value) <= 500 for value in data.values()):
            self.fail("value")
        return dict(data)

    def to_representation(self, value: dict[str, str]) -> dict[str, str]:
        """Return them unchanged."""
        return value


class StrictBoolean(serializers.Field[bool, Any, bool, Any]):
    """Input: a JSON boolean, never a text or number that stands for one."""

    default_error_messages = {"invalid": "must be true or false"}

    def to_internal_value(self, data: Any) -> bool:
        """Return it."""
        if not isinstance(data, bool):
            self.fail("invalid")
        return data

    def to_representation(self, value: bool) -> bool:
        """Return it unchanged."""
        return value


class DimensionText(StrictText):
    """Input: a value of a dimension, unchanged, by the rule of usage events: printable characters."""

    default_error_messages = {"printable": "must consist of printable characters"}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=128, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        """Return the value within its bounds."""
        text = super().to_internal_value(data)
        if not text.isprintable():
            self.fail("printable")
        return text


class WorkDimensionsBody(RequestBody):
    """The dimensions of estimated work; the estimate names its meter and model."""

    project = DimensionText(required=False)
    key = DimensionText(required=False)
    user = DimensionText(required=False)
    agent = DimensionText(required=False)
    tag = DimensionText(required=False)


class DimensionsBody(WorkDimensionsBody):
    """The dimensions of work; meter and model only with an amount, because an estimate names them."""

    meter = StrictText(max_length=64, required=False)
    model = ModelName(required=False)


class Quantities(serializers.Field[dict[str, int], Any, dict[str, Decimal], Any]):
    """Input: quantities of a model call's other units, such as images, converted to micros by name of the unit."""

    default_error_messages = {
        "invalid": f"must be an object of at most {MAX_UNITS} of {', '.join(SENT_UNITS)}",
    }

    def to_internal_value(self, data: Any) -> dict[str, int]:
        """Return the quantities in micros, without those that are zero."""
        if not isinstance(data, Mapping) or len(data) > MAX_UNITS or not data.keys() <= set(SENT_UNITS):
            self.fail("invalid")
        amount = Amount(may_be_zero=True)
        read = {name: amount.run_validation(value) for name, value in sorted(data.items())}
        return {name: micros for name, micros in read.items() if micros}

    def to_representation(self, value: dict[str, int]) -> dict[str, Decimal]:
        """Return the quantities in whole units."""
        return {name: Decimal(micros).scaleb(-6) for name, micros in value.items()}


class EstimateBody(RequestBody):
    """Planned work: a quantity of a meter, or the tokens or other quantities of a model's call."""

    meter = StrictText(max_length=64, required=False)
    model = ModelName(required=False)
    quantity = Amount(required=False, may_be_zero=True)
    inputTokens = StrictInteger(least=0, most=MAX_TOKENS, required=False)
    maxOutputTokens = StrictInteger(least=0, most=MAX_TOKENS, required=False)
    quantities = Quantities(required=False)
    serviceTier = StrictText(max_length=16, required=False)
    billingMode = serializers.ChoiceField(["standard", "byok"], required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Require either a quantity, or tokens or quantities of other units."""
        tokens = "inputTokens" in attrs or "maxOutputTokens" in attrs
        if (tokens or "quantities" in attrs) == ("quantity" in attrs):
            raise serializers.ValidationError(
                "must have either quantity, or a model call's inputTokens with maxOutputTokens, quantities, or both"
            )
        if tokens and not ("inputTokens" in attrs and "maxOutputTokens" in attrs):
            raise serializers.ValidationError("must have both inputTokens and maxOutputTokens")
        return attrs


def kept_estimate(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return an estimate in the form that is stored and compared, of integers and strings."""
    kept = dict(sorted(given.items()))
    if "quantity" in kept:
        kept["quantity"] = decimal_text(kept["quantity"])
    if "quantities" in kept:
        kept["quantities"] = {name: decimal_text(micros) for name, micros in kept["quantities"].items()}
    return kept


class ReservationBody(RequestBody):
    """The amount to reserve, the duration, and the work."""

    amount = Amount(required=False)
    estimate = EstimateBody(required=False)
    ttlSeconds = StrictInteger(least=1, most=LONGEST_SECONDS, default=DEFAULT_SECONDS)
    description = StrictText(max_length=200, allow_blank=True, default="")
    dimensions = DimensionsBody(default=dict)
    metadata = Metadata(default=dict)
    currency = StrictText(max_length=3, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Require either an amount or an estimate."""
        if ("amount" in attrs) == ("estimate" in attrs):
            raise serializers.ValidationError("must have either amount or estimate")
        if "estimate" in attrs and (named := {"meter", "model"} & attrs["dimensions"].keys()):
            raise serializers.ValidationError(
                {"dimensions": {min(named): ["must not be given with an estimate, which names it"]}}
            )
        return attrs


class AnyObject(serializers.Field[Mapping[str, Any], Any, Mapping[str, Any], Any]):
    """Input: a JSON object, which ingestion validates."""

    default_error_messages = {"invalid": "must be an object"}

    def to_internal_value(self, data: Any) -> Mapping[str, Any]:
        """Return it."""
        if not isinstance(data, Mapping):
            self.fail("invalid")
        return data

    def to_representation(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return it unchanged."""
        return value


class CaptureBody(RequestBody):
    """The amount to charge from a reservation, or the usage event to rate and charge."""

    amount = Amount(may_be_zero=True, required=False)
    event = AnyObject(required=False)
    overage = serializers.ChoiceField([each.value for each in Overage], default=Overage.REFUSE.value)
    description = StrictText(max_length=200, allow_blank=True, default="")
    metadata = Metadata(default=dict)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Require either an amount or an event, and an `overage` that the event allows."""
        if ("amount" in attrs) == ("event" in attrs):
            raise serializers.ValidationError("must have either amount or event")
        if "event" in attrs and attrs["overage"] == Overage.AVAILABLE:
            raise serializers.ValidationError({"overage": ['must not be "available" with an event']})
        return attrs


class OneCaptureBody(CaptureBody):
    """One capture of a batch."""

    reservationId = StrictUUID()


class CapturesBody(RequestBody):
    """A batch of captures; each is checked against the budget left by the one before."""

    captures = OneCaptureBody(many=True, allow_empty=False)
    atomic = StrictBoolean(default=False)

    def validate_captures(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Limit the number of captures per call."""
        if len(value) > MOST_CAPTURES:
            raise serializers.ValidationError(f"must have at most {MOST_CAPTURES} items")
        return value


class ExtensionBody(RequestBody):
    """The least time from now that the reservation is to last."""

    ttlSeconds = StrictInteger(least=1, most=LONGEST_SECONDS)


class EstimateQuestion(RequestBody):
    """The work to estimate; nothing is reserved."""

    estimate = EstimateBody()
    dimensions = WorkDimensionsBody(default=dict)


class NoBody(RequestBody):
    """An empty object, or no body."""
