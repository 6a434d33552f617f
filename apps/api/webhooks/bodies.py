"""Request bodies of webhook endpoints."""

from typing import Any

from rest_framework import serializers

from apps.api.fields import StrictInteger, StrictMoment, StrictText
from apps.api.request_bodies import RequestBody
from apps.api.reservations.bodies import StrictBoolean
from apps.webhooks.addresses import LONGEST_URL
from apps.webhooks.event_types import ANY_TYPE, EVENT_TYPES
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint

LONGEST_OVERLAP_HOURS = 72
DEFAULT_OVERLAP_HOURS = 24
State = WebhookEndpoint.State


class Choices(serializers.ListField):
    """Input: a list of strings, each one of `choices` and none twice."""

    def __init__(self, choices: list[str], **options: Any) -> None:
        most = len(choices)
        super().__init__(child=serializers.ChoiceField(choices), max_length=most, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        """Return the strings."""
        values: list[str] = super().to_internal_value(data)
        if len(set(values)) < len(values):
            raise serializers.ValidationError("must not contain a value twice")
        return values


class EndpointBody(RequestBody):
    """A new endpoint."""

    url = StrictText(max_length=LONGEST_URL)
    types = Choices([ANY_TYPE, *EVENT_TYPES], allow_empty=False)
    description = StrictText(max_length=200, allow_blank=True, default="")


class EndpointChanges(RequestBody):
    """Changes of an endpoint; omitted members do not change."""

    url = StrictText(max_length=LONGEST_URL, required=False)
    types = Choices([ANY_TYPE, *EVENT_TYPES], allow_empty=False, required=False)
    description = StrictText(max_length=200, allow_blank=True, required=False)
    state = serializers.ChoiceField([State.ENABLED.value, State.DISABLED.value], required=False)


class RotationBody(RequestBody):
    """How long the previous secret stays valid."""

    overlapHours = StrictInteger(least=0, most=LONGEST_OVERLAP_HOURS, default=DEFAULT_OVERLAP_HOURS)
    expirePrevious = StrictBoolean(default=False)


class ReplayBody(RequestBody):
    """Which events to send again."""

    since = StrictMoment()
    until = StrictMoment(required=False)
    status = Choices(
        [each for each in WebhookDelivery.State.values if each != WebhookDelivery.State.PENDING], required=False
    )
    types = Choices(list(EVENT_TYPES), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Require an interval that is not empty."""
        if "until" in attrs and attrs["until"] <= attrs["since"]:
            raise serializers.ValidationError({"until": ["must be after since"]})
        return attrs
