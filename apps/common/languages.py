"""The languages in which customers read emails and papers."""

from django.db import models
from django.utils.translation import gettext, override


class Language(models.TextChoices):
    """A language of emails and papers."""

    ENGLISH = "en", "English"
    GERMAN = "de", "German"
    FRENCH = "fr", "French"


def say(language: str, text: str, **values: object) -> str:
    """Translate a text into a language and fill in its values; it is marked for translation where it is written."""
    with override(language):
        said = gettext(text)
    return said % values if values else said
