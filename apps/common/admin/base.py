"""Admin base classes: no deletion from lists, micros shown and typed as money, stale saves refused."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import flatten_fieldsets, label_for_field, unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import DataError, connection, models
from django.forms.utils import pretty_name
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.text import capfirst

from apps.common.admin.change_list import COLUMN, ColumnChangeList, chosen, with_choice
from apps.common.admin.columns import MicrosMixin
from apps.common.admin.edit_conflicts import refuse_stale_saves
from apps.common.admin.keyset import KeysetChangeList
from apps.common.admin.money import is_micros, written
from apps.common.admin.pages import PageDescription
from apps.common.admin.search import search
from apps.common.admin.time_fields import DayField, DayInput

if TYPE_CHECKING:
    UnfoldModelAdmin = admin.ModelAdmin
    UnfoldStackedInline = admin.StackedInline
    UnfoldTabularInline = admin.TabularInline
else:
    from unfold.admin import ModelAdmin as UnfoldModelAdmin
    from unfold.admin import StackedInline as UnfoldStackedInline
    from unfold.admin import TabularInline as UnfoldTabularInline

    class _Subscriptable:
        """Lets type checkers read `ModelAdmin[Voucher]`; at run time the subscript has no effect."""

        def __class_getitem__(cls, model):
            return cls

    class UnfoldModelAdmin(_Subscriptable, UnfoldModelAdmin): ...

    class UnfoldStackedInline(_Subscriptable, UnfoldStackedInline): ...

    class UnfoldTabularInline(_Subscriptable, UnfoldTabularInline): ...


Row = TypeVar("Row", bound=models.Model)
Parent = TypeVar("Parent", bound=models.Model)


def _lock(model: Any, primary_key: Any) -> None:
    """Serialize saves of one row; the caller is inside a transaction."""
    model._base_manager.select_for_update(no_key=True).filter(pk=primary_key).values("pk").first()


def _name_of(field: Any) -> str:
    return str(getattr(field, "__name__", field))


def _without(fields: Any, names: Collection[str]) -> list[Any]:
    """Return a fieldset's fields, and rows of fields, without some of them."""
    kept: list[Any] = []
    for each in fields:
        if isinstance(each, (list, tuple)):
            kept += [row] if (row := tuple(_without(each, names))) else []
        elif _name_of(each) not in names:
            kept.append(each)
    return kept


