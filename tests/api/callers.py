"""Credentials for tests, created by the public services: sessions of the local issuer and API keys."""

from django.utils import timezone

from apps.tenants import local_issuer, services
from apps.tenants.models import IdentityLink, Organization


def session_of(
    organization: Organization | None, role: str = "org:admin", external_id: str | None = None, user: str = "user_1"
) -> str:
    """Return a session token of a person; it names the external id if one is given, linked or not."""
    if external_id is None:
        assert organization is not None
        external_id = local_issuer.external_organization_id(organization.pk)
        if not IdentityLink.objects.filter(external_organization_id=external_id).exists():
            services.link_identity(
                organization=organization,
                issuer=local_issuer.ISSUER,
                external_organization_id=external_id,
                now=timezone.now(),
            )
    return local_issuer.sign_session(
        external_organization_id=external_id, slug="acme", user_id=user, role=role, now=timezone.now(), ttl_seconds=60
    )


def key_of(organization: Organization | None, *scopes: str) -> str:
    """Return an API key; by default one that reads billing, or the platform's that sends usage."""
    scopes = scopes or (("billing:read",) if organization else ("platform:usage",))
    return services.issue_api_key(
        organization=organization, name="x", scopes=scopes, created_by="x", now=timezone.now()
    ).text


def as_bearer(text: str) -> dict[str, str]:
    """Return the headers of a Bearer credential."""
    return {"Authorization": f"Bearer {text}"}


def as_header(text: str) -> dict[str, str]:
    """Return the headers of an API key in its own header."""
    return {"X-API-KEY": text}
