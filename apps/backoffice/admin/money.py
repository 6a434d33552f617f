"""Buttons that move money, on the pages of what they move. Each asks first; the rules are in the services."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.decorators import action

from apps.backoffice.admin.asking import ask
from apps.backoffice.forms import AmountForm, MoneyForm
from apps.backoffice.services import Kind
from apps.backoffice.why.page import owner_of_code
from apps.common.admin import OffersByState, ReadOnlyModelAdmin, money_text
from apps.ledger.admin import HoldAdmin, TransferAdmin
from apps.ledger.models import Hold, Transfer
from apps.tenants.models import Organization
from apps.wallets.admin import GrantAdmin
from apps.wallets.models import Grant, HoldSlice
from apps.wallets.selectors import why_not_reversible

for replaced in (Grant, Hold, Transfer):
    admin.site.unregister(replaced)


class MoneyMover(ReadOnlyModelAdmin[Any]):
    """A page with buttons that move money."""

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.move_money")


def _owner(code: str) -> Organization:
    found = owner_of_code(code)
    if found is None:
        raise Http404
    return found


@admin.register(Transfer)
class TransferMoneyAdmin(TransferAdmin, MoneyMover):
    actions_detail = ("reverse",)

    def has_reverse_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """What staff may not reverse has no button."""
        rows = Transfer.objects.select_related("source", "destination")
        transfer = rows.filter(pk=object_id).first() if self.has_move_permission(request) else None
        if transfer is None:
            return False
        return not why_not_reversible(transfer, Grant.objects.filter(transfer=transfer).first())

    @action(description="Reverse", url_path="reverse", permissions=["reverse"], icon="undo")
    def reverse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        transfer = get_object_or_404(Transfer.objects.select_related("source"), pk=object_id)
        return ask(
            request,
            admin=self,
            kind=Kind.REVERSE,
            organization=_owner(transfer.source.code),
            form=MoneyForm,
            read=lambda _: (transfer.amount_micros, {"transfer_id": str(transfer.pk)}),
            subject=transfer,
            back=reverse("admin:ledger_transfer_change", args=[transfer.pk]),
            explanation="A new transfer undoes this one: what it burnt goes back, what it granted is taken. Once only.",
        )


@admin.register(Grant)
class GrantMoneyAdmin(OffersByState[Grant], GrantAdmin, MoneyMover):
    actions_detail = ("take_back", "refund")

    def fitting(self, row: Grant) -> Collection[str]:
        """What was not paid for is not refunded."""
        return self.actions_detail if row.paid_micros else ("take_back",)

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
        return ask(
            request,
            admin=self,
            kind=Kind.REVOKE,
            organization=grant.wallet.organization,
            form=MoneyForm,
            read=lambda _: (max(0, grant.free_micros), {"grant_id": str(grant.pk)}),
            subject=grant,
            back=reverse("admin:wallets_grant_change", args=[grant.pk]),
            explanation="What is unspent goes back and the grant ends. What is held may still be captured.",
        )

    @action(description="Refund by bank transfer", url_path="refund", permissions=["move"], icon="currency_exchange")
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        grant = self._grant(object_id)
        unit = grant.wallet.organization.currency
        return ask(
            request,
            admin=self,
            kind=Kind.REFUND,
            organization=grant.wallet.organization,
            form=AmountForm,
            form_options={"currency": unit},
            read=lambda cleaned: (cleaned["amount"], {"grant_id": str(grant.pk)}),
            subject=grant,
            back=reverse("admin:wallets_grant_change", args=[grant.pk]),
            explanation=(
                f"{money_text(grant.paid_micros, unit)} was paid for it. Refunds through Stripe are made at Stripe and "
                "come back as events; this books one that you paid yourself. What is spent already becomes debt; of an "
                "instalment's credit, the service it came with goes back in proportion."
            ),
        )

    @staticmethod
    def _grant(object_id: str) -> Grant:
        return get_object_or_404(Grant.objects.select_related("wallet__organization"), pk=object_id)


@admin.register(Hold)
class HoldMoneyAdmin(OffersByState[Hold], HoldAdmin, MoneyMover):
    actions_detail = ("release",)

    def fitting(self, row: Hold) -> Collection[str]:
        return self.actions_detail if row.status == Hold.Status.PENDING else ()

    def has_release_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """What a dispute froze has no button: it ends with the dispute."""
        hold = self.get_object(request, str(object_id)) if self.has_move_permission(request) else None
        return hold is not None and not HoldSlice.objects.filter(hold=hold, is_freeze=True).exists()

    @action(description="Release", url_path="release", permissions=["release"], icon="lock_open")
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        hold = get_object_or_404(Hold.objects.select_related("account"), pk=object_id)
        return ask(
            request,
            admin=self,
            kind=Kind.RELEASE,
            organization=_owner(hold.account.code),
            form=MoneyForm,
            read=lambda _: (hold.amount_micros, {"hold_id": str(hold.pk)}),
            subject=hold,
            back=reverse("admin:ledger_hold_change", args=[hold.pk]),
            explanation="All of it returns to what is available; it can no longer be captured.",
        )
