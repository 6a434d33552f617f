"""What a caller must be allowed beyond being known."""

from typing import Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.api.authentication import ADMIN_ROLE, Credential


class IsOrgAdmin(BasePermission):
    """A person with the role org:admin; what spends, buys or redeems asks for it."""

    message = "This needs the role org:admin in your organization."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return cast(Credential, request.auth).role == ADMIN_ROLE


class HasScope(BasePermission):
    """A credential with this scope, used as `HasScope("billing:read")` in `permission_classes`."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.message = f"This needs a credential with the scope {scope}."

    def __call__(self) -> "HasScope":
        return self

    def has_permission(self, request: Request, view: Any) -> bool:
        return self.scope in cast(Credential, request.auth).scopes
