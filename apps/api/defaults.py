"""Permissions that need no credential to decide. DRF imports this while its views load, so views are types here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView


class Undeclared(BasePermission):
    """Refuse: the default, so that a view which forgot to say who may call it is closed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return False, always."""
        return False


class Public(BasePermission):
    """Allow anyone; for what holds nobody's data."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return True, always."""
        return True
