"""Buttons that move money, on the pages of what they move. Each asks first; the rules are in the services."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.decorators import action

from apps.approvals.pages import ask
from apps.backoffice.explain.page import owner_of
from apps.backoffice.forms import AmountForm, MoneyForm
from apps.common.admin import OffersByState, PageExtension, money_text, register_extension
from apps.contracts.actions import RefundGrant, RevokeGrant
from apps.ledger.models import Account, Hold, Transfer
from apps.tenants.models import Organization
from apps.wallets.actions import CustomerAction, ReleaseHold, ReverseTransfer
from apps.wallets.models import Grant, HoldSlice
from apps.wallets.selectors import why_not_reversible


class MoneyMover(PageExtension[Any]):
    """Buttons that move money, for a page of the ledger or the wallets."""

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.move_money")

    def _ask(
        self,
        request: HttpRequest,
        kind: type[CustomerAction],
        organization: Organization,
        read: Callable[[Mapping[str, Any]], dict[str, Any]],
        *,
        subject: Model,
        explanation: str,
        form: type[MoneyForm] = MoneyForm,
        form_options: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the pages of an action on a row; `read` turns the input into the fields that are its own."""
        page = f"admin:{subject._meta.app_label}_{subject._meta.model_name}_change"
        return ask(
            request,
            admin=self,
            action=kind,
            build=lambda cleaned: kind(
                organization_id=organization.pk,
                currency=organization.currency,
                reason=cleaned["reason"],
                key=f"staff:{cleaned['token']}",
                **read(cleaned),
            ),
            form=form,
            form_options={"request": request, **(form_options or {})},
            explanation=explanation,
            back=reverse(page, args=[subject.pk]),
            subject=subject,
        )


def _owner(account: Account) -> Organization:
    found = owner_of(account)
    if found is None:
        raise Http404
    return found


@register_extension(Transfer)
class TransferButtons(MoneyMover):
    added_buttons = ("reverse",)

    def has_reverse_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """What staff may not reverse has no button."""
        rows = Transfer.objects.select_related("source", "destination")
        transfer = rows.filter(pk=object_id).first() if self.has_move_permission(request) else None
        if transfer is None:
            return False
        return not why_not_reversible(
            transfer, Grant.objects.filter(organization=transfer.book_id, transfer=transfer).first()
        )

    @action(description="Reverse", url_path="reverse", permissions=["reverse"], icon="undo")
    def reverse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        transfer = get_object_or_404(Transfer.objects.select_related("source"), pk=object_id)
        return self._ask(
            request,
            ReverseTransfer,
            _owner(transfer.source),
            lambda _: {"amount_micros": transfer.amount_micros, "transfer_id": transfer.pk},
            subject=transfer,
            explanation="A new transfer undoes this one: what it burnt goes back, what it granted is taken. Once only.",
        )


@register_extension(Grant)
class GrantButtons(OffersByState[Grant], MoneyMover):
    added_buttons = ("take_back", "refund")

    def fitting(self, row: Grant) -> Collection[str]:
        """What was not paid for is not refunded."""
        return self.added_buttons if row.paid_micros else ("take_back",)

    def has_take_back_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """What was paid for is refunded, not taken back."""
        if not self.has_move_permission(request):
            return False
        grants = Grant.objects.select_related("transfer__source", "transfer__destination")
        grant = grants.filter(pk=object_id).first()
        return grant is not None and not why_not_reversible(grant.transfer, grant)

    @action(description="Take back", url_path="take-back", permissions=["take_back"], icon="remove_circle")
    def take_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        grant = self._grant(object_id)
        return self._ask(
            request,
            RevokeGrant,
            grant.organization,
            lambda _: {"amount_micros": max(0, grant.remaining_micros), "grant_id": grant.pk},
            subject=grant,
            explanation="What is unspent goes back and the grant ends. What is held may still be captured.",
        )

    @action(description="Refund by bank transfer", url_path="refund", permissions=["move"], icon="currency_exchange")
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        grant = self._grant(object_id)
        unit = grant.organization.currency
        return self._ask(
            request,
            RefundGrant,
            grant.organization,
            lambda cleaned: {"amount_micros": cleaned["amount"], "grant_id": grant.pk},
            subject=grant,
            form=AmountForm,
            form_options={"currency": unit},
            explanation=(
                f"{money_text(grant.paid_micros, unit)} was paid for it. Refunds through Stripe are made at Stripe and "
                "come back as events; this books one that you paid yourself. What is spent already becomes debt; of an "
                "installment's credit, the service it came with goes back in proportion."
            ),
        )

    @staticmethod
    def _grant(object_id: str) -> Grant:
        return get_object_or_404(Grant.objects.select_related("organization"), pk=object_id)


@register_extension(Hold)
class HoldButtons(OffersByState[Hold], MoneyMover):
    added_buttons = ("release",)

    def fitting(self, row: Hold) -> Collection[str]:
        return self.added_buttons if row.status == Hold.Status.PENDING else ()

    def has_release_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """What a dispute froze has no button: it ends with the dispute."""
        hold = self.get_object(request, str(object_id)) if self.has_move_permission(request) else None
        if hold is None:
            return False
        return not HoldSlice.objects.filter(organization=hold.book_id, hold=hold, is_freeze=True).exists()

    @action(description="Release", url_path="release", permissions=["release"], icon="lock_open")
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        hold = get_object_or_404(Hold.objects.select_related("account"), pk=object_id)
        return self._ask(
            request,
            ReleaseHold,
            _owner(hold.account),
            lambda _: {"amount_micros": hold.amount_micros, "hold_id": hold.pk},
            subject=hold,
            explanation="All of it returns to what is available; it can no longer be captured.",
        )
