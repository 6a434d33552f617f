"""Values on the wire: money as exact numbers or decimal strings, times in UTC; and strict input fields."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from rest_framework import serializers

from apps.common.errors import NotFound
from apps.common.money import convert
from apps.common.strict_json import moment_text, read_moment
from apps.pricing.model_names import normal_model

MODEL_LENGTH = 128

_UUID = re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def number(amount_micros: int) -> Decimal:
    """Convert micros to whole units as a Decimal, which the renderer writes as an exact JSON number."""
    return Decimal(amount_micros).scaleb(-6)


def usd_number(amount_micros: int, usd_rate_micros: int) -> Decimal:
    """Convert micros to US dollars at a stored rate, rounded half to even to the micro, for fields named …Usd."""
    return number(convert(amount_micros, usd_rate_micros))


def unit_price(micros_per_million: int) -> Decimal:
    """Convert a price in micros per million units to whole currency units per unit, exactly."""
    return Decimal(micros_per_million).scaleb(-12)


def price_per_1k(micros_per_million: int) -> Decimal:
    """Convert a price in micros per million units to whole currency units per thousand, exactly."""
    return Decimal(micros_per_million).scaleb(-9)


class StrictInteger(serializers.Field[int, Any, int, Any]):
    """Input: a JSON integer, never a string, fraction or boolean."""

    default_error_messages = {
        "invalid": "must be an integer",
        "low": "must be at least {least}",
        "high": "must be at most {most}",
    }

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        """Return the integer within its bounds."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        if data < self.least:
            self.fail("low", least=self.least)
        if data > self.most:
            self.fail("high", most=self.most)
        return data

    def to_representation(self, value: int) -> int:
        """Return it unchanged."""
        return value


class StrictText(serializers.CharField):
    """Input: a JSON string, never a number; it must match `pattern` if there is one, or the error is `rule`."""

    default_error_messages = {"form": "{rule}"}

    def __init__(self, *, pattern: str = "", rule: str = "", **options: Any) -> None:
        self.pattern, self.rule = re.compile(pattern), rule
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        """Return the text within its bounds."""
        if not isinstance(data, str):
            self.fail("invalid")
        if self.pattern.pattern and not self.pattern.fullmatch(data):
            self.fail("form", rule=self.rule)
        return super().to_internal_value(data)


class ModelName(StrictText):
    """Input: a model's name, returned unchanged; case folding can lengthen it, so both forms are bounded."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MODEL_LENGTH, **options)

    def to_internal_value(self, data: Any) -> str:
        """Return the name within its bounds."""
        name = super().to_internal_value(data)
        if len(normal_model(name)) > MODEL_LENGTH:
            self.fail("max_length", max_length=MODEL_LENGTH)
        return name


class StrictMoment(serializers.Field[datetime, Any, str, Any]):
    """Input: a time as RFC 3339 text with its offset."""

    default_error_messages = {"invalid": "must be a time as in RFC 3339, with its offset"}

    def to_internal_value(self, data: Any) -> datetime:
        """Return the moment in UTC."""
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            return read_moment(data)
        except (ValueError, OverflowError):
            self.fail("invalid")

    def to_representation(self, value: datetime) -> str:
        """Return its text in UTC."""
        return moment_text(value)


def uuid_in_path(text: str, missing: type[NotFound]) -> UUID:
    """Return the id in a path.

    Raises:
        missing: the text is not a UUID, so no row has it.
    """
    try:
        return UUID(text)
    except ValueError:
        raise missing from None


class StrictUUID(serializers.Field[UUID, Any, str, Any]):
    """Input: a UUID as a JSON string of 36 characters, in no other spelling."""

    default_error_messages = {"invalid": "must be a UUID of 36 characters"}

    def to_internal_value(self, data: Any) -> UUID:
        """Return the UUID."""
        if not isinstance(data, str) or not _UUID.fullmatch(data):
            self.fail("invalid")
        return UUID(data)

    def to_representation(self, value: UUID) -> str:
        """Return its text."""
        return str(value)
