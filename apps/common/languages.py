"""The languages in which customers read mails and papers."""

from django.db import models


class Language(models.TextChoices):
    """A language of mails and papers."""

    ENGLISH = "en", "English"
    GERMAN = "de", "German"
    FRENCH = "fr", "French"
