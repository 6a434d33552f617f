"""The money buttons on a customer's page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from unfold.decorators import action

from apps.approvals.pages import ReasonAndKey, confirm_action, confirm_row_actions, reason_and_key
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.forms import AmountForm, BankTransferForm, GrantForm, LimitForm, MoneyForm
from apps.billing_profiles.value_dates import today_of
from apps.common.admin import money_text
from apps.invoices.actions import SettleByBankTransfer, WriteOffDebt
from apps.invoices.selectors import unpaid_usage_invoices
from apps.tenants.models import Organization
from apps.wallets.actions import (
    ChangePostpaidLimit,
    CustomerAction,
    DeductCredit,
    GrantCredit,
)
from apps.wallets.selectors import deductible_micros


def _still_asked(organization_id: str, instead: str) -> str:
    """Name the open invoices for usage, which cover a part of the debt, and say what to do with them."""
    rows = [row for row in unpaid_usage_invoices(UUID(organization_id)) if row.number]
    return "".join(f" Invoice {row} has {money_text(row.left_micros, row.currency)} left: {instead}." for row in rows)


class CustomerMoneyMixin:
    """Buttons to grant, deduct, settle, write off and change the limit; mixed into the organization's admin."""

    MONEY: Any = {
        "title": "Money",
        "icon": "payments",
        "items": ["grant_credit", "deduct_credit", "settle", "write_off", "change_limit"],
    }

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.move_money")

    @action(description="Grant credit", url_path="grant", permissions=["move"], icon="add_card")
    def grant_credit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._ask(request, object_id, GrantCredit, GrantForm, "", typed=("source", "expires_at"))

    @admin.action(description="Grant credit", permissions=["move"])
    def grant_to_each(self, request: HttpRequest, organizations: QuerySet[Organization]) -> HttpResponse:
        currencies = sorted(set(organizations.order_by().values_list("currency", flat=True)))
        if len(currencies) != 1:
            messages.error(request, f"Choose customers of one currency, not of {' and '.join(currencies)}.")
            return HttpResponseRedirect(request.get_full_path())

        def build(organization: Organization, said: ReasonAndKey, cleaned: Mapping[str, Any]) -> GrantCredit:
            return GrantCredit(
                organization_id=organization.pk,
                amount_micros=cleaned["amount"],
                currency=organization.currency,
                source=cleaned["source"],
                expires_at=cleaned["expires_at"],
                **said,
            )

        return confirm_row_actions(
            request,
            organizations,
            GrantCredit,
            build,
            admin=self,
            form=GrantForm,
            form_options={"request": request, "currency": currencies[0]},
            explanation="Each customer gets the amount.",
        )

    @action(description="Deduct credit", url_path="deduct", permissions=["move"], icon="remove")
    def deduct_credit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)
        most = money_text(deductible_micros(organization, timezone.now()), organization.currency)
        explanation = (
            f"At most {most}: unspent credit that no reservation holds. A postpaid limit is not credit. "
            "Grants are burned in the published order."
        )
        return self._ask(request, object_id, DeductCredit, AmountForm, explanation)

    @action(description="Settle by bank transfer", url_path="settle", permissions=["move"], icon="account_balance")
    def settle(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = "Pays the debt first; the rest becomes credit. Installments are settled on their contract."
        explanation += _still_asked(object_id, "record the transfer on its page instead")
        typed = ("reference", "value_date")
        return self._ask(request, object_id, SettleByBankTransfer, BankTransferForm, explanation, typed)

    @action(description="Write off debt", url_path="write-off", permissions=["move"], icon="money_off")
    def write_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = "The debt is given up at our cost. If the customer pays later, the payment becomes credit."
        explanation += _still_asked(object_id, "write it off on its page instead")
        return self._ask(request, object_id, WriteOffDebt, AmountForm, explanation)

    @action(description="Change the postpaid limit", url_path="limit", permissions=["move"], icon="tune")
    def change_limit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = "How much a postpaid customer may owe before new work is refused."
        return self._ask(request, object_id, ChangePostpaidLimit, LimitForm, explanation)

    def _ask(
        self,
        request: HttpRequest,
        object_id: str,
        kind: type[CustomerAction],
        form: type[MoneyForm],
        explanation: str,
        typed: tuple[str, ...] = (),
    ) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)

        def build(cleaned: Mapping[str, Any]) -> CustomerAction:
            given: dict[str, Any] = {name: cleaned[name] for name in typed}
            return kind(
                organization_id=organization.pk,
                amount_micros=cleaned["amount"],
                currency=organization.currency,
                **reason_and_key(cleaned),
                **given,
            )

        return confirm_action(
            request,
            admin=self,
            action=kind,
            build=build,
            form=form,
            form_options={"request": request, "currency": organization.currency},
            initial={"amount": request.GET.get("amount", ""), "value_date": today_of(organization.pk, timezone.now())},
            explanation=explanation,
            back=tab_of(organization),
            subject=organization,
        )
