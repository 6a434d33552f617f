"""Template tags for lists and row pages: saved views, exports, breadcrumbs, the audit trail."""

from typing import Any

from django import template
from django.db.models import Model, Q
from django.urls import reverse

from apps.backoffice.models import SavedView

register = template.Library()


@register.filter("for_people")
def without_stored_unit(help_text: str) -> str:
    """Return a help text without the note on the unit that the column is stored in."""
    from apps.common.admin import for_people  # whose widgets load these tags

    return for_people(str(help_text))


@register.filter("crumbs")
def crumbs_of(parts: Any) -> Any:
    """Return the theme's breadcrumbs with the sidebar's names."""
    from apps.backoffice.navigation import crumbs  # as above

    return crumbs(parts)


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


@register.inclusion_tag("admin/list_tools.html", takes_context=True)
def list_tools(context: dict[str, Any], changelist: Any) -> dict[str, Any]:
    """Return the saved views of a list, own and shared, and the addresses of its exports."""
    request = context["request"]
    options = changelist.opts
    name = f"{options.app_label}.{options.model_name}"
    rows = SavedView.objects.filter(Q(owner=request.user) | Q(is_shared=True), list_name=name).select_related("owner")
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
        "may_save": request.user.has_perm("backoffice.add_savedview"),
        "csrf_token": context.get("csrf_token"),
    }
