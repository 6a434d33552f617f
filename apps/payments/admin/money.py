"""What was paid, and what went back; refunds are started from a payment's page."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from apps.common.admin import (
    AmountRangeFilter,
    Change,
    ConfirmForm,
    DayRangeFilter,
    MicrosField,
    Question,
    ReadOnlyModelAdmin,
    confirm,
    money_text,
)
from apps.payments import services
from apps.payments.admin.finding import found
from apps.payments.admin.links import stripe_link
from apps.payments.models import Dispute, Refund, StripePayment


class RefundForm(ConfirmForm):
    """How much goes back."""

    amount = MicrosField(label="Amount", minimum_micros=1)


@admin.register(StripePayment)
class StripePaymentAdmin(ReadOnlyModelAdmin[StripePayment]):
    list_display = ("payment_intent_id", "organization", "amount_micros", "refunded_micros", "settled_at", "flagged_at")
    list_filter = ("is_at_stripe", ("created_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    search_fields = ("payment_intent_id__exact", "charge_id__exact", "key__exact")
    list_select_related = ("organization",)
    money_unit = "currency"
    keyset = ("id",)
    actions_detail = ("refund",)
    fields = (
        "at_stripe",
        "organization",
        "amount_micros",
        "refunded_micros",
        "disputed_micros",
        "currency",
        "checkout",
        "invoice",
        "grant",
        "is_at_stripe",
        "settled_at",
        "flagged_at",
        "created_at",
    )

    @admin.display(description="At Stripe")
    def at_stripe(self, payment: StripePayment) -> str:
        return stripe_link("payments", payment.payment_intent_id)

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.move_money")

    @action(description="Refund", url_path="refund", permissions=["refund"], icon="undo")
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        payment = found(self, request, object_id)
        question = Question(
            title=f"Refund {payment}",
            form=RefundForm,
            initial={"amount": payment.returnable_micros},
            changes=lambda cleaned: _changes(payment, cleaned),
            explanation="The money goes back to the payer; credit it bought is taken, and what is spent becomes debt.",
            button="Refund",
            danger=True,
        )
        back = reverse("admin:payments_stripepayment_change", args=[object_id])
        return confirm(
            request,
            admin=self,
            question=question,
            perform=lambda cleaned: _refund(payment, cleaned, cast(User, request.user)),
            back=back,
            subject=payment,
        )


def _changes(payment: StripePayment, cleaned: Any) -> list[Change]:
    left = payment.returnable_micros
    after = left - (cleaned.get("amount") or 0)
    return [Change("Left of the payment", money_text(left, payment.currency), money_text(after, payment.currency))]


def _refund(payment: StripePayment, cleaned: Any, by: User) -> str:
    """Start the refund, or ask for a second person where it is above what one may move alone."""
    order = services.RefundOrder(
        payment_id=payment.pk, amount=cleaned["amount"], reason=cleaned["reason"], key=f"staff:{cleaned['token']}"
    )
    waiting = services.submit_refund(order=order, by=by, now=timezone.now())
    if waiting:
        return f"Request {waiting.pk} waits for a second person, who carries it out."
    return "The refund is on its way."


@admin.register(Refund)
class RefundAdmin(ReadOnlyModelAdmin[Refund]):
    list_display = ("__str__", "payment", "amount_micros", "state", "requested_by", "created_at")
    list_filter = ("state", ("created_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    search_fields = ("stripe_id__exact",)
    list_select_related = ("payment",)
    money_unit = "payment__currency"
    ordering = ("-created_at",)
    exclude = ("request_key", "transfer_ids")


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyModelAdmin[Dispute]):
    list_display = ("stripe_id", "payment", "amount_micros", "outcome", "status", "created_at")
    list_filter = ("outcome",)
    search_fields = ("stripe_id__exact",)
    list_select_related = ("payment",)
    money_unit = "payment__currency"
    ordering = ("-created_at",)
