"""Authentication: every API surface uses one of these classes, and views read the caller from `request.auth`.

A surface accepts only the credentials that its API document names: a valid API key on a session-only surface is a 401,
and so are two credentials in one request. If the settings allow it, an organization that signs in for the first time is
created.
"""

import hashlib
import re
from dataclasses import field
from datetime import datetime
from typing import ClassVar, Literal, cast

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.api.rate_limits import count_wrong
from apps.common.money import Micros
from apps.common.rows import copy_row
from apps.common.transactions import serialized
from apps.common.values import value_class
from apps.tenants import selectors
from apps.tenants import services as tenants
from apps.tenants.causes import ORGANIZATION
from apps.tenants.errors import (
    IdentityTaken,
    InvalidCredential,
    KeyWithoutOrganization,
    OrganizationMissing,
    OrganizationUnknown,
    SlugTaken,
)
from apps.tenants.models import ApiKey, Organization
from apps.tenants.session_claims import SessionClaims, actor_of
from apps.tenants.session_tokens import verify_session_token
from apps.usage.errors import ReportUnsigned
from apps.usage.models import ReportEndpoint
from apps.usage.services import Signature, signed_by
from apps.wallets import services as wallets

ADMIN_ROLE = "org:admin"
CREATED_BY = "system:auto-provision"
LONGEST_SLUG = 60
BEARER = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9\-._~+/]+=*)")


@value_class(frozen=True, slots=True)
class Credential:
    """The caller. `organization` is None only for platform keys.

    `key_prefix` is empty for sessions. `endpoint` is where a signed report was sent.
    """

    organization: Organization | None
    kind: Literal["session", "api_key", "report"]
    user_id: str = ""
    actor_user_id: str = ""
    role: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)
    created_by: str = ""
    key_prefix: str = ""
    endpoint: ReportEndpoint | None = None
    is_authenticated: ClassVar[bool] = True

    @property
    def pk(self) -> str:
        """The key under which throttles count."""
        return self.created_by


def credential_of(request: Request) -> Credential:
    """Return the caller's credential."""
    return cast(Credential, request.auth)


def organization_of(request: Request) -> Organization:
    """Return the caller's organization; on customer surfaces there always is one."""
    return cast(Organization, credential_of(request).organization)


class _Surface(BaseAuthentication):
    """The base of all surfaces: where credentials are accepted, and the challenge of a 401."""

    challenge: ClassVar[str] = 'Bearer realm="billing"'
    takes_sessions: ClassVar[bool] = False
    takes_keys_as_bearer: ClassVar[bool] = False
    takes_keys_in_header: ClassVar[bool] = False
    takes_platform_keys: ClassVar[bool] = False

    def authenticate_header(self, request: Request) -> str:
        return self.challenge

    def authenticate(self, request: Request) -> tuple[Credential, Credential]:
        """Return the credential twice: DRF wants a user and an auth, which are the same here.

        Raises:
            AuthenticationFailed: there is no valid credential for this surface, or there are two (401).
            TooManyWrongCredentials: it is invalid, and its address has sent too many wrong ones this minute (429).
            Forbidden: it is valid, but has no organization that may use the service (403).
            Unavailable: session tokens cannot be verified right now (503).
        """
        try:
            credential = self._credential(request)
        except InvalidCredential as error:
            if "HTTP_AUTHORIZATION" in request.META or "HTTP_X_API_KEY" in request.META:
                count_wrong(request)
            raise AuthenticationFailed(error.detail, code=error.code) from error
        return credential, credential

    def _credential(self, request: Request) -> Credential:
        authorization = request.META.get("HTTP_AUTHORIZATION")
        header_key = request.META.get("HTTP_X_API_KEY")
        if authorization is not None and header_key is not None:
            raise InvalidCredential("Send one credential: Authorization or X-API-KEY.")
        if header_key is not None and self.takes_keys_in_header:
            return self._from_key(header_key, request)
        bearer = _bearer_token(authorization) if authorization is not None else None
        if bearer is not None and bearer.startswith("bk_") and self.takes_keys_as_bearer:
            return self._from_key(bearer, request)
        if bearer is not None and not bearer.startswith("bk_") and self.takes_sessions:
            return _from_session(bearer)
        raise InvalidCredential(self._wanted())

    def _from_key(self, text: str, request: Request) -> Credential:
        now = timezone.now()
        key = selectors.authenticate_api_key(text, now)
        if key.organization is None and not self.takes_platform_keys:
            raise KeyWithoutOrganization(
                "A platform key belongs to no organization; use a key of the organization here."
            )
        if key.organization is not None and not getattr(request.parser_context["view"], "finishes_work", False):
            selectors.require_active(key.organization)
        tenants.note_key_use(key=key, now=now)
        return Credential(
            organization=key.organization and copy_row(key.organization),
            kind="api_key",
            scopes=frozenset(key.scopes),
            created_by=f"key:{key.prefix}",
            key_prefix=key.prefix,
        )

    def _wanted(self) -> str:
        ways = [
            (self.takes_sessions, "Authorization: Bearer with a session token"),
            (self.takes_keys_as_bearer, "Authorization: Bearer with an API key"),
            (self.takes_keys_in_header, "X-API-KEY with an API key"),
        ]
        return f"Send {' or '.join(way for taken, way in ways if taken)}."


