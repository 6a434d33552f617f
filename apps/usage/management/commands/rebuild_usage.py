"""`manage.py rebuild_usage`: rebuild the usage totals from the events."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.tenants.models import Organization
from apps.usage.services import rebuild_usage


class Command(BaseCommand):
    help = "Rebuild day totals, counters and distinct ids from the events. Charges do not change."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="Only this organization; without it, all.")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = None
        if options["organization"]:
            ids = list(Organization.objects.filter(slug=options["organization"]).values_list("pk", flat=True))
            if not ids:
                raise CommandError(f"There is no organization {options['organization']!r}.")
        count = rebuild_usage(now=timezone.now(), organization_ids=ids)
        self.stdout.write(f"Rebuilt the usage totals of {count} organizations.")
