"""Approving on screen carries the thing out at once, where it is known how; else whoever asked carries it on."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display
from unfold.views import ChangeList

from apps.approvals import services as approvals
from apps.approvals.admin import ApprovalAdmin
from apps.approvals.models import Approval
from apps.backoffice.agreed import CARRIED_OUT, carry_out
from apps.backoffice.outlook import outlook
from apps.backoffice.subjects import name_subjects
from apps.common.admin import Change

admin.site.unregister(Approval)


class NamedChangeList(ChangeList):
    """Says in words what each request of the page is about; looked up for the page, not row by row."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: Any = list(self.__dict__["result_list"])
        named = name_subjects(approval.subject for approval in rows)
        for approval in rows:
            approval.about = named[approval.subject]
        self.result_list = rows


@admin.register(Approval)
class CarriedOutApprovalAdmin(ApprovalAdmin):
    file_columns: ClassVar[dict[str, str]] = {"about": "subject"}

    @display(description="What", ordering="kind")
    def what(self, approval: Approval) -> str:
        return str(CARRIED_OUT.get(approval.kind, approval.kind))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[NamedChangeList]:
        return NamedChangeList

    @display(description="About", ordering="subject")
    def about(self, approval: Approval) -> str:
        """Say it in words that lead to the thing; a row of the list knows its own already."""
        subject = getattr(approval, "about", None) or name_subjects([approval.subject])[approval.subject]
        return (
            format_html('<a class="link" href="{}">{}</a>', subject.href, subject.text)
            if subject.href
            else subject.text
        )

    def facts(self, approval: Approval) -> list[Change]:
        """Show before who decides what carrying it out would do now, as it was shown to who asked."""
        about = Change("About", "", name_subjects([approval.subject])[approval.subject].text)
        return [about, *super().facts(approval), *outlook(approval, now=timezone.now())]

    def agree(self, request: HttpRequest, approval: Approval, note: str) -> str:
        """Agree, and carry it out in the same transaction: where that is refused, nothing was agreed to."""
        by: Any = request.user
        now = timezone.now()
        with transaction.atomic():
            approvals.approve(approval_id=approval.pk, by=by, now=now, note=note)
            if approval.kind not in CARRIED_OUT:
                return "Approved. Whoever asked can now carry it out, once."
            carry_out(approval, now=now)
        return "Approved and carried out."
