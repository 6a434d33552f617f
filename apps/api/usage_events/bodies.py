"""Request bodies of corrections of usage events."""

from typing import Any

from rest_framework import serializers

from apps.api.fields import StrictText
from apps.api.json_bodies import RequestBody


class VoidBody(RequestBody):
    """Why an event is taken back."""

    reason = StrictText(min_length=3, max_length=500)


class ReplaceBody(VoidBody):
    """Why an event is replaced, and by which CloudEvent."""

    event: Any = serializers.DictField()
