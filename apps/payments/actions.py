"""Actions of staff on payments received through Stripe."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import person, register
from apps.common.admin import money_text
from apps.payments.errors import PaymentNotFound
from apps.payments.models import StripePayment
from apps.payments.services.refunds import request_refund
from apps.wallets.actions import CustomerAction, wallet_texts


@register
@dataclass(frozen=True, kw_only=True)
class RefundPayment(CustomerAction):
    """Refund an amount of a payment through Stripe; the credit it bought is taken once Stripe has paid it back."""

    kind: ClassVar[str] = "payments.refund"
    title: ClassVar[str] = "Refund through Stripe"
    danger: ClassVar[bool] = True
    subject_model: ClassVar[type[Model]] = StripePayment
    subject_field: ClassVar[str] = "payment_id"

    payment_id: int

    @classmethod
    def of(cls, payment: StripePayment, *, amount_micros: int, reason: str, key: str) -> Self:
        """Return the action that refunds `amount_micros` of a payment."""
        return cls(
            organization_id=payment.organization_id,
            amount_micros=amount_micros,
            currency=payment.currency,
            payment_id=payment.pk,
            reason=reason,
            key=key,
        )

    def about(self) -> str:
        payment = self.payment()
        return f"{payment.organization.name}: payment {payment.payment_intent_id or payment.key}"

    def payment(self) -> StripePayment:
        """Return the payment.

        Raises:
            PaymentNotFound: there is none.
        """
        return self.row_among(StripePayment.objects.select_related("organization"), PaymentNotFound)

    def perform(self, *, by: User, now: datetime) -> None:
        request_refund(
            payment_id=self.payment_id,
            amount=self.amount,
            reason=self.reason,
            key=self.key,
            requested_by=person(by),
            now=now,
        )

    def look(self, now: datetime) -> Mapping[str, str]:
        payment = self.payment()
        waiting = payment.refunds.filter(state__in=["requested", "pending"])
        on_its_way = sum(waiting.values_list("amount_micros", flat=True))
        return {
            "Refundable amount": money_text(payment.returnable_micros - on_its_way, payment.currency),
            "Refunds in progress": money_text(on_its_way, payment.currency),
            **wallet_texts(payment.organization, now),
        }
