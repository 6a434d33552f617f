"""`manage.py issue_token`: print only a session token of the local issuer. Development only."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.common.errors import BillingError
from apps.tenants import local_issuer, selectors, services

ROLES = ("org:admin", "org:member")
LONGEST_TTL = 366 * 24 * 3600


class Command(BaseCommand):
    help = "Print a session token of the local issuer for an organization (development only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--user", default="user_local", metavar="ID", help="the token's sub (default: %(default)s)")
        parser.add_argument("--role", default="org:admin", choices=ROLES, help="default: %(default)s")
        parser.add_argument("--ttl", type=int, default=3600, metavar="SECONDS", help="default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        if not local_issuer.is_available():
            raise CommandError("The local issuer exists in development only (DEVELOPMENT=1).")
        if not 0 < options["ttl"] <= LONGEST_TTL:
            raise CommandError(f"--ttl must be between 1 and {LONGEST_TTL} seconds.")
        now = timezone.now()
        try:
            organization = selectors.organization_with_slug(options["organization"])
            external_id = local_issuer.external_organization_id(organization.pk)
            services.link_identity(
                organization=organization, issuer=local_issuer.ISSUER, external_organization_id=external_id, now=now
            )
        except BillingError as error:
            raise CommandError(error.detail) from error
        token = local_issuer.sign_session(
            external_organization_id=external_id,
            slug=organization.slug,
            user_id=options["user"],
            role=options["role"],
            now=now,
            ttl_seconds=options["ttl"],
        )
        self.stdout.write(token)
