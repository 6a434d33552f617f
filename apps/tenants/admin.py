"""Keys, identities and projects on screen. Organizations have a page of their own elsewhere."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from unfold.decorators import action, display

from apps.common.admin import Change, ModelAdmin, Question, ReadOnlyModelAdmin, Review, confirm
from apps.tenants import services
from apps.tenants.forms import IssueKeyForm, customer_in_address
from apps.tenants.models import ApiKey, IdentityLink, Project

KEY_STATES = {"works": "success", "expired": "warning", "revoked": "danger"}


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyModelAdmin[ApiKey]):
    list_display = ("prefix", "organization", "name", "state", "scopes", "created_at", "expires_at", "last_used_at")
    list_filter = ("created_at", "expires_at")
    list_select_related = ("organization",)
    search_fields = ("prefix", "name", "organization__slug", "organization__name")
    actions_list = ("issue",)
    made_by = "issue"
    actions_detail = ("revoke",)
    fieldsets = (
        (None, {"fields": ("prefix", "organization", "name", "state_text", "scopes")}),
        ("Life", {"fields": ("created_at", "created_by", "expires_at", "last_used_at", "revoked_at", "revoked_by")}),
    )

    @display(description="State", label=KEY_STATES)
    def state(self, key: ApiKey) -> tuple[str, str]:
        if key.revoked_at is not None:
            return "revoked", "Revoked"
        return ("works", "Works") if key.works_at(timezone.now()) else ("expired", "Expired")

    @admin.display(description="State")
    def state_text(self, key: ApiKey) -> str:
        return str(self.state(key)[1])

    def has_issue_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("tenants.add_apikey")

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("tenants.change_apikey")

    @action(description="Issue a key", url_path="issue", permissions=["issue"], icon="key")
    def issue(self, request: HttpRequest) -> HttpResponse:
        def perform(cleaned: Any) -> HttpResponse:
            now, days = timezone.now(), cleaned["days"]
            with transaction.atomic():
                issued = services.issue_api_key(
                    organization=cleaned["organization"],
                    name=cleaned["name"],
                    scopes=cleaned["scopes"],
                    created_by=f"staff:{request.user.get_username()}",
                    now=now,
                    expires_at=now + timedelta(days=days) if days else None,
                )
                self.log_addition(request, issued.key, f"Issued: {cleaned['reason']}")
            return self._shown_once(request, issued)

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Issue an API key",
                form=IssueKeyForm,
                form_options={"may_issue_for_all": request.user.has_perm("tenants.change_organization")},
                initial={"organization": customer_in_address(request)},
                explanation="The key is shown once, on the next page, and cannot be shown again.",
                button="Issue the key",
            ),
            perform=perform,
            back=reverse("admin:tenants_apikey_changelist"),
        )

    def _shown_once(self, request: HttpRequest, issued: services.IssuedKey) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "The new API key",
            "key": issued.key,
            "text": issued.text,
            "back": reverse("admin:tenants_apikey_change", args=[issued.key.pk]),
        }
        answer = TemplateResponse(request, "admin/tenants/key_issued.html", context)
        add_never_cache_headers(answer)
        return answer

    @action(description="Revoke", url_path="revoke", permissions=["revoke"], icon="block")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        key = get_object_or_404(self.get_queryset(request), pk=object_id)

        def perform(cleaned: Any) -> str:
            with transaction.atomic():
                services.revoke_api_key(
                    key_id=key.pk, revoked_by=f"staff:{request.user.get_username()}", now=timezone.now()
                )
                self.log_change(request, key, f"Revoked: {cleaned['reason']}")
            return f"{key.prefix} no longer works."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Revoke this key",
                explanation="Requests with it are refused from now on; this cannot be undone.",
                review=lambda _: Review([Change("State", self.state(key)[1], "Revoked")]),
                button="Revoke",
                danger=True,
            ),
            perform=perform,
            back=reverse("admin:tenants_apikey_change", args=[key.pk]),
            subject=key,
        )


@admin.register(IdentityLink)
class IdentityLinkAdmin(ModelAdmin[IdentityLink]):
    list_display = ("external_organization_id", "issuer", "organization", "created_at")
    list_filter = ("issuer",)
    list_select_related = ("organization",)
    search_fields = ("=external_organization_id", "organization__slug", "organization__name")
    fields = ("organization", "issuer", "external_organization_id")
    raw_id_fields = ("organization",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: IdentityLink, form: Any, change: bool) -> None:
        obj.created_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(Project)
class ProjectAdmin(ModelAdmin[Project]):
    list_display = ("name", "slug", "organization", "created_at", "updated_at")
    list_select_related = ("organization",)
    search_fields = ("=id", "name", "slug", "organization__slug", "organization__name")
    fields = ("organization", "name", "slug")
    raw_id_fields = ("organization",)
    prepopulated_fields = {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Project | None = None) -> tuple[str, ...]:
        """A project stays with its organization: usage has been counted for it there."""
        return ("organization",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Project | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ("name",)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        obj.updated_at = timezone.now()
        if not change:
            obj.created_at = obj.updated_at
        super().save_model(request, obj, form, change)
