"""The languages of papers."""

from django.db import models


class Language(models.TextChoices):
    """A language that papers can be written in."""

    ENGLISH = "en", "English"
    GERMAN = "de", "German"
    FRENCH = "fr", "French"
