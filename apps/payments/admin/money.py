"""Payments, refunds and disputes on screen; a refund is requested on a payment's page."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from unfold.decorators import action

from apps.approvals.pages import confirm_row_action, form_amount
from apps.common.admin import (
    EVERY_ROLE,
    AmountRangeFilter,
    Concern,
    ConfirmForm,
    DayRangeFilter,
    Line,
    Menu,
    MicrosField,
    OffersByState,
    ReadOnlyModelAdmin,
    Role,
    Section,
    ValueFilter,
    code_words,
    day_text,
    money_text,
)
from apps.invoices.forms import ApplyForm
from apps.invoices.models import Document
from apps.invoices.models.documents import OUTSTANDING
from apps.payments.actions import ApplyPayment, RefundPayment
from apps.payments.admin.returns import returns_of, split_of
from apps.payments.issues import dispute_words
from apps.payments.models import AT_STRIPE, Dispute, Refund, StripePayment
from apps.payments.selectors import purpose_of, unapplied_left
from apps.payments.stripe_dashboard import dashboard_link

REFUNDABLE = AT_STRIPE & Q(refunded_micros__lt=F("amount_micros"))


class RefundForm(ConfirmForm):
    """The amount to refund."""

    amount = MicrosField(label="Amount", minimum_micros=1)


@admin.register(StripePayment)
class StripePaymentAdmin(OffersByState[StripePayment], ReadOnlyModelAdmin[StripePayment]):
    menu = Menu(Section.STRIPE, 40, "paid", EVERY_ROLE)
    newest_by = "-pk"
    found_by = ("payment_intent_id",)
    explained_by = ("grant", "grant_id")
    row_commands: ClassVar[Any] = {"refund": REFUNDABLE}
    list_display = ("__str__", "organization", "amount_micros", "refunded_micros", "settled_at", "flagged_at")
    list_filter = ("received_in", ("created_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    search_fields = ("payment_intent_id__exact", "charge_id__exact", "key__exact")
    list_select_related = ("organization",)
    money_unit = "currency"
    keyset = ("id",)
    actions_detail = ("refund", "apply")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "at_stripe",
                    "organization",
                    "amount_micros",
                    "tax_micros",
                    "unapplied_micros",
                    "applied_micros",
                    "refunded_micros",
                    "disputed_micros",
                    "currency",
                    "checkout",
                    "invoice",
                    "grant",
                    "received_in",
                    "settled_at",
                    "flagged_at",
                    "created_at",
                    "returned",
                )
            },
        ),
    )
    readonly_fields = ("at_stripe", "returned")

    @admin.display(description="Refunds and disputes")
    def returned(self, payment: StripePayment) -> str:
        return returns_of(payment)

    @admin.display(description="At Stripe")
    def at_stripe(self, payment: StripePayment) -> str:
        return dashboard_link("payments", payment.payment_intent_id)

    def buttons_for(self, payment: StripePayment) -> Collection[str]:
        """Return the buttons: to refund money that is at Stripe, and to apply unapplied money."""
        refundable = StripePayment.objects.filter(REFUNDABLE, pk=payment.pk).exists()
        return [*["refund"] * refundable, *["apply"] * (unapplied_left(payment) > 0)]

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.move_money")

    @action(description="Refund", url_path="refund", permissions=["refund"], icon="undo")
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        payment = self.row_or_404(request, object_id)
        return confirm_row_action(
            request,
            payment,
            RefundPayment,
            admin=self,
            given=form_amount,
            form=RefundForm,
            form_options={"unit": payment.currency},
            initial={"amount": payment.returnable_micros},
            explanation="The payer gets the money back. Credit it bought is taken; spent credit becomes a debt.",
            button="Refund",
        )

    @action(description="Apply to an invoice", url_path="apply", permissions=["refund"], icon="link")
    def apply(self, request: HttpRequest, object_id: str) -> HttpResponse:
        payment = self.row_or_404(request, object_id)
        asking = Document.objects.filter(
            organization=payment.organization_id, currency=payment.currency, state__in=OUTSTANDING
        )
        return confirm_row_action(
            request,
            payment,
            ApplyPayment,
            admin=self,
            given=lambda cleaned: {**form_amount(cleaned), "document_id": cleaned["invoice"].pk},
            form=ApplyForm,
            form_options={"unit": payment.currency, "invoices": asking.order_by("due_date", "pk")},
            initial={"amount": unapplied_left(payment)},
            explanation="The invoice is paid with the unapplied part of this payment.",
            button="Apply",
        )

    def row_title(self, row: StripePayment) -> str:
        return f"Payment of {money_text(row.amount_micros, row.currency)} by {row.organization}"


@admin.register(Refund)
class RefundAdmin(ReadOnlyModelAdmin[Refund]):
    menu = Menu(Section.STRIPE, 50, "undo", (Role.BILLING,))
    found_by = ("pk", "stripe_id")
    list_display = ("created_at", "organization", "amount_micros", "state", "requested_by", "payment", "stripe_id")
    list_filter = ("state", ("created_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    search_fields = ("stripe_id__exact",)
    list_select_related = ("payment", "organization")
    money_unit = "payment__currency"
    ordering = ("-created_at",)
    exclude = ("request_key",)
    readonly_fields = ("split",)

    def row_title(self, row: Refund) -> str:
        return f"Refund of {money_text(row.amount_micros, row.payment.currency)} to {row.payment.organization}"

    @admin.display(description="Split by payment")
    def split(self, refund: Refund) -> str:
        return split_of(refund)


# The relations that `purpose_of` reads.
PURPOSE = ("payment__invoice__document", "payment__invoice__contract", "payment__checkout__contract")
UNANSWERED = ("needs_response", "warning_needs_response")


class DisputeStatusFilter(ValueFilter):
    """Filter by Stripe's status."""

    words = staticmethod(dispute_words)


