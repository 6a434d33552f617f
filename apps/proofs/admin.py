"""Read-only pages of the proofs: day roots, and how far each chain is proven."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from apps.common.admin import Concern, Menu, ReadOnlyModelAdmin, Role, Section
from apps.proofs.models import DayRoot, ProofMark


@admin.register(DayRoot)
class DayRootAdmin(ReadOnlyModelAdmin[DayRoot]):
    menu = Menu(Section.OPERATIONS, 60, "verified")
    list_display = ("day", "leaf_count", "hash_over_all", "sealed_at", "sent_at")
    list_filter = ("sealed_at",)
    ordering = ("-day",)
    search_fields = ("day",)
    search_help_text = "A day, such as 2026-11-18"
    fieldsets = (
        (None, {"fields": ("day", "leaf_count", "hash_over_all", "sealed_at", "sent_at")}),
        ("Signature", {"fields": ("key_id", "written_signature")}),
    )

    @display(description="Root")
    def hash_over_all(self, sealed: DayRoot) -> str:
        return bytes(sealed.root).hex()

    @display(description="Signature")
    def written_signature(self, sealed: DayRoot) -> str:
        return bytes(sealed.signature).hex()


class ResultFilter(admin.SimpleListFilter):
    """Filter by the result of the last proof."""

    title = "result"
    parameter_name = "result"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("broken", "Broken"), ("right", "Intact")]

    def queryset(self, request: HttpRequest, marks: QuerySet[ProofMark]) -> QuerySet[ProofMark]:
        if self.value() is None:
            return marks
        return marks.exclude(found="") if self.value() == "broken" else marks.filter(found="")


@admin.register(ProofMark)
class ProofMarkAdmin(ReadOnlyModelAdmin[ProofMark]):
    menu = Menu(Section.OPERATIONS, 70, "fact_check", (Role.ADMINISTRATOR,))
    concern = Concern(
        title="Broken chains found by proofs",
        rank=40,
        rows=lambda _: ProofMark.objects.exclude(found=""),
        query={"result": "broken"},
    )
    list_display = ("chain", "result", "number", "proven_at", "found")
    list_filter = (ResultFilter,)
    search_fields = ("chain__exact",)
    search_help_text = "A customer's ID, audit, roots, or prices:1"
    ordering = ("chain",)
    fields = ("chain", "result", "number", "proven_at", "found")

    @display(description="Result", label={"intact": "success", "broken": "danger"})
    def result(self, mark: ProofMark) -> str:
        return "broken" if mark.found else "intact"
