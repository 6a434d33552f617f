"""`manage.py prepare_demo`: what `make run` does before it starts the processes, in one process to be quick."""

import json
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseTrouble
from django.utils import timezone

from apps.demo.access import demo_access


class Command(BaseCommand):
    help = "Migrate, seed the demo once, and print how to get in and what to run as one line of JSON (development)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("seed_demo", stdout=self.stderr)
            access = demo_access(now=timezone.now())
        except DatabaseTrouble as exc:
            raise CommandError(f"The database refused: {' '.join(str(exc).split())}") from exc
        self.stdout.write(json.dumps(access | {"embedded": embedded_servers()}))


def embedded_servers() -> dict[str, str]:
    """Return the Procfile's names and the URLs of the servers that this environment expects to run beside it."""
    servers = {}
    if settings.EMBEDDED_POSTGRES:
        servers["postgres"] = settings.EMBEDDED_POSTGRES.url()
    if settings.EMBEDDED_BROKER:
        servers["broker"] = settings.CELERY_BROKER_URL
    return servers