class SessionTokenAuthentication(_Surface):
    """Accepts only a session token of a signed-in person."""

    takes_sessions = True


class ApiKeyHeaderAuthentication(_Surface):
    """Accepts only an API key in the header X-API-KEY."""

    challenge = 'ApiKey realm="billing", header="X-API-KEY"'
    takes_keys_in_header = True


class BearerAuthentication(_Surface):
    """Accepts a session token or an API key, as Bearer."""

    takes_sessions = True
    takes_keys_as_bearer = True


class BearerOrPlatformAuthentication(BearerAuthentication):
    """Accepts a session token, or an API key of an organization or of the platform, as Bearer."""

    takes_platform_keys = True


class PlatformAuthentication(_Surface):
    """An API key in either header, of an organization or of the platform, for machines."""

    takes_keys_as_bearer = True
    takes_keys_in_header = True
    takes_platform_keys = True


class ReportSignature(BaseAuthentication):
    """Accepts a body that is signed with a secret of the endpoint in the path, by the headers of Standard Webhooks."""

    def authenticate_header(self, request: Request) -> str:
        return "Webhook-Signature"

    def authenticate(self, request: Request) -> tuple[Credential, Credential]:
        """Return the endpoint's credential twice, as `_Surface` does.

        Raises:
            UnknownReportEndpoint: the path names no endpoint, or a closed one (404).
            ReportUnsigned: the body is not signed with one of the endpoint's secrets (401).
            ReportOutOfTime: the time of the signature differs from now by more than five minutes (400).
            TooManyWrongCredentials: as in `_Surface` (429).
            Forbidden: the endpoint's organization may not use the service (403).
        """
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        signature = Signature(*(request.headers.get(name, "") for name in names))
        endpoint_id = request.parser_context["kwargs"]["endpoint"]
        try:
            endpoint = signed_by(endpoint_id, signature, request._request.body, now=timezone.now())
        except ReportUnsigned:
            count_wrong(request)
            raise
        selectors.require_active(endpoint.organization)
        credential = Credential(
            organization=endpoint.organization,
            kind="report",
            created_by=f"report:{endpoint.pk}",
            endpoint=endpoint,
        )
        return credential, credential


def _bearer_token(authorization: str) -> str | None:
    match = BEARER.fullmatch(authorization)
    return match[1] if match else None


def _from_session(token: str) -> Credential:
    now = timezone.now()
    claims = verify_session_token(token, now=now)
    return Credential(
        organization=organization_for_session(claims, now=now),
        kind="session",
        user_id=claims.user_id,
        actor_user_id=claims.actor_user_id,
        role=claims.role,
        scopes=frozenset([ApiKey.Scope.BILLING_READ]),
        created_by=actor_of(claims.actor_user_id),
    )


def organization_for_session(claims: SessionClaims, *, now: datetime) -> Organization:
    """Return the organization that a session names.

    Raises:
        OrganizationMissing: the token names none.
        OrganizationUnknown: it has no account here, and accounts are not created automatically.
        OrganizationInactive: it is suspended or archived.
    """
    if claims.external_organization_id is None:
        raise OrganizationMissing("Choose an organization and sign in with it.")
    organization = selectors.organization_for_identity(claims.issuer, claims.external_organization_id)
    if organization is None:
        if not settings.CLERK_AUTO_PROVISION:
            raise OrganizationUnknown(f"The organization {claims.external_organization_id} has no billing account.")
        organization = _create_unknown(claims, claims.external_organization_id, now)
    return selectors.require_active(organization)


def _create_unknown(claims: SessionClaims, external_id: str, now: datetime) -> Organization:
    """Create the organization, or return the one that a concurrent request has created.

    Concurrent requests of one organization compete for the same slug, and the unique index lets one win. If another
    organization has the slug, the second try adds a suffix that is unique to this identity.
    """
    slug = slugify(claims.organization_slug)[:LONGEST_SLUG] or "organization"
    mark = hashlib.sha256(f"{claims.issuer} {external_id}".encode()).hexdigest()[:10]
    for candidate in (slug, f"{slug}-{mark}"):
        try:
            return _provision(claims, external_id, candidate, now)
        except (SlugTaken, IdentityTaken):
            organization = selectors.organization_for_identity(claims.issuer, external_id)
            if organization is not None:
                return organization
    raise OrganizationUnknown(f"No account could be created for the organization {external_id}.")


@serialized
def _provision(claims: SessionClaims, external_id: str, slug: str, now: datetime) -> Organization:
    organization = tenants.provision_organization(name=claims.organization_slug or external_id, slug=slug, now=now)
    tenants.link_identity(
        organization=organization, issuer=claims.issuer, external_organization_id=external_id, now=now
    )
    wallets.open_wallet(organization=organization, now=now)
    if settings.SIGNUP_CREDIT_MICROS > 0:
        wallets.grant_credits(
            organization=organization,
            grant=wallets.NewGrant(
                amount=Micros(settings.SIGNUP_CREDIT_MICROS),
                source=wallets.Source.SIGNUP,
                key=f"signup:{organization.pk}",
                cause=ORGANIZATION.of(organization.pk),
                created_by=CREATED_BY,
                description="Free credit for signing up",
            ),
            now=now,
        )
    return organization
