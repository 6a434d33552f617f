"""Organizations with many entries and events, and their requests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from apps.api.org_billing.ledger import LISTING
from apps.api.query_parameters import write_cursor
from apps.plans.models import Plan
from apps.tenants.models import Organization
from benchmarks.customers import key_headers, session_headers
from benchmarks.growth import grow, make_catalog
from benchmarks.kit.client import request


@dataclass(frozen=True, slots=True)
class SizedOrganization:
    """An organization of a given size, and the headers of its clients by kind of credential."""

    organization: Organization
    days: int
    headers: dict[str, dict[str, str]]

    @classmethod
    def of(cls, size: int, days: int) -> "SizedOrganization":
        """Return the organization with that many entries on so many days; it is created once per run."""
        now, slug = timezone.now(), f"grown-{size}"
        organization = Organization.objects.filter(slug=slug).first()
        if organization is None:
            plan = Plan.objects.filter(slug="benchmark").first() or make_catalog(now)
            organization = grow(slug, size, days, plan, now)
        machine = key_headers(organization)
        secret = machine["Authorization"].removeprefix("Bearer ")
        headers = {"machine": machine, "person": session_headers(organization), "header": {"X-API-KEY": secret}}
        return cls(organization, days, headers)

    def request(self, credential: str, path: str) -> bytes:
        """Return the bytes of a request.

        `{middle}` in the path becomes the cursor of a page halfway back, `{first}` the first of its days.
        """
        first = (timezone.now() - timedelta(days=self.days)).date()
        return request("GET", path.format(middle=self._middle(), first=first), headers=self.headers[credential])

    def _middle(self) -> str:
        then = timezone.now() - timedelta(days=self.days // 2)
        since_epoch = (then - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        return write_cursor(LISTING, self.organization.pk, [since_epoch, 2**60])
