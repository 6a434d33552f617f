"""What stands above every list: the views that people saved of it, and the ways out of it as a file."""

from typing import Any

from django import template
from django.db.models import Model, Q
from django.urls import reverse

from apps.backoffice.models import SavedView

register = template.Library()


@register.filter("for_people")
def without_stored_unit(help_text: str) -> str:
    """Return a help text without the unit that a column is stored in."""
    from apps.common.admin import for_people  # whose widgets load these tags

    return for_people(str(help_text))


@register.filter("crumbs")
def crumbs_of(parts: Any) -> Any:
    """Return the theme's way to a page in the sidebar's words."""
    from apps.backoffice.breadcrumbs import crumbs  # as above

    return crumbs(parts)


@register.inclusion_tag("admin/trail.html")
def trail_of(row: Model, said: Any) -> dict[str, Any]:
    """Return the audit trail of a row and what was said in the site's own log, as a table."""
    from apps.backoffice import timeline  # as above

    return {"blocks": [timeline.trail_of(row, said)]}


@register.inclusion_tag("admin/why_link.html")
def why_link(row: Any) -> dict[str, str]:
    """Return where a row's own page leads to explain its amounts."""
    from apps.backoffice.explain.links import why_of  # as above

    return {"href": why_of(row) if isinstance(row, Model) else ""}


@register.inclusion_tag("admin/list_tools.html", takes_context=True)
def list_tools(context: dict[str, Any], changelist: Any) -> dict[str, Any]:
    """Return the saved views of a list, one's own and shared ones, and the addresses of its exports."""
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
        "views": [(view, view.query == here, view.owner_id == request.user.pk) for view in rows[:30]],
        "exports": exports,
        "list_name": name,
        "query": here,
        "may_save": request.user.has_perm("backoffice.add_savedview"),
        "csrf_token": context.get("csrf_token"),
    }
