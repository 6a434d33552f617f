"""`manage.py sweep_stripe_events`: fetch events missing from the inbox, for example after restoring a backup."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.common.errors import BillingError
from apps.payments.handlers.event_backfill import sweep_events


class Command(BaseCommand):
    help = "Fetch Stripe's events that never arrived, and requeue stuck ones. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, help="How far back, up to the 30 days that Stripe keeps.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        days = options["days"]
        if days is not None and not 1 <= days <= 30:
            raise CommandError("--days is 1 to 30")
        try:
            swept = sweep_events(now=now, since=now - timedelta(days=days) if days else None)
        except BillingError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(f"{swept.listed} listed, {swept.missing} were missing, {swept.stuck} were stuck")
