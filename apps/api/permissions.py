"""Permissions of API views. DRF imports this module before its views, so views are imported for types only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.api.authentication import ADMIN_ROLE, credential_of

if TYPE_CHECKING:
    from rest_framework.views import APIView


class IsOrgAdmin(BasePermission):
    """Requires a person with the role org:admin, who alone may spend, buy or redeem."""

    message = "This needs the role org:admin in your organization."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return credential_of(request).role == ADMIN_ROLE


class HasScope(BasePermission):
    """Requires a credential with this scope; used as `HasScope("billing:read")` in `permission_classes`."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.message = f"This needs a credential with the scope {scope}."

    def __call__(self) -> HasScope:
        return self

    def has_permission(self, request: Request, view: Any) -> bool:
        return self.scope in credential_of(request).scopes


class Undeclared(BasePermission):
    """Refuse everybody: the default, so that a view without declared permissions is closed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return False, always."""
        return False


class Public(BasePermission):
    """Allow everybody, for resources without customer data."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return True, always."""
        return True
