"""`manage.py prepare_demo`: what `make run` does before it starts the processes, in one process to be quick."""

import json
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseTrouble
from django.utils import timezone

from apps.demo.access import demo_access


class Command(BaseCommand):
    help = "Migrate, seed the demo once, and print its credentials as one line of JSON (development only)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("seed_demo", stdout=self.stderr)
            access = demo_access(now=timezone.now())
        except DatabaseTrouble as exc:
            raise CommandError(f"The database refused: {' '.join(str(exc).split())}") from exc
        self.stdout.write(json.dumps(access))