class ModelAdmin(PageDescription, MicrosMixin, UnfoldModelAdmin[Row]):
    """The base of every admin here.

    - Lists offer no deletion. Rows that must stay use `KeptModelAdmin` or `ReadOnlyModelAdmin`, which forbid it.
    - `*_micros` columns are shown and typed as money; set `money_unit` to show the unit. Counts are right-aligned.
    - A page that was opened before someone else's save cannot overwrite that save.
    - The menu and the palette read their entries from the page (`PageDescription`).
    - `keyset` pages a long list by key, without a count; `field__exact` in `search_fields` uses the field's index.
    """

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True
    change_form_before_template = "admin/seen.html"
    formfield_overrides: ClassVar[Any] = {models.DateField: {"form_class": DayField, "widget": DayInput}}

    # The columns that order a long list, newest first; such a list is paged by key and never counted.
    keyset: ClassVar[tuple[str, ...]] = ()
    # Columns that the list shows only if a person chooses them, such as keys and hashes.
    hidden_columns: ClassVar[tuple[str, ...]] = ()
    # Further columns by which links from other pages filter the list.
    linked_by: ClassVar[tuple[str, ...]] = ()

    # Paths from the row that an export shows instead of columns that are shortened on screen.
    file_columns: ClassVar[dict[str, str]] = {}

    def get_urls(self) -> list[URLPattern]:
        """Answer 404 on the pages of a row if no row can have the id, before any query uses it."""
        patterns: list[URLPattern] = super().get_urls()
        for each in patterns:
            if "object_id" in each.pattern.converters:
                each.callback = self._of_a_possible_id(each.callback)
        return patterns

    def _of_a_possible_id(self, view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(request: HttpRequest, *arguments: Any, **options: Any) -> Any:
            if self.admin_site.has_permission(request) and not self._may_be_an_id(options["object_id"]):
                raise Http404
            return view(request, *arguments, **options)

        return answer

    def _may_be_an_id(self, text: str) -> bool:
        try:
            self.opts.pk.to_python(unquote(text))
        except ValidationError:
            return False
        return "\x00" not in text

    def get_list_display(self, request: HttpRequest) -> Any:
        names = chosen(self.columns(request), request, self.hidden_columns)
        return [self._count(name) for name in self._as_money(names)]

    def columns(self, request: HttpRequest) -> list[str]:
        """Return the names of all columns of the list, chosen or not."""
        return [str(name) for name in super().get_list_display(request)]

    def column_choice(self, request: HttpRequest) -> list[tuple[str, str, bool]]:
        """Return the columns that the list can be without: name, label, and whether it is shown."""
        every = self.columns(request)
        shown = chosen(every, request, self.hidden_columns)
        labels = [str(label_for_field(name, self.model, self)).removesuffix(" micros") for name in every]
        named = zip(every, map(written, map(str.capitalize, labels)), strict=True)
        return [(name, label, name in shown) for name, label in list(named)[1:]]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if COLUMN in request.GET:
            return HttpResponseRedirect(f"?{with_choice(request.GET)}")
        return super().changelist_view(request, extra_context)

    def get_keyset(self, request: HttpRequest) -> tuple[str, ...]:
        return self.keyset

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the change list; values that the database cannot compare are refused like other invalid ones.

        Raises:
            IncorrectLookupParameters: the address filters by a value that no row can have.
        """
        try:
            return super().get_changelist_instance(request)
        except (DataError, OverflowError, ValueError) as error:
            if not request.GET:
                raise
            raise IncorrectLookupParameters from error

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out of the form for a new row what is only shown: there is nothing to show yet."""
        sets = super().get_fieldsets(request, obj)
        if obj is not None:
            return sets
        frozen = {_name_of(field) for field in self.get_readonly_fields(request, obj)}
        typed = [(title, {**options, "fields": _without(options["fields"], frozen)}) for title, options in sets]
        return [each for each in typed if each[1]["fields"]]

    def render_change_form(self, request: HttpRequest, context: Any, *arguments: Any, **options: Any) -> Any:
        """Name the row in the window's title as its page does."""
        row = context.get("original")
        if row is not None and context.get("subtitle") == str(row):
            context["subtitle"] = self.row_title(row)
        return super().render_change_form(request, context, *arguments, **options)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return KeysetChangeList if self.get_keyset(request) else ColumnChangeList

    def get_sortable_by(self, request: HttpRequest) -> Any:
        return () if self.get_keyset(request) else super().get_sortable_by(request)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Row], search_term: str
    ) -> tuple[models.QuerySet[Row], bool]:
        fields = [str(field) for field in self.get_search_fields(request)]
        return (search(queryset, fields, search_term) if fields else queryset), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow filtering only by what the list shows or filters, so that other columns cannot be probed.

        A NUL and an invalid regular expression are refused, because PostgreSQL fails on both.
        """
        if "\x00" in value or lookup.endswith(("__regex", "__iregex")):
            return False
        shown = {str(name).partition("__")[0] for name in (*self.list_display, *self.linked_by, "pk", "id")}
        filtered = {
            str(each[0] if isinstance(each, (list, tuple)) else each).partition("__")[0] for each in self.list_filter
        }
        name = lookup.partition("__")[0]
        own = {getattr(each, "parameter_name", None) for each in self.list_filter}
        if lookup in own or (name == lookup and name not in {field.name for field in self.opts.get_fields()}):
            return True  # A filter's own parameter; Django refuses any other.
        return name in shown | filtered and (lookup in self.linked_by or super().lookup_allowed(lookup, value, request))

    def rows_for_file(self, rows: models.QuerySet[Row], *, chunk_size: int) -> Iterator[Row]:
        """Return the rows of a list for an export, read in chunks.

        Raises:
            Unavailable: some of the rows cannot be read.
        """
        return rows.iterator(chunk_size=chunk_size)

    def offers_new(self, request: HttpRequest) -> bool:
        """Return whether the person may create a row, with the usual form or a button of the list."""
        return self.has_add_permission(request)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if request.method == "POST" and connection.in_atomic_block:
            found = super().get_object(request, object_id, from_field)
            if found is not None:
                _lock(self.model, found.pk)
        return super().get_object(request, object_id, from_field)

    def row_or_404(self, request: HttpRequest, object_id: Any) -> Row:
        """Return the row with the id in a page's address.

        Raises:
            Http404: there is no such row.
        """
        row: Row | None = self.get_object(request, str(object_id))
        if row is None:
            raise Http404
        return row

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSearch(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: type[forms.ModelForm[Any]] = super().get_form(request, obj, change, **kwargs)
        return refuse_stale_saves(form) if obj is not None else form


class RowSearch(AutocompleteSelect):
    """The search widget for foreign keys.

    A text that cannot be a key selects nothing, so the form is shown again whatever was submitted.
    """

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [each for each in value if not each or self._may_be_a_key(each)], attr)

    def _may_be_a_key(self, text: Any) -> bool:
        try:
            self.field.target_field.to_python(text)
        except ValidationError:
            return False
        return "\x00" not in str(text)


class TimestampedModelAdmin(ModelAdmin[Row]):
    """Sets `created_at` and `updated_at` when a person saves a row."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.updated_at = timezone.now()
        if not change:
            obj.created_at = obj.updated_at
        super().save_model(request, obj, form, change)


