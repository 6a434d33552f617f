"""How far the demo's history has been created."""

from django.db import models


class History(models.Model):
    """The single history of a development database: when it ends, and up to when it has been created."""

    leads_up_to = models.DateTimeField()
    made_until = models.DateTimeField()
    is_complete = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "histories"

    def __str__(self) -> str:
        return f"created until {self.made_until:%Y-%m-%d %H:%M}"
