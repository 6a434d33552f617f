"""Close months by hand: a customer's, with a preview of its invoice, or those of customers chosen in the list."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.approvals.pages import ReasonAndKey, confirm_action, confirm_row_actions, reason_and_key
from apps.backoffice.customer_page.summary import tab_of
from apps.common.admin import ConfirmForm, PageExtension, register_extension
from apps.common.periods import parse_month
from apps.tenants.models import Organization
from apps.usage.actions import CloseMonth

EXPLANATION = (
    "Charges minimums that were not reached, stores the final totals and drafts the invoice, which the review shows. "
    "Months close automatically some time after their end; usage that arrives later counts in the open month."
)


class MonthForm(ConfirmForm):
    """A month, and the reason to hold the draft of its invoice, if there is one."""

    month = forms.CharField(max_length=7, widget=UnfoldAdminTextInputWidget(), help_text="Written as 2027-01.")
    hold_reason = forms.CharField(
        max_length=500,
        required=False,
        label="Hold the invoice draft because",
        widget=UnfoldAdminTextInputWidget(),
        help_text="Empty: the draft is not held. Lines and reductions can be added to a held draft, and it is not "
        "finalized until somebody releases it.",
    )

    def clean_month(self) -> str:
        """Refuse a text that is not a month."""
        label: str = self.cleaned_data["month"].strip()
        try:
            parse_month(label)
        except ValueError as error:
            raise forms.ValidationError("Write the month as year and month, such as 2027-01.") from error
        return label


def last_month() -> str:
    """Return the month before this one."""
    return f"{timezone.now().replace(day=1) - timedelta(days=1):%Y-%m}"


def _build(organization: Organization, said: ReasonAndKey, cleaned: Any) -> CloseMonth:
    return CloseMonth.of(organization, month=cleaned["month"], hold_reason=cleaned["hold_reason"], **said)


@register_extension(Organization)
class MonthsOfCustomer(PageExtension[Organization]):
    """A button of a customer's page, and an action on customers chosen in the list."""

    added_buttons = ("close_month",)
    added_actions = ("close_month_of_each",)

    def has_close_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.move_money")

    @action(description="Close a month", url_path="close-month", permissions=["close"], icon="event_available")
    def close_month(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)
        return confirm_action(
            request,
            admin=self,
            action=CloseMonth,
            build=lambda cleaned: _build(organization, reason_and_key(cleaned), cleaned),
            form=MonthForm,
            initial={"month": last_month()},
            explanation=EXPLANATION,
            back=tab_of(organization, "usage"),
            subject=organization,
        )

    @admin.action(description="Close a month", permissions=["close"])
    def close_month_of_each(self, request: HttpRequest, organizations: QuerySet[Organization]) -> HttpResponse:
        return confirm_row_actions(
            request,
            organizations,
            CloseMonth,
            _build,
            admin=self,
            form=MonthForm,
            initial={"month": last_month()},
            explanation=EXPLANATION,
        )
