"""Who reads: an organization's clients, with credentials that cost what real ones do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.api.cursors import write_cursor
from apps.api.org_billing.ledger import LISTING
from apps.plans.models import Plan
from apps.tenants import local_issuer, services
from apps.tenants.models import ApiKey, Organization
from benchmarks.growth import grow, make_catalog


class Caller:
    """The clients of one organization."""

    def __init__(self, organization: Organization, size: int) -> None:
        self.organization, self.size = organization, size
        key = _key(organization)
        self.clients = {
            "person": Client(headers={"Authorization": f"Bearer {_session(organization)}"}),
            "machine": Client(headers={"Authorization": f"Bearer {key}"}),
            "header": Client(headers={"X-API-KEY": key}),
        }
        self.middle = _middle(organization)

    @classmethod
    def of(cls, size: int) -> "Caller":
        """Grow an organization of that size, unless the database has it from another run."""
        now, slug = timezone.now(), f"benchmark-{size}"
        known = Organization.objects.filter(slug=slug).first()
        plan = Plan.objects.filter(slug="benchmark").first() or make_catalog(now)
        return cls(known or grow(slug, size, plan, now), size)

    def call(self, credential: str, url: str) -> Callable[[], None]:
        """Return a request that must succeed."""
        client, address = self.clients[credential], url.format(middle=self.middle)

        def send() -> None:
            answer = client.get(address)
            assert answer.status_code == 200, answer.content

        return send

    def headers(self, credential: str) -> dict[str, str]:
        """Return the headers of one of its clients, as a web server hands them on."""
        given: dict[str, str] = self.clients[credential].defaults
        return {name: value for name, value in given.items() if name.startswith("HTTP_")}

    def statements(self, call: Callable[[], None]) -> int:
        """Count the statements of a request."""
        call()
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)


def _key(organization: Organization) -> str:
    issued = services.issue_api_key(
        organization=organization,
        name="benchmark",
        scopes=[ApiKey.Scope.BILLING_READ],
        created_by="benchmark",
        now=timezone.now(),
    )
    return issued.text


def _session(organization: Organization) -> str:
    external_id = local_issuer.external_organization_id(organization.pk)
    services.link_identity(
        organization=organization,
        issuer=local_issuer.ISSUER,
        external_organization_id=external_id,
        now=timezone.now(),
    )
    return local_issuer.sign_session(
        external_organization_id=external_id,
        slug=organization.slug,
        user_id="benchmark",
        role="org:admin",
        now=timezone.now(),
        ttl_seconds=36_000,
    )


def _middle(organization: Organization) -> str:
    """The cursor of a page half a year deep."""
    then = timezone.now() - timedelta(days=180)
    since_epoch = (then - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return write_cursor(LISTING, organization.pk, [since_epoch, 2**60])
