"""Pages for API keys and identity links. Whoever holds one acts as the customer, so adding one is an action."""

from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from unfold.decorators import action, display

from apps.approvals.actions import person
from apps.approvals.models import Approval
from apps.approvals.pages import confirm_action, reason_and_key, review_of
from apps.approvals.submission import submit
from apps.backoffice.actions import IssueApiKey, LinkIdentity
from apps.common.admin import Change, Menu, ModelAdmin, Question, ReadOnlyModelAdmin, Review, Role, Section, confirm
from apps.common.errors import Conflict
from apps.tenants import services
from apps.tenants.forms import IdentityForm, IssueKeyForm, customer_in_address
from apps.tenants.key_text import NewKey
from apps.tenants.models import ApiKey, IdentityLink

KEY_STATES = {"works": "success", "expired": "warning", "revoked": "danger"}


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyModelAdmin[ApiKey]):
    menu = Menu(Section.CUSTOMERS, 30, "key", (Role.SUPPORT, Role.ADMINISTRATOR))
    newest_by = "-created_at"
    list_title = "API keys"
    found_by = ("prefix",)
    list_display = ("prefix", "organization", "name", "state", "scopes", "created_at", "expires_at", "last_used_at")
    list_filter = ("created_at", "expires_at")
    list_select_related = ("organization",)
    search_fields = ("prefix", "name", "organization__slug", "organization__name")
    actions_list = ("issue",)
    made_by = "issue"
    actions_detail = ("revoke",)
    fieldsets = (
        (None, {"fields": ("prefix", "organization", "name", "state_text", "scopes")}),
        (
            "Validity",
            {"fields": ("created_at", "created_by", "expires_at", "last_used_at", "revoked_at", "revoked_by")},
        ),
    )

    @display(description="State", label=KEY_STATES)
    def state(self, key: ApiKey) -> tuple[str, str]:
        if key.revoked_at is not None:
            return "revoked", "Revoked"
        return ("works", "Active") if key.works_at(timezone.now()) else ("expired", "Expired")

    @admin.display(description="State")
    def state_text(self, key: ApiKey) -> str:
        return str(self.state(key)[1])

    def has_issue_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("tenants.add_apikey")

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("tenants.change_apikey")

    @action(description="Issue a key", url_path="issue", permissions=["issue"], icon="key")
    def issue(self, request: HttpRequest) -> HttpResponse:
        by: Any = request.user
        made = services.new_api_key()

        def review(cleaned: Any) -> Review:
            wanted, now = issue_action(cleaned, made), timezone.now()
            return review_of(wanted.preview(by=by, now=now), [wanted], by=by, now=now)

        def perform(cleaned: Any) -> HttpResponse:
            wanted = issue_action(cleaned, made)
            waiting = submit(wanted, by=by, now=timezone.now())
            keys = ApiKey.objects.filter(prefix=made.prefix)
            is_kept = waiting.arguments["prefix"] == made.prefix if waiting else keys.exists()
            if not is_kept:
                raise Conflict(
                    "This form was already sent and its key was shown then. Open the form again for another key."
                )
            return self._shown_once(request, wanted, made, waiting)

        return confirm(
            request,
            admin=self,
            question=Question(
                title=IssueApiKey.title,
                form=IssueKeyForm,
                form_options={"may_issue_for_all": request.user.has_perm("tenants.change_organization")},
                initial={"organization": customer_in_address(request)},
                explanation=(
                    "The key is shown once, on the last page, and cannot be retrieved later. A key that may send "
                    "usage can charge customers, so a second person may have to approve it before it works."
                ),
                review=review,
                button="Issue the key",
            ),
            perform=perform,
        )

    def _shown_once(
        self, request: HttpRequest, wanted: IssueApiKey, made: NewKey, waiting: Approval | None
    ) -> HttpResponse:
        if waiting:
            back = reverse("admin:approvals_approval_change", args=[waiting.pk])
        else:
            back = reverse("admin:tenants_apikey_change", args=[ApiKey.objects.get(prefix=made.prefix).pk])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "The new API key",
            "organization": wanted.organization(),
            "waiting": waiting,
            "text": made.text,
            "back": back,
        }
        answer = TemplateResponse(request, "admin/tenants/key_issued.html", context)
        add_never_cache_headers(answer)
        return answer

    @action(description="Revoke", url_path="revoke", permissions=["revoke"], icon="block")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        key = get_object_or_404(self.get_queryset(request), pk=object_id)

        def perform(cleaned: Any) -> str:
            with transaction.atomic():
                services.revoke_api_key(key_id=key.pk, revoked_by=person(request.user), now=timezone.now())
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
            subject=key,
        )


def issue_action(cleaned: Any, made: NewKey) -> IssueApiKey:
    """Return the action for the key described in the form."""
    organization = cleaned["organization"]
    return IssueApiKey(
        organization_id=organization.pk if organization else None,
        currency=organization.currency if organization else "USD",
        name=cleaned["name"],
        scopes=tuple(sorted(cleaned["scopes"])),
        days=cleaned["days"],
        prefix=made.prefix,
        secret_sha256=made.sha256,
        **reason_and_key(cleaned),
    )


@admin.register(IdentityLink)
class IdentityLinkAdmin(ModelAdmin[IdentityLink]):
    menu = Menu(Section.CUSTOMERS, 40, "link")
    found_by = ("external_organization_id",)
    list_display = ("external_organization_id", "issuer", "organization", "created_at")
    list_filter = ("issuer",)
    list_select_related = ("organization",)
    search_fields = ("=external_organization_id", "organization__slug", "organization__name")
    fields = ("organization", "issuer", "external_organization_id", "created_at")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return confirm_action(
            request,
            admin=self,
            action=LinkIdentity,
            build=link_action,
            form=IdentityForm,
            initial={"organization": customer_in_address(request)},
            explanation="Whoever signs in there for that organization acts as the customer.",
            button="Link",
            back=reverse("admin:tenants_identitylink_changelist"),
        )

    def delete_model(self, request: HttpRequest, obj: IdentityLink) -> None:
        """Remove a link and log it on the customer too, because the link's own page is gone."""
        told = {"issuer": obj.issuer, "external_organization_id": obj.external_organization_id}
        with transaction.atomic():
            super().delete_model(request, obj)
            LogEntry.objects.log_create(
                obj.organization,
                force_log=True,
                action=LogEntry.Action.UPDATE,
                changes={},
                additional_data={"what": "Identity link removed", **told},
            )


def link_action(cleaned: Any) -> LinkIdentity:
    """Return the action for the identity link described in the form."""
    organization = cleaned["organization"]
    return LinkIdentity(
        organization_id=organization.pk,
        currency=organization.currency,
        issuer=cleaned["issuer"],
        external_organization_id=cleaned["external_organization_id"],
        **reason_and_key(cleaned),
    )
