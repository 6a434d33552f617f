"""Pages of background jobs. Code sets their schedule; staff may switch a job off and see when it last ran."""

from django.contrib import admin
from django.http import HttpRequest
from django_celery_beat.models import PeriodicTask

from apps.common.admin import Menu, ModelAdmin, Section


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ModelAdmin[PeriodicTask]):
    menu = Menu(Section.OPERATIONS, 40, "schedule")
    list_display = ("name", "task", "schedule", "enabled", "last_run_at")
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab", "solar", "clocked")
    search_fields = ("name", "task")
    fields = ("name", "task", "schedule", "enabled", "last_run_at", "total_run_count", "description")
    readonly_fields = ("name", "task", "schedule", "last_run_at", "total_run_count", "description")

    @admin.display(description="When")
    def schedule(self, task: PeriodicTask) -> str:
        return str(task.scheduler)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PeriodicTask | None = None) -> bool:
        return False