class KeptModelAdmin(ModelAdmin[Row]):
    """A page of rows that nobody can delete, not even a superuser; a new row has no section "History" yet."""

    def get_fieldsets(self, request: HttpRequest, obj: Row | None = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        return [each for each in sets if obj is not None or each[0] != "History"]

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False


class OffersByState(ModelAdmin[Row]):
    """Shows only the buttons that make sense in the row's state; the services enforce the rules."""

    @abstractmethod
    def buttons_for(self, row: Row) -> Collection[str]:
        """Return the buttons of `actions_detail` that fit the row."""

    def get_actions_detail(self, request: HttpRequest, object_id: Any = None) -> Any:
        offered = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        row = self.get_object(request, str(object_id)) if offered else None
        names = self.buttons_for(row) if row is not None else ()
        return [each for each in offered if each.action_name.rpartition(f"_{self.opts.model_name}_")[2] in names]


class ReadOnlyModelAdmin(ModelAdmin[Row]):
    """A read-only record: nobody adds, changes or deletes it on screen, not even a superuser.

    If a button of the list creates rows, `made_by` names it, and the usual address for a new row redirects there.
    """

    made_by: ClassVar[str] = ""

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        if self._offers_button(request):
            button = reverse(f"admin:{self._button}")
            return HttpResponseRedirect(f"{button}?{request.GET.urlencode()}".removesuffix("?"))
        return super().add_view(request, form_url, extra_context)

    @property
    def _button(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{self.made_by}"

    def offers_new(self, request: HttpRequest) -> bool:
        return super().offers_new(request) or self._offers_button(request)

    def _offers_button(self, request: HttpRequest) -> bool:
        offered = self.get_actions_list(request)  # type: ignore[attr-defined]  # those that the person may use
        return self._button in (each.action_name for each in offered)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TabularInline(MicrosMixin, UnfoldTabularInline[Row, Parent]):
    """Rows of a parent as a table, at most 200; `*_micros` columns are shown and typed as money."""

    extra = 0
    max_num = 200

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Make at most `max_num` forms, however many the request claims to send.

        Money that is only shown is a column of the page, not a field of the form.
        """
        shown = flatten_fieldsets(self.get_fieldsets(request, obj))
        fields = [name for name in shown if isinstance(name, str)]
        plain = (field for field in self.opts.fields if field.name in fields and not is_micros(field))
        labels = {field.name: written(capfirst(str(field.verbose_name))) for field in plain}
        options = {"absolute_max": self.max_num or None, "fields": fields, "labels": labels}
        formset: Any = super().get_formset(request, obj, **{**options, **kwargs})
        for name, field in formset.form.base_fields.items():  # in a table, only the column has a label
            field.widget.attrs.setdefault("aria-label", str(field.label or pretty_name(name)))
        return formset

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether rows may be added to a parent, or to one that does not exist yet."""
        return super().has_add_permission(request, obj)


class ReadOnlyInline(TabularInline[Row, Parent]):
    """Rows of a parent that nobody adds, changes or deletes on its page; `readonly_fields` names the columns."""

    can_delete = False
    max_num = 0
    hide_title = True
    show_title = False  # newer theme versions use this name

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Row]:
        """Join the relation that holds the currency of the amounts."""
        rows = super().get_queryset(request)
        relation = self.money_unit.rpartition("__")[0]
        return rows.select_related(relation) if relation else rows


class StackedInline(MicrosMixin, UnfoldStackedInline[Row, Parent]):
    """Rows of a parent as stacked forms; `*_micros` columns are shown and typed as money."""

    extra = 0
