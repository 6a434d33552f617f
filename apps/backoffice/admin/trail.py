"""The audit trail on screen: read by those who may, changed by nobody."""

from typing import Any

from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from apps.common.admin import ReadOnlyModelAdmin

admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class TrailAdmin(LogEntryAdmin, ReadOnlyModelAdmin[LogEntry]):
    list_display = ("created", "resource_url", "action", "msg_short", "user_url", "remote_addr", "cid")
    list_filter = ("action", "content_type")
    list_select_related = ("content_type", "actor")
    date_hierarchy = None
    search_fields = ("=object_pk", "=cid", "=actor__username")
    fieldsets = (
        (None, {"fields": ("created", "user_url", "remote_addr", "cid", "resource_url", "action")}),
        ("Changes", {"fields": ("msg", "told")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Told with it")
    def told(self, entry: LogEntry) -> str:
        details: dict[str, Any] = entry.additional_data or {}
        rows = format_html_join(
            "", "<dt>{}</dt><dd>{}</dd>", sorted((key, str(value)) for key, value in details.items())
        )
        return format_html('<dl class="facts">{}</dl>', rows)
