"""Pages for notes and saved views."""

import re
from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst

from apps.backoffice import services
from apps.backoffice.models import Note, SavedView
from apps.backoffice.services.notes import page_of, row_of
from apps.common.admin import DayRangeFilter, Menu, ModelAdmin, Section

# Parameters of a list's address that choose no rows: the order.
UNSAID = (ORDER_VAR,)


class NoteForm(forms.ModelForm):  # type: ignore[type-arg]
    """A note; the row it is about comes from the link to the form."""

    class Meta:
        model = Note
        fields = ("organization", "subject_type", "subject_id", "text", "is_pinned")
        widgets: ClassVar[Any] = {"subject_type": forms.HiddenInput, "subject_id": forms.HiddenInput}

    def clean_subject_id(self) -> str:
        subject: str = self.cleaned_data["subject_id"]
        row = row_of(self.cleaned_data.get("subject_type", ""), subject) if subject else None
        if subject and getattr(row, "organization", None) != self.cleaned_data.get("organization"):
            raise ValidationError("The note is about a row that this customer does not have.")
        return subject

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        _, unknown = services.mentioned_in(text)
        if unknown:
            names = " and ".join(f"@{name}" for name in unknown)
            raise ValidationError(f"{names} is not exactly one colleague: write the user name.")
        return text


@admin.register(Note)
class NoteAdmin(ModelAdmin[Note]):
    """Notes. The author edits and pins a note; colleagues read it."""

    menu = Menu(Section.CUSTOMERS, 50, "sticky_note_2")
    form = NoteForm
    list_display = ("__str__", "organization", "about", "is_pinned", "author", "created_at")
    list_filter = ("is_pinned", "author", ("created_at", DayRangeFilter))
    linked_by = ("subject_id",)
    list_select_related = ("organization", "author")
    search_fields = ("text", "organization__name")
    autocomplete_fields = ("organization",)
    fields = ("organization", "text", "is_pinned", "about", "mentions", "author", "created_at")
    readonly_fields = ("about", "mentions", "author", "created_at")

    @admin.display(description="About")
    def about(self, note: Note) -> str:
        row = row_of(note.subject_type, note.subject_id) if note.subject_id else None
        if row is None:
            return "the customer"
        return format_html('<a class="link" href="{}">{} {}</a>', page_of(note), capfirst(row._meta.verbose_name), row)

    @admin.display(description="Mentions")
    def mentions(self, note: Note) -> str:
        return ", ".join(str(person) for person in note.mentioned.all()) if note.pk else ""

    def get_fields(self, request: HttpRequest, obj: Note | None = None) -> Any:
        return self.fields if obj else NoteForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Note | None = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["organization"] if obj else [])]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        strange = isinstance(obj, Note) and obj.author_id != request.user.pk
        return super().has_change_permission(request, obj) and not strange

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def response_post_save_add(self, request: HttpRequest, obj: Note) -> HttpResponseRedirect:
        """Return to the page of the row that the note is about, or of the customer."""
        return HttpResponseRedirect(page_of(obj))

    response_post_save_change = response_post_save_add

    def save_model(self, request: HttpRequest, obj: Note, form: Any, change: bool) -> None:
        if not change:
            obj.author, obj.created_at = request.user, timezone.now()  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
        services.mention(note=obj, now=timezone.now())


def query_words(query: str) -> str:
    """Return the filters of a list's address in words: "Currency: USD; created at from: 2026-11-01."."""
    texts = []
    for name, values in QueryDict(query).lists():
        shown = ", ".join(each.replace(",", ", ").replace("_", " ") for each in values if each)
        if shown and name not in UNSAID:
            words = re.sub(r"_micros(?=_|$)|__(exact|in|id)\b", "", name).replace("__", " ").replace("_", " ")
            texts.append(f"{'search' if name == SEARCH_VAR else words}: {shown}")
    return f"{capfirst('; '.join(texts))}." if texts else "All rows."


@admin.register(SavedView)
class SavedViewAdmin(ModelAdmin[SavedView]):
    """A person's own views and those that colleagues share."""

    menu = Menu(Section.CUSTOMERS, 60, "bookmark")
    list_display = ("name", "list_title_shown", "owner", "is_shared", "team", "is_default", "mailed")
    list_filter = ("is_shared", "mailed")
    list_select_related = ("owner", "team")
    fields = (
        "name",
        "list_title_shown",
        "rows_shown",
        "is_shared",
        "team",
        "is_default",
        "mailed",
        "owner",
        "created_at",
    )
    readonly_fields = ("list_title_shown", "rows_shown", "owner", "created_at")

    @admin.display(description="List", ordering="list_name")
    def list_title_shown(self, view: SavedView) -> str:
        page: Any = self.admin_site._registry[apps.get_model(view.list_name)]
        return str(page.title())

    @admin.display(description="Rows")
    def rows_shown(self, view: SavedView) -> str:
        """Return the view's filters in words, with a link to the list that they show."""
        address = reverse(f"admin:{view.list_name.replace('.', '_')}_changelist")
        return format_html(
            '{} <a class="link" href="{}?{}">Open the list</a>', query_words(view.query), address, view.query
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedView]:
        shared = Q(is_shared=True) & (Q(team=None) | Q(team__in=request.user.groups.all()))
        return super().get_queryset(request).filter(Q(owner_id=request.user.pk) | shared)

    def save_model(self, request: HttpRequest, obj: SavedView, form: Any, change: bool) -> None:
        services.save_view(obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def _is_own(self, request: HttpRequest, obj: Any) -> bool:
        return not isinstance(obj, SavedView) or obj.owner_id == request.user.pk

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_own(request, obj)