def _answer_by(row: Dispute) -> str:
    return f"answer by {day_text(row.respond_by.date())}" if row.respond_by else "answer at Stripe"


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyModelAdmin[Dispute]):
    menu = Menu(Section.STRIPE, 60, "gavel", (Role.BILLING,))
    found_by = ("stripe_id",)
    concern = Concern(
        title="Disputes to answer",
        rank=15,
        rows=lambda _: Dispute.objects.filter(status__in=UNANSWERED),
        query={"status__in": ",".join(UNANSWERED)},
        line=lambda row: Line(
            organization=row.organization,
            amount_micros=row.amount_micros,
            unit=row.payment.currency,
            day=(row.respond_by or row.created_at).date(),
            item=f"{purpose_of(row.payment)}: {_answer_by(row)}",
        ),
        order="respond_by",
        related=("organization", *PURPOSE),
    )
    list_display = ("organization", "paid_for", "amount_micros", "outcome", "in_words", "respond_by", "created_at")
    list_filter = (
        "outcome",
        ("status", DisputeStatusFilter),
        ("created_at", DayRangeFilter),
        ("amount_micros", AmountRangeFilter),
    )
    search_fields = ("stripe_id__exact",)
    list_select_related = ("organization", *PURPOSE)
    money_unit = "payment__currency"
    ordering = ("-created_at",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "organization",
                    "paid_for",
                    "payment",
                    "amount_micros",
                    "claimed_micros",
                    "claimed_currency",
                    "outcome",
                    "in_words",
                    "reason_in_words",
                    "respond_by",
                )
            },
        ),
        ("Money", {"fields": ("withdrawn_micros", "reinstated_micros", "taken_micros", "lost_micros", "split")}),
        ("When", {"fields": ("created_at", "frozen_at", "withdrawn_at", "reinstated_at", "closed_at", "updated_at")}),
        ("Trace", {"fields": ("at_stripe", "frozen")}),
    )

    def row_title(self, row: Dispute) -> str:
        return f"Dispute over {money_text(row.amount_micros, row.payment.currency)} by {row.organization}"

    @admin.display(description="Stripe's id")
    def at_stripe(self, dispute: Dispute) -> str:
        return dashboard_link("disputes", dispute.stripe_id)

    @admin.display(description="Frozen credit")
    def frozen(self, dispute: Dispute) -> str:
        """Return links to the holds that freeze the disputed credit."""
        pages = [(reverse("admin:ledger_hold_change", args=[hold]), hold[:8]) for hold in map(str, dispute.holds)]
        return format_html_join(", ", '<a class="text-link" href="{}">Hold {}</a>', pages) or "None"

    @admin.display(description="Reason")
    def reason_in_words(self, dispute: Dispute) -> str:
        return code_words(dispute.reason)

    @admin.display(description="Paid for")
    def paid_for(self, dispute: Dispute) -> str:
        return purpose_of(dispute.payment)

    @admin.display(description="At Stripe", ordering="status")
    def in_words(self, dispute: Dispute) -> str:
        return dispute_words(dispute.status)

    @admin.display(description="Split by payment")
    def split(self, dispute: Dispute) -> str:
        return split_of(dispute)
