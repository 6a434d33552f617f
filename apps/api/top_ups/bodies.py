"""The request body of automatic top-up."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from apps.api.request_bodies import RequestBody
from apps.api.reservations.bodies import Amount, StrictBoolean
from apps.top_ups.terms import TopUpTerms

ALWAYS = ("threshold", "mostPerCharge", "mostPerDay", "mostPerMonth")
TERMS = (*ALWAYS, "amount", "upTo")


class TopUpBody(RequestBody):
    """Whether credit is bought automatically, and the terms: all of them to switch it on, all or none to switch off."""

    enabled = StrictBoolean()
    threshold = Amount(may_be_zero=True, required=False)
    amount = Amount(required=False)
    upTo = Amount(required=False)
    mostPerCharge = Amount(required=False)
    mostPerDay = Amount(required=False)
    mostPerMonth = Amount(required=False)
    consent = StrictBoolean(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse terms that are not complete, and switching on without consent."""
        if attrs["enabled"] or any(name in attrs for name in TERMS):
            missing = [name for name in ALWAYS if name not in attrs]
            if missing:
                raise serializers.ValidationError({name: ["is required"] for name in missing})
        if attrs["enabled"] and not attrs.get("consent"):
            raise serializers.ValidationError({"consent": ["must be true: the card is charged without asking again"]})
        return attrs


def terms_of(asked: Mapping[str, Any]) -> TopUpTerms | None:
    """Return the terms of a body, None if it has none."""
    if "threshold" not in asked:
        return None
    return TopUpTerms(
        threshold_micros=asked["threshold"],
        amount_micros=asked.get("amount"),
        up_to_micros=asked.get("upTo"),
        most_per_charge_micros=asked["mostPerCharge"],
        most_per_day_micros=asked["mostPerDay"],
        most_per_month_micros=asked["mostPerMonth"],
    )
