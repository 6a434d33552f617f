"""Selects the recipients of an email: the contacts of its purpose, else those of billing, else nobody. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from apps.mail.templates import Purpose

BOUNCED = "Email to this address bounced earlier."
UNSUBSCRIBED = "The contact unsubscribed from this notice."


@dataclass(frozen=True, slots=True)
class Person:
    """The data of a contact that decides whether it gets an email; `opted_out` is about that email's template."""

    id: object
    purposes: Sequence[str]
    has_bounced: bool
    opted_out: bool


AnyPerson = TypeVar("AnyPerson", bound=Person)


def recipients(people: Sequence[AnyPerson], purpose: Purpose) -> tuple[list[AnyPerson], dict[object, str]]:
    """Return the recipients of an email, and by id the reasons why other contacts of its purpose get none.

    If every address of the purpose has bounced, the contacts of billing get it. If contacts of the purpose
    unsubscribed, nobody else gets it instead.
    """
    refused: dict[object, str] = {}
    for wanted in dict.fromkeys((purpose, Purpose.BILLING)):
        named = [each for each in people if wanted in each.purposes]
        refused |= {each.id: BOUNCED for each in named if each.has_bounced}
        working = [each for each in named if not each.has_bounced]
        if working:
            refused |= {each.id: UNSUBSCRIBED for each in working if each.opted_out}
            return [each for each in working if not each.opted_out], refused
    return [], refused
