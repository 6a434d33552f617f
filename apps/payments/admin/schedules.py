"""Adds to the pages of contracts and installments how they are paid, and the action that makes a payment link."""

from types import MappingProxyType
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from unfold.decorators import action

from apps.approvals.pages import confirm_row_action
from apps.common.admin import (
    Change,
    PageExtension,
    Question,
    Review,
    confirm,
    money_text,
    register_extension,
    shown_once,
)
from apps.contracts.admin.contract_actions import ContractActions
from apps.contracts.admin.inlines import InstallmentInline
from apps.contracts.admin.installments import InstallmentAdmin
from apps.contracts.cancellation import CancellationTerms
from apps.contracts.confirmations import CancelAtForm
from apps.contracts.models import Contract, Installment
from apps.payments import selectors, services
from apps.payments.actions import CancelContractAt
from apps.payments.stripe_dashboard import dashboard_link

State = Installment.State


def address(row: Installment, url: str) -> str:
    """Return the address where an installment is paid, as a link and as an email to send."""
    if not url:
        return ""
    letter = urlencode({"subject": f"Payment due {row.due_date}", "body": url}).replace("+", "%20")
    return format_html(
        '<a class="text-link break-all" href="{0}" target="_blank" rel="noreferrer">{0}</a> '
        '<a class="text-link whitespace-nowrap" href="mailto:?{1}">Send by email</a>',
        url,
        letter,
    )


class PayableInline(InstallmentInline):
    fields: ClassVar[Any] = (*InstallmentInline.fields, "pay_at")
    readonly_fields: ClassVar[Any] = fields

    @admin.display(description="Pay at")
    def pay_at(self, row: Installment) -> str:
        known: dict[Any, dict[int, str]] = self.__dict__.setdefault("_addresses", {})
        if row.contract_id not in known:
            known[row.contract_id] = selectors.where_to_pay(row.contract_id)
        return address(row, known[row.contract_id].get(row.pk, ""))


def _cancellation(cleaned: Any) -> dict[str, Any]:
    terms = CancellationTerms(
        day=cleaned["day"], divides_one_time=cleaned["divides_one_time"], takes_credit=cleaned["takes_credit"]
    )
    return {"terms": terms, "seen_revision": cleaned["seen_revision"]}


@register_extension(Contract)
class ContractPaymentPage(PageExtension[Contract], ContractActions):
    added_buttons = ("cancel_at",)
    extended_inlines = MappingProxyType({InstallmentInline: PayableInline})
    added_fields = ("charged_to",)
    added_fieldsets = (("How it is charged", {"fields": ("charged_to",)}),)

    def has_cancel_at_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._allows(request, object_id, "cancel_at")

    @action(description="Cancel at a date", url_path="cancel-at", permissions=["cancel_at"], icon="event_busy")
    def cancel_at(self, request: HttpRequest, object_id: str) -> HttpResponse:
        contract = self._contract(request, object_id)
        return confirm_row_action(
            request,
            contract,
            CancelContractAt,
            admin=self,
            given=_cancellation,
            form=CancelAtForm,
            initial={"seen_revision": contract.revision, "day": timezone.now().date()},
            explanation=(
                "Service is divided by days: that of later days is no longer due; if paid, it is returned by a credit "
                "note, through Stripe or by bank. Later installments are void, and what is unspent of their credit is "
                "taken back."
            ),
            button="Cancel at this date",
        )

    @admin.display(description="Charged to")
    def charged_to(self, contract: Contract) -> str:
        """Return the saved payment method that installments are charged to, with the customer's page at Stripe."""
        mandate = selectors.mandate_of(contract)
        if mandate is None:
            return "No saved payment method: invoices are sent"
        if not mandate.payment_method_id:
            return "The customer removed the payment method: invoices are sent"
        return format_html("{} of {}", mandate.payment_method_id, dashboard_link("customers", mandate.customer_id))


@register_extension(Installment)
class InstallmentPaymentPage(PageExtension[Installment], InstallmentAdmin):
    added_buttons = ("payment_link",)
    added_fields = ("pay_at",)
    added_fieldsets = (("Where to pay", {"fields": ("pay_at",)}),)

    @admin.display(description="Pay at")
    @shown_once
    def pay_at(self, row: Installment) -> str:
        return address(row, selectors.where_to_pay(row.contract_id).get(row.pk, ""))

    def has_link_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._allows(request, object_id, (State.DUE, State.PARTIALLY_PAID), beside_invoice=False)

    @action(description="Payment link", url_path="payment-link", permissions=["link"], icon="link")
    def payment_link(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._installment(request, object_id)
        left = money_text(row.remaining_micros, row.contract.organization.currency)
        question = Question(
            title="Make a payment link",
            review=lambda _: Review([Change("To pay at the link", "", left)]),
            explanation=(
                "Anyone who has the link can pay this installment once. The link is shown on this page and on the "
                "contract's page. When the amount changes, a new link replaces it."
            ),
            button="Make the link",
        )

        def perform(cleaned: Any) -> str:
            by = f"staff:{request.user.get_username()}"
            link = services.create_payment_link(installment=row, created_by=by, now=timezone.now())
            self.log_change(request, row, f"Payment link made: {cleaned['reason']}")
            return f"Payment link: {link.url}"

        return confirm(request, admin=self, question=question, perform=perform, subject=row)
