"""Pages for notes and saved views."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone

from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.models import Note, SavedView
from apps.common.admin import Menu, ModelAdmin, Section


@admin.register(Note)
class NoteAdmin(ModelAdmin[Note]):
    """Notes. The author edits and pins a note; colleagues read it."""

    menu = Menu(Section.CUSTOMERS, 50, "sticky_note_2")
    list_display = ("__str__", "organization", "is_pinned", "author", "created_at")
    list_filter = ("is_pinned",)
    list_select_related = ("organization", "author")
    search_fields = ("text", "organization__name")
    raw_id_fields = ("organization",)
    fields = ("organization", "text", "is_pinned", "author", "created_at")
    readonly_fields = ("author", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Note | None = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["organization"] if obj else [])]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        strange = isinstance(obj, Note) and obj.author_id != request.user.pk
        return super().has_change_permission(request, obj) and not strange

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def response_post_save_add(self, request: HttpRequest, obj: Note) -> HttpResponseRedirect:
        """Return to the page of the customer whom the note is about."""
        return HttpResponseRedirect(tab_of(obj.organization, "notes"))

    response_post_save_change = response_post_save_add

    def save_model(self, request: HttpRequest, obj: Note, form: Any, change: bool) -> None:
        if not change:
            obj.author, obj.created_at = request.user, timezone.now()  # type: ignore[assignment]
        super().save_model(request, obj, form, change)


@admin.register(SavedView)
class SavedViewAdmin(ModelAdmin[SavedView]):
    """A person's own views and those that colleagues share."""

    menu = Menu(Section.CUSTOMERS, 60, "bookmark")
    list_display = ("name", "list_name", "owner", "is_shared")
    list_filter = ("is_shared",)
    list_select_related = ("owner",)
    fields = ("name", "list_name", "query", "is_shared", "owner", "created_at")
    readonly_fields = ("list_name", "owner", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedView]:
        return super().get_queryset(request).filter(Q(owner_id=request.user.pk) | Q(is_shared=True))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def _is_own(self, request: HttpRequest, obj: Any) -> bool:
        return not isinstance(obj, SavedView) or obj.owner_id == request.user.pk

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_own(request, obj)
