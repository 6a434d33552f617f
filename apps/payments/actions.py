"""Staff actions on payments received through Stripe, on automatic top-up, and to cancel a contract with refunds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import person, register
from apps.common.admin import day_text, money_text
from apps.contracts.actions.contracts import RevisionAction
from apps.contracts.cancellation import CancellationTerms, InstallmentCut
from apps.contracts.errors import ChangedMeanwhile
from apps.contracts.models import Contract, Installment
from apps.contracts.services import cancellation_cuts, money_left
from apps.contracts.services.locks import lock_contract
from apps.invoices.actions import invoice_texts, left_texts
from apps.payments.errors import PaymentNotFound
from apps.payments.models import Refund, StripePayment
from apps.payments.selectors import unapplied_left
from apps.payments.services.cancellations import CancellationOrder, cancel_contract_at, refund_plans
from apps.payments.services.refunds import RefundRequest, request_refund
from apps.payments.services.reversals import shares_next
from apps.payments.services.top_up_settings import lower_top_up, resume_top_up, switch_off_top_up
from apps.payments.services.unapplied import apply_unapplied
from apps.top_ups.models import TopUp
from apps.top_ups.selectors import top_up_status
from apps.top_ups.terms import TopUpTerms
from apps.wallets.accounts import Role
from apps.wallets.actions import CustomerAction, wallet_texts
from apps.wallets.selectors import balance_of
from apps.wallets.services.locks import lock_wallet


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
    def of(cls, payment: StripePayment, *, amount_micros: int, reason: str, key: str, **given: object) -> Self:
        """Return the action on `amount_micros` of a payment."""
        return cls(
            organization_id=payment.organization_id,
            amount_micros=amount_micros,
            currency=payment.currency,
            payment_id=payment.pk,
            reason=reason,
            key=key,
            **given,  # type: ignore[arg-type]
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
        request = RefundRequest(
            payment_id=self.payment_id,
            amount=self.amount,
            reason=self.reason,
            key=self.key,
            requested_by=person(by),
        )
        request_refund(request, now=now)

    def figures(self, now: datetime) -> Mapping[str, str]:
        payment = self.payment()
        waiting = payment.refunds.filter(state__in=["requested", "pending"])
        on_its_way = sum(waiting.values_list("amount_micros", flat=True))
        shown = {
            "Refundable amount": money_text(payment.returnable_micros - on_its_way, payment.currency),
            "Refunds in progress": money_text(on_its_way, payment.currency),
            **wallet_texts(payment.organization, now),
        }
        if payment.grant_id is not None:
            credit = shares_next(payment, on_its_way).net_micros
            balance = balance_of(payment.organization_id, Role.WALLET) - credit
            shown["Balance once Stripe has refunded"] = money_text(balance, payment.currency)
        return shown


@register
@dataclass(frozen=True, kw_only=True)
class ApplyPayment(RefundPayment):
    """Pay an invoice with unapplied money of a payment. The money is the customer's own, so the limit for one person
    does not apply.
    """

    kind: ClassVar[str] = "payments.apply"
    title: ClassVar[str] = "Apply a payment to an invoice"
    danger: ClassVar[bool] = False
    is_free_of_limit: ClassVar[bool] = True

    document_id: UUID

    def perform(self, *, by: User, now: datetime) -> None:
        apply_unapplied(
            payment_id=self.payment_id,
            document_id=self.document_id,
            amount=self.amount,
            key=self.key,
            created_by=person(by),
            now=now,
        )

    def figures(self, now: datetime) -> Mapping[str, str]:
        payment = self.payment()
        rest = money_text(unapplied_left(payment), payment.currency)
        return {"Unapplied of this payment": rest, **left_texts([self.document_id])}


@register
@dataclass(frozen=True, kw_only=True)
class CancelContractAt(RevisionAction):
    """Cancel a contract from a day on. Its size is the amount no longer due plus the amount refunded."""

    kind: ClassVar[str] = "contracts.cancel_at"
    title: ClassVar[str] = "Cancel a contract at a date"
    danger: ClassVar[bool] = True

    terms: CancellationTerms

    @classmethod
    def of(
        cls,
        contract: Contract,
        *,
        terms: CancellationTerms,
        seen_revision: int,
        reason: str,
        key: str,
    ) -> Self:
        """Return the action.

        Raises:
            StateForbids, NotPayable, InstallmentOnInvoice: the contract cannot be canceled from that day.
        """
        size = _size(cancellation_cuts(contract, terms))
        return cls.on(contract, amount_micros=size, terms=terms, seen_revision=seen_revision, reason=reason, key=key)

    def perform(self, *, by: User, now: datetime) -> None:
        contract = lock_contract(self.contract_id)
        lock_wallet(contract.organization, now=now)
        if _size(cancellation_cuts(contract, self.terms)) != self.amount_micros:
            raise ChangedMeanwhile
        order = CancellationOrder(key=self.key, reason=self.reason, created_by=person(by))
        cancel_contract_at(terms=self.terms, order=order, **self.seen(now))

    def figures(self, now: datetime) -> Mapping[str, str]:
        contract, owner = self.contract(), self.organization_id
        waiting = Refund.objects.filter(organization=owner, state__in=["requested", "pending"])
        standing = contract.installments.exclude(state=Installment.State.SUPERSEDED)
        return {
            **super().figures(now),
            **{
                f"Installment of {day_text(row.due_date)}": self._installment(row, now)
                for row in standing.order_by("due_date", "pk")
            },
            **invoice_texts(self),
            "Refunds in progress at Stripe": money_text(
                sum(waiting.values_list("amount_micros", flat=True)), self.currency
            ),
        }

    def _installment(self, row: Installment, now: datetime) -> str:
        def money(micros: int) -> str:
            return money_text(micros, self.currency)

        left = money_left(row)
        return (
            f"{money(left.total_micros)} ({money(left.credit_micros)} credit, {money(left.service_micros)} service), "
            f"{row.shown_state(now.date())[1].lower()}, until {day_text(row.period_end)}"
        )


def _size(cuts: Sequence[InstallmentCut]) -> int:
    return sum(cut.not_due_micros for cut in cuts) + sum(back.total_micros for back in refund_plans(cuts))


class TopUpAction(CustomerAction):
    """An action on a customer's automatic top-up, which only the customer can switch on."""

    def figures(self, now: datetime) -> Mapping[str, str]:
        standing = top_up_status(self.customer(), now)
        reason = f" ({standing.reason.replace('_', ' ')})" if standing.reason else ""
        return {"Automatic top-up": standing.status.replace("_", " ") + reason}


