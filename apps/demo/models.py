"""How far the demo's history has been made."""

from django.db import models


class History(models.Model):
    """The one history of a development database: it leads up to a moment, and is made up to another."""

    leads_up_to = models.DateTimeField()
    made_until = models.DateTimeField()
    is_complete = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "histories"

    def __str__(self) -> str:
        return f"made until {self.made_until:%Y-%m-%d %H:%M}"
