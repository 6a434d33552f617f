"""Organizations with credit and credentials, created by the public services."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from apps.common.money import Micros
from apps.ledger.models import Account
from apps.proofs.services import prove_one
from apps.tenants import local_issuer, services
from apps.tenants.causes import ORGANIZATION
from apps.tenants.models import ApiKey, Organization
from apps.vouchers import services as vouchers
from apps.vouchers.models import WrongCodes
from apps.vouchers.terms import BatchTerms, VoucherKind
from apps.wallets.accounts import Role, code_of
from apps.wallets.services import NewGrant, Source, grant_credits, open_wallet

CREDIT = Micros(10**15)


@dataclass(frozen=True, slots=True)
class Customer:
    """An organization with its credentials, and the ids of its rows for the raw functions."""

    organization: Organization
    machine: dict[str, str]
    person: dict[str, str]
    grant: int
    accounts: dict[Role, int]

    @property
    def id(self) -> UUID:
        """The id of the organization and of its book."""
        return self.organization.pk

    @classmethod
    def make(cls, slug: str, now: datetime) -> "Customer":
        """Create it, with more credit than any run uses."""
        organization = services.provision_organization(name=slug, slug=slug, now=now)
        open_wallet(organization=organization, now=now)
        grant = grant_credits(
            organization=organization,
            grant=NewGrant(
                cause=ORGANIZATION.of(organization.pk),
                amount=CREDIT,
                source=Source.TOP_UP,
                key=slug,
                created_by="benchmark",
            ),
            now=now,
        )
        WrongCodes.objects.create(organization=organization)
        roles = {role: code_of(organization.pk, role) for role in Role}
        found = dict(Account.objects.filter(book=organization.pk).values_list("code", "pk"))
        accounts = {role: found[code] for role, code in roles.items() if code in found}
        return cls(organization, key_headers(organization), session_headers(organization), grant.pk, accounts)


class Customers:
    """Customers that take turns; every call gets a unique key."""

    def __init__(self, slug: str, count: int = 20) -> None:
        self.now, self.slug, self._numbers = timezone.now(), slug, itertools.count()
        self.made = [Customer.make(f"{slug}-{number}", self.now) for number in range(count)]
        self._turns = itertools.cycle(self.made)

    def next(self) -> Customer:
        """Return the customer whose turn it is."""
        return next(self._turns)

    def key(self) -> str:
        """Return a unique key."""
        return f"{self.slug}:{next(self._numbers)}"

    def codes(self, count: int) -> Iterator[str]:
        """Create a batch of codes."""
        by, _ = User.objects.get_or_create(username="benchmark", defaults={"is_staff": True, "is_superuser": True})
        prefix = self.slug.upper().replace("-", "")
        terms = BatchTerms(kind=VoucherKind.CREDIT, amount_micros=10, currency="USD", count=count, prefix=prefix)
        batch = vouchers.create_batch(terms=terms, reason="Benchmark", by=by, now=self.now)
        while vouchers.generate_chunk(batch_id=batch.pk, now=self.now):
            pass
        batch.refresh_from_db()
        return vouchers.Download(batch).codes()


def prove(customers: Customers) -> None:
    """Verify the customers' books, so that wrong results are not measured."""
    findings = [each for who in customers.made for each in prove_one(who.id, now=timezone.now()).findings]
    assert not findings, findings


def key_headers(organization: Organization) -> dict[str, str]:
    """Return the headers of a call with an API key of the organization."""
    issued = services.issue_api_key(
        organization=organization,
        name="benchmark",
        scopes=[ApiKey.Scope.BILLING_READ, ApiKey.Scope.USAGE_WRITE],
        created_by="benchmark",
        now=timezone.now(),
    )
    return {"Authorization": f"Bearer {issued.text}"}


def session_headers(organization: Organization) -> dict[str, str]:
    """Return the headers of a call in the session of one of its administrators."""
    external_id = local_issuer.external_organization_id(organization.pk)
    services.link_identity(
        organization=organization,
        issuer=local_issuer.ISSUER,
        external_organization_id=external_id,
        now=timezone.now(),
    )
    token = local_issuer.sign_session(
        external_organization_id=external_id,
        slug=organization.slug,
        user_id="benchmark",
        role="org:admin",
        now=timezone.now(),
        ttl_seconds=36_000,
    )
    return {"Authorization": f"Bearer {token}"}
