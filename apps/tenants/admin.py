"""Admin pages of projects. Those of organizations, API keys, and identity links are in the back office app."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.common.admin import Menu, Section, TimestampedModelAdmin
from apps.tenants.models import Project


@admin.register(Project)
class ProjectAdmin(TimestampedModelAdmin[Project]):
    menu = Menu(Section.CUSTOMERS, 20, "folder")
    found_by = ("pk",)
    list_display = ("name", "slug", "organization", "created_at", "updated_at")
    list_select_related = ("organization",)
    search_fields = ("=id", "name", "slug", "organization__slug", "organization__name")
    ordering = ("name", "pk")
    fields = ("organization", "name", "slug")
    autocomplete_fields = ("organization",)
    prepopulated_fields = {"slug": ("name",)}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Project], search_term: str
    ) -> tuple[QuerySet[Project], bool]:
        """Search projects; in a form with a customer, only that customer's."""
        if "customer" in request.GET and request.path == reverse("admin:autocomplete"):
            queryset = queryset.filter(organization__in=_uuids(request.GET["customer"]))
        return super().get_search_results(request, queryset, search_term)

    def get_readonly_fields(self, request: HttpRequest, obj: Project | None = None) -> tuple[str, ...]:
        """A project cannot move to another organization, since its usage is counted there."""
        return ("organization",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Project | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ("name",)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _uuids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []
