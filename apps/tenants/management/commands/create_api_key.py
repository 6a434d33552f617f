"""`manage.py create_api_key`: create an API key and print only the key. It cannot be shown again."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.common.errors import BillingError
from apps.tenants import selectors, services
from apps.tenants.models import ApiKey


class Command(BaseCommand):
    help = "Create an API key for an organization, or a platform key, and print it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        owner = parser.add_mutually_exclusive_group(required=True)
        owner.add_argument("--organization", metavar="SLUG")
        owner.add_argument("--platform", action="store_true", help="a key that works for any organization")
        parser.add_argument(
            "--scope",
            action="extend",
            nargs="+",
            default=[],
            metavar="S",
            help=f"one or more of {', '.join(ApiKey.Scope.values)} (default: billing:read, or platform:usage)",
        )
        parser.add_argument("--name", default="command line", help="what the key is for")
        parser.add_argument("--days", type=int, metavar="N", help="days until it expires (default: never)")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        slug = options["organization"]
        default = ApiKey.Scope.BILLING_READ if slug else ApiKey.Scope.PLATFORM_USAGE
        try:
            issued = services.issue_api_key(
                organization=selectors.organization_with_slug(slug) if slug else None,
                name=options["name"],
                scopes=options["scope"] or [default],
                created_by="system:create_api_key",
                now=now,
                expires_at=_expiry(options["days"], now),
            )
        except BillingError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(issued.text)


def _expiry(days: int | None, now: datetime) -> datetime | None:
    if days is None:
        return None
    if not 0 < days <= 36_500:
        raise CommandError("--days must be between 1 and 36500.")
    return now + timedelta(days=days)
