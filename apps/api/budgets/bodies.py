"""Request bodies of budgets."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from rest_framework import serializers

from apps.api.fields import StrictInteger, StrictText
from apps.api.request_bodies import RequestBody
from apps.api.reservations.bodies import Amount, DimensionText
from apps.pricing.model_names import normal_model
from apps.wallets.budgets.scopes import NAMES
from apps.wallets.budgets.state import ANY, ONCE
from apps.wallets.models import Budget

BUDGET_ID = r"[a-z0-9][a-z0-9_-]{0,63}"
DEFAULT_THRESHOLDS = [50, 80, 100]
MOST_SELECTORS = 3
MOST_PERCENT = 1_000
MOST_THRESHOLDS = 8
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class StrictDate(serializers.Field[date, Any, str, Any]):
    """Input: a date as `YYYY-MM-DD`."""

    default_error_messages = {"invalid": "must be a date, YYYY-MM-DD"}

    def to_internal_value(self, data: Any) -> date:
        """Return the date."""
        if not isinstance(data, str) or not _DATE.fullmatch(data):
            self.fail("invalid")
        try:
            return date.fromisoformat(data)
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: date) -> str:
        """Return its text."""
        return value.isoformat()


class ScopeField(serializers.Field[dict[str, str], Any, dict[str, str], Any]):
    """Input: up to three selectors, each a dimension and its value, or `"*"` for each value of one of them."""

    default_error_messages = {
        "invalid": f"must be an object of texts by {', '.join(NAMES)}",
        "value": "must have values of 1 to 128 printable characters",
        "many": f"must have at most {MOST_SELECTORS} members",
        "any": f'must have "{ANY}" at most once',
    }

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Return the selectors, a model under its normal name."""
        if not isinstance(data, Mapping) or not data.keys() <= set(NAMES):
            self.fail("invalid")
        if not all(isinstance(each, str) for each in data.values()):
            self.fail("value")
        scope = {name: normal_model(value) if name == "model" else value for name, value in data.items()}
        if not all(1 <= len(each) <= 128 and each.isprintable() for each in scope.values()):
            self.fail("value")
        if len(data) > MOST_SELECTORS:
            self.fail("many")
        if list(data.values()).count(ANY) > 1:
            self.fail("any")
        return scope

    def to_representation(self, value: dict[str, str]) -> dict[str, str]:
        """Return them unchanged."""
        return value


class BudgetBody(RequestBody):
    """A new or changed budget."""

    name = StrictText(max_length=100, allow_blank=True, default="")
    scope = ScopeField(default=dict)
    period = serializers.ChoiceField(Budget.Period.values)
    startsOn = StrictDate(required=False)
    endsOn = StrictDate(required=False)
    limit = Amount(may_be_zero=True)
    mode = serializers.ChoiceField(Budget.Mode.values)
    thresholds = serializers.ListField(
        child=StrictInteger(least=1, most=MOST_PERCENT),
        max_length=MOST_THRESHOLDS,
        default=lambda: list(DEFAULT_THRESHOLDS),
    )
    whenMissing = serializers.ChoiceField(Budget.WhenMissing.values, default=Budget.WhenMissing.IGNORE.value)
    version = StrictInteger(least=1, most=2**53, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Allow dates only for a budget of one period, in order."""
        dated = [name for name in ("startsOn", "endsOn") if name in attrs]
        if dated and attrs["period"] != ONCE:
            raise serializers.ValidationError({dated[0]: [f"needs the period {ONCE}"]})
        if len(dated) == 2 and attrs["endsOn"] < attrs["startsOn"]:
            raise serializers.ValidationError({"endsOn": ["must not be before startsOn"]})
        return attrs


class AdditionBody(RequestBody):
    """The amount by which to raise the limit of one bucket for its current period, and the reason."""

    amount = Amount()
    bucket = DimensionText(allow_blank=True, default="")
    reason = StrictText(max_length=200)
