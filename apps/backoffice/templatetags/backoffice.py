"""Template tags for lists and row pages: saved views, exports, breadcrumbs, the audit trail."""

from typing import Any

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from apps.backoffice.default_views import ALL_ROWS
from apps.backoffice.models import Note, SavedView
from apps.backoffice.services.notes import subject_of
from apps.backoffice.services.saved_views import views_for
from apps.common.reader import reader
from apps.tenants.models import Organization

register = template.Library()


@register.filter("for_people")
def without_stored_unit(help_text: str) -> str:
    """Return a help text without the note on the unit that the column is stored in; only one that is HTML stays so."""
    from apps.common.admin import for_people  # whose widgets load these tags

    text = str(help_text)
    shown = for_people(text)
    return SafeString(shown) if isinstance(text, SafeString) else escape(shown)


@register.filter("crumbs")
def crumbs_of(parts: Any) -> Any:
    """Return the theme's breadcrumbs with the sidebar's names."""
    from apps.backoffice.navigation import crumbs  # as above

    return crumbs(parts)


@register.filter("row_title")
def row_title_of(row: Any) -> str:
    """Return a row's name in words."""
    from apps.backoffice.pages import row_title  # as above

    return row_title(row)


@register.inclusion_tag("admin/trail.html")
def trail_of(row: Model, said: Any) -> dict[str, Any]:
    """Return a row's audit entries and admin log messages as a table."""
    from apps.backoffice import timeline  # as above

    return {"blocks": [timeline.trail_of(row, said)]}


@register.inclusion_tag("admin/why_link.html")
def why_link(row: Any) -> dict[str, str]:
    """Return the address that explains a row's amounts, for the row's own page."""
    from apps.backoffice.explain.links import why_of  # as above

    return {"href": why_of(row) if isinstance(row, Model) else ""}


@register.inclusion_tag("admin/notes.html", takes_context=True)
def notes_of(context: dict[str, Any], row: Any) -> dict[str, Any]:
    """Return the notes on a row of a customer, the pinned ones first, and the address that writes one."""
    if not isinstance(row, Model) or isinstance(row, (Organization, Note)) or not hasattr(row, "organization_id"):
        return {}
    subject, may_write = subject_of(row), context["request"].user.has_perm("backoffice.add_note")
    query = urlencode({"organization": str(row.organization_id), **subject})
    notes = Note.objects.filter(**subject).select_related("author").order_by("-is_pinned", "-pk")
    return {
        "notes": list(notes[:20]),
        "write": f"{reverse('admin:backoffice_note_add')}?{query}" if may_write and row.organization_id else "",
    }


@register.inclusion_tag("admin/list_tools.html", takes_context=True)
def list_tools(context: dict[str, Any], changelist: Any) -> dict[str, Any]:
    """Return the saved views of a list, own and shared, and the addresses of its exports."""
    request = context["request"]
    options = changelist.opts
    name = f"{options.app_label}.{options.model_name}"
    rows = views_for(request.user, name)
    here = request.GET.urlencode()
    exports = []
    if request.user.has_perm("backoffice.export_lists"):
        exports = [
            (kind.upper(), f"{reverse('admin:export', args=[options.app_label, options.model_name, kind])}?{here}")
            for kind in ("csv", "xlsx")
        ]
    return {
        "request": request,
        "columns": changelist.model_admin.column_choice(request),
        "kept": [(key, value) for key, values in request.GET.lists() if key != "columns" for value in values],
        "views": [(view, view.query == here, view.owner_id == request.user.pk) for view in rows[:30]],
        "exports": exports,
        "list_name": name,
        "query": here,
        "all_rows": ALL_ROWS,
        "teams": sorted(role.value for role in reader().roles),
        "mailed": SavedView.Mailed.choices,
        "may_save": request.user.has_perm("backoffice.add_savedview"),
        "csrf_token": context.get("csrf_token"),
    }
