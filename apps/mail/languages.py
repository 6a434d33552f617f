"""The language of a mail: its contact's, else the customer's, else English."""

from collections.abc import Callable
from uuid import UUID

from apps.common.languages import Language

# Says in which language a customer reads; empty for none. Apps above this one, which know it, add themselves.
SPOKEN: list[Callable[[UUID], str]] = []


def language_for(organization_id: UUID, language: str) -> str:
    """Return a contact's language, or if it is empty, the customer's."""
    return language or next(filter(None, (ask(organization_id) for ask in SPOKEN)), Language.ENGLISH)
