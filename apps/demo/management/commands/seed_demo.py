"""`manage.py seed_demo`: create demo customers with a history, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.demo.seed import seed


class Command(BaseCommand):
    help = "Create the demo organizations and their history, once (development only)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("Demo data is for development (DEVELOPMENT=1).")
        seeded = seed(now=timezone.now())
        self.stdout.write("Demo data created." if seeded else "The demo data already exists.")
