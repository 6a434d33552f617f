"""The request body of contacts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from rest_framework import serializers

from apps.api.fields import StrictText
from apps.api.request_bodies import RequestBody
from apps.common.languages import Language
from apps.mail.models import PHONE_FORM
from apps.mail.templates import Purpose

MOST_CONTACTS = 20


class Address(StrictText):
    """Input: an email address."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, **options)

    def to_internal_value(self, data: Any) -> str:
        """Return the address."""
        text = super().to_internal_value(data)
        try:
            validate_email(text)
        except ValidationError as error:
            raise serializers.ValidationError("must be an email address") from error
        return text


class ContactBody(RequestBody):
    """One contact."""

    name = StrictText(pattern=r"[^\x00-\x1f\x7f-\x9f]*", rule="must be one line of text", max_length=200)
    email = Address()
    phone = StrictText(
        pattern=rf"(?:{PHONE_FORM})?",
        rule="must be a phone number: digits, spaces and ( ) . / -, with + before a country code",
        allow_blank=True,
        default="",
    )
    purposes = serializers.ListField(
        child=serializers.ChoiceField(Purpose.values), min_length=1, max_length=len(Purpose.values)
    )
    language = serializers.ChoiceField(Language.values, default="")


class ContactsBody(RequestBody):
    """All contacts of the organization."""

    contacts = serializers.ListField(child=ContactBody(), max_length=MOST_CONTACTS)

    def validate_contacts(self, contacts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse duplicate addresses, ignoring case."""
        addresses = [each["email"].lower() for each in contacts]
        if len(set(addresses)) < len(addresses):
            raise serializers.ValidationError("must not have an address twice")
        return contacts