@register
@dataclass(frozen=True, kw_only=True)
class ResumeTopUp(TopUpAction):
    """Charge the customer's saved card again after a stop; `amount_micros` is the maximum of one charge."""

    kind: ClassVar[str] = "payments.resume_top_up"
    title: ClassVar[str] = "Resume automatic top-up"

    def perform(self, *, by: User, now: datetime) -> None:
        resume_top_up(organization=self.customer(), by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class SwitchOffTopUp(TopUpAction):
    """Stop charging the customer's saved card; the customer can switch it on again."""

    kind: ClassVar[str] = "payments.switch_off_top_up"
    title: ClassVar[str] = "Switch off automatic top-up"
    danger: ClassVar[bool] = True
    is_free_of_limit: ClassVar[bool] = True

    def perform(self, *, by: User, now: datetime) -> None:
        switch_off_top_up(organization=self.customer(), by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class LowerTopUp(TopUpAction):
    """Lower the amounts that the customer agreed to; only the customer can raise them again.

    `bought_micros` is the amount bought each time, or the amount up to which credit is raised, as the customer chose.
    """

    kind: ClassVar[str] = "payments.lower_top_up"
    title: ClassVar[str] = "Lower the amounts of automatic top-up"
    is_free_of_limit: ClassVar[bool] = True

    threshold_micros: int
    bought_micros: int
    most_per_charge_micros: int
    most_per_day_micros: int
    most_per_month_micros: int

    def perform(self, *, by: User, now: datetime) -> None:
        customer = self.customer()
        agreed = TopUp.objects.filter(pk=customer.pk).first()
        buys_up_to = agreed is not None and agreed.up_to_micros is not None
        terms = TopUpTerms(
            threshold_micros=self.threshold_micros,
            amount_micros=None if buys_up_to else self.bought_micros,
            up_to_micros=self.bought_micros if buys_up_to else None,
            most_per_charge_micros=self.most_per_charge_micros,
            most_per_day_micros=self.most_per_day_micros,
            most_per_month_micros=self.most_per_month_micros,
        )
        lower_top_up(organization=customer, terms=terms, by=person(by), now=now)

    def figures(self, now: datetime) -> Mapping[str, str]:
        agreed = TopUp.objects.filter(pk=self.organization_id).first()
        amounts = agreed.terms.amounts() if agreed is not None else ()
        return {**super().figures(now), **{title: money_text(micros, self.currency) for title, micros in amounts}}
