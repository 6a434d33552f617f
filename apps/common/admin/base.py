"""Admin bases: nothing is erased, micros read and are typed as money, a stale save is refused."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import DataError, connection, models
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import URLPattern, reverse

from apps.common.admin.columns import MicrosMixin
from apps.common.admin.edit_conflicts import refuse_stale_saves
from apps.common.admin.keyset import KeysetChangeList
from apps.common.admin.pages import PageDescription
from apps.common.admin.search import search

if TYPE_CHECKING:
    UnfoldModelAdmin = admin.ModelAdmin
    UnfoldStackedInline = admin.StackedInline
    UnfoldTabularInline = admin.TabularInline
else:
    from unfold.admin import ModelAdmin as UnfoldModelAdmin
    from unfold.admin import StackedInline as UnfoldStackedInline
    from unfold.admin import TabularInline as UnfoldTabularInline

    class _Subscriptable:
        """Lets `ModelAdmin[Voucher]` name the model for the type checker; at run time it means nothing."""

        def __class_getitem__(cls, model):
            return cls

    class UnfoldModelAdmin(_Subscriptable, UnfoldModelAdmin): ...

    class UnfoldStackedInline(_Subscriptable, UnfoldStackedInline): ...

    class UnfoldTabularInline(_Subscriptable, UnfoldTabularInline): ...


Row = TypeVar("Row", bound=models.Model)
Parent = TypeVar("Parent", bound=models.Model)


def _lock(model: Any, primary_key: Any) -> None:
    """Make two saves of one row wait for each other; the caller is inside a transaction."""
    model._base_manager.select_for_update(no_key=True).filter(pk=primary_key).values("pk").first()


class ModelAdmin(PageDescription, MicrosMixin, UnfoldModelAdmin[Row]):
    """The base of every admin here.

    - Nothing is erased from a list; records end by a service (archive, disable, revoke).
    - `*_micros` columns read and are typed as money; set `money_unit` to show the unit behind them. Counts are aligned.
    - A page that was opened before someone else's save cannot overwrite it.
    - What the page is, the menu and the palette read from it (`PageDescription`).
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

    # The columns of a long list's order, newest first: it is then paged by key and never counted.
    keyset: ClassVar[tuple[str, ...]] = ()
    # Columns that links from other pages narrow the list by, beside those it shows and filters.
    linked_by: ClassVar[tuple[str, ...]] = ()

    # What a file of the list has instead of a column that is shortened on screen: a path from the row.
    file_columns: ClassVar[dict[str, str]] = {}

    def get_urls(self) -> list[URLPattern]:
        """Answer 404 to an id that no row can have, on every page of a row, before anything looks it up."""
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
        return [self._count(name) for name in self._as_money(super().get_list_display(request))]

    def get_keyset(self, request: HttpRequest) -> tuple[str, ...]:
        return self.keyset

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list; what the database cannot compare is refused like any other value that is none.

        Raises:
            IncorrectLookupParameters: the address asks for something that no row can be compared with.
        """
        try:
            return super().get_changelist_instance(request)
        except (DataError, OverflowError, ValueError) as error:
            if not request.GET:
                raise
            raise IncorrectLookupParameters from error

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return KeysetChangeList if self.get_keyset(request) else super().get_changelist(request, **kwargs)

    def get_sortable_by(self, request: HttpRequest) -> Any:
        return () if self.get_keyset(request) else super().get_sortable_by(request)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Row], search_term: str
    ) -> tuple[models.QuerySet[Row], bool]:
        fields = [str(field) for field in self.get_search_fields(request)]
        return (search(queryset, fields, search_term) if fields else queryset), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let a list be narrowed by what it shows or filters, so that nothing else can be found out by trying.

        No text of a row has a NUL, and PostgreSQL fails when it is asked for one, or for a pattern that is none.
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
            return True  # a filter's own parameter; one that no filter takes is refused by Django
        return name in shown | filtered and (lookup in self.linked_by or super().lookup_allowed(lookup, value, request))

    def rows_for_file(self, rows: models.QuerySet[Row], *, chunk_size: int) -> Iterator[Row]:
        """Return a list's rows for a file of it, read in chunks.

        Raises:
            Unavailable: some of them cannot be read.
        """
        return rows.iterator(chunk_size=chunk_size)

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

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSearch(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: type[forms.ModelForm[Any]] = super().get_form(request, obj, change, **kwargs)
        return refuse_stale_saves(form) if obj is not None else form


class RowSearch(AutocompleteSelect):
    """Chooses a row by searching for it, as every foreign key on the site is chosen.

    A text that no row can have for its key chooses none, so that a form is shown again whatever was sent in it.
    """

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [each for each in value if not each or self._may_be_a_key(each)], attr)

    def _may_be_a_key(self, text: Any) -> bool:
        try:
            self.field.target_field.to_python(text)
        except ValidationError:
            return False
        return "\x00" not in str(text)


class OffersByState(ModelAdmin[Row]):
    """A page with the buttons that its row's state leaves something to do for; services decide all the same."""

    @abstractmethod
    def fitting(self, row: Row) -> Collection[str]:
        """Return which of `actions_detail` fit the row."""

    def get_actions_detail(self, request: HttpRequest, object_id: Any = None) -> Any:
        offered = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        row = self.get_object(request, str(object_id)) if offered else None
        names = self.fitting(row) if row is not None else ()
        return [each for each in offered if each.action_name.rpartition(f"_{self.opts.model_name}_")[2] in names]


class ReadOnlyModelAdmin(ModelAdmin[Row]):
    """A record of what happened: nobody adds, changes or deletes it on screen, a superuser no more than others.

    Where a button of the list makes rows, `made_by` names it: the usual address of a new row leads to its page.
    """

    made_by: ClassVar[str] = ""

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        name = f"{self.opts.app_label}_{self.opts.model_name}_{self.made_by}"
        offered = self.get_actions_list(request)  # type: ignore[attr-defined]  # those that the person may use
        if name in (each.action_name for each in offered):
            return HttpResponseRedirect(f"{reverse(f'admin:{name}')}?{request.GET.urlencode()}".removesuffix("?"))
        return super().add_view(request, form_url, extra_context)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TabularInline(MicrosMixin, UnfoldTabularInline[Row, Parent]):
    """Rows of a parent in a table; `*_micros` columns read and are typed as money."""

    extra = 0


class StackedInline(MicrosMixin, UnfoldStackedInline[Row, Parent]):
    """Rows of a parent, one under the other; `*_micros` columns read and are typed as money."""

    extra = 0
