"""The audit trail, read-only for everybody who may see it."""

from typing import Any

from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join

from apps.backoffice.audit_trail import actor_of, details_of
from apps.common.admin import DayRangeFilter, Menu, ReadOnlyModelAdmin, Role, Section, TextFilter, time_text
from apps.common.admin.money import written

DONE = {
    LogEntry.Action.CREATE: "Created",
    LogEntry.Action.UPDATE: "Changed",
    LogEntry.Action.DELETE: "Deleted",
    LogEntry.Action.ACCESS: "Looked at",
}
FIELDS_SHOWN = 5


class ActorFilter(TextFilter):
    """Filter by actor, given as the user name they sign in with."""

    title = "who (user name)"
    parameter_name = "who"

    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        # Look the person up first: given an id, the planner uses the index on the actor.
        found = User.objects.filter(username=text).values_list("pk", flat=True).first()
        return queryset.filter(actor_id=found) if found else queryset.none()


def _named(entry: LogEntry) -> str:
    """Return the kind and the name of what was changed: "Contract 1a2b3c4d"."""
    kind, name = written(entry.content_type.name.capitalize()), entry.object_repr
    return name if name.lower().startswith(kind.lower()) else f"{kind} {name}"


@admin.register(LogEntry)
class TrailAdmin(LogEntryAdmin, ReadOnlyModelAdmin[LogEntry]):
    menu = Menu(Section.OPERATIONS, 50, "history", (Role.ADMINISTRATOR,))
    list_title = "Audit trail"
    shortcut = "l"
    list_display = ("created", "resource_url", "done", "msg_short", "user_url", "remote_addr", "cid")
    hidden_columns = ("cid",)
    list_filter = ("action", "content_type", ActorFilter, ("timestamp", DayRangeFilter))
    list_select_related = ("content_type", "actor")
    date_hierarchy = None
    search_fields = ("object_pk__exact", "cid__exact")
    search_help_text = "The id of the changed row, or of a request"
    keyset = ("timestamp", "id")
    fieldsets = (
        (None, {"fields": ("created", "user_url", "remote_addr", "cid", "resource_url", "done")}),
        ("Changes", {"fields": ("msg", "changes_text")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="When")
    def created(self, obj: LogEntry) -> str:
        return time_text(obj.timestamp)

    def row_title(self, row: LogEntry) -> str:
        return f"{self.done(row)}: {_named(row)}"

    @admin.display(description="What")
    def resource_url(self, obj: LogEntry) -> str:
        """Return the kind and the name of what was changed, with a link to its page if it has one."""
        kind = obj.content_type
        name = f"admin:{kind.app_label}_{kind.model}_change"
        try:
            return format_html(
                '<a class="text-link" href="{}">{}</a>', reverse(name, args=[obj.object_pk]), _named(obj)
            )
        except NoReverseMatch:
            return _named(obj)

    @admin.display(description="What was done")
    def done(self, entry: LogEntry) -> str:
        return DONE.get(entry.action, str(entry.get_action_display()))

    @admin.display(description="Changed fields")
    def msg_short(self, obj: LogEntry) -> str:
        """Return the names of the first changed fields, and how many more there are."""
        names = [str(name).replace("_", " ").removesuffix(" micros") for name in obj.changes_dict]
        more = len(names) - FIELDS_SHOWN
        return ", ".join(names[:FIELDS_SHOWN]) + (f" and {more} more" if more > 0 else "")

    @admin.display(description="User")
    def user_url(self, obj: LogEntry) -> str:
        return super().user_url(obj) if obj.actor else actor_of(obj)

    @admin.display(description="Details")
    def changes_text(self, entry: LogEntry) -> str:
        details = sorted((key, str(value)) for key, value in details_of(entry).items())
        rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", details)
        return format_html('<dl class="facts">{}</dl>', rows)
