"""Money buttons on the pages of transfers, grants and holds.

Each has a confirmation page; the rules are in the services.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Unpack

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from apps.approvals.pages import PageOptions, ReasonAndKey, confirm_action, confirm_row_actions, reason_and_key
from apps.backoffice.explain.page import owner_of
from apps.backoffice.forms import BankRefundForm, MoneyForm, SentByBankForm
from apps.backoffice.row_titles import grant_title
from apps.billing_profiles.value_dates import today_of
from apps.common.admin import OffersByState, PageExtension, money_text, register_extension
from apps.contracts.actions import RefundGrant, RevokeGrant, UndoGrantRefund
from apps.contracts.selectors import installment_of
from apps.ledger.models import Account, Hold, Transfer
from apps.tenants.models import Organization
from apps.wallets.actions import CustomerAction, ReleaseHold, ReverseTransfer
from apps.wallets.models import Grant, HoldSlice
from apps.wallets.selectors import bank_refunds, is_sold_by_invoice, why_not_reversible

TAKEN_BACK = "Removes the unspent credit and ends the grant. Amounts on hold can still be captured."


class MoneyMover(PageExtension[Any]):
    """Money buttons for a page of the ledger or the wallets."""

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
        **shown: Unpack[PageOptions],
    ) -> HttpResponse:
        """Show the confirmation pages of an action on a row; `read` converts the form to the action's own fields."""
        shown.setdefault("form", MoneyForm)
        shown["form_options"] = {"request": request, **(shown.get("form_options") or {})}
        page = f"admin:{subject._meta.app_label}_{subject._meta.model_name}_change"
        return confirm_action(
            request,
            admin=self,
            action=kind,
            build=lambda cleaned: kind(
                organization_id=organization.pk,
                currency=organization.currency,
                **reason_and_key(cleaned),
                **read(cleaned),
            ),
            back=reverse(page, args=[subject.pk]),
            subject=subject,
            **shown,
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
        """Hide the button for transfers that staff may not reverse."""
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
            explanation=(
                "Posts an opposite transfer: credit it spent returns to its grants, credit it granted is removed. "
                "Possible once."
            ),
        )


@register_extension(Grant)
class GrantButtons(OffersByState[Grant], MoneyMover):
    added_buttons = ("take_back", "refund", "undo_refund")
    added_actions = ("take_back_each",)

    def row_title(self, row: Grant) -> str:
        return grant_title(row)

    def buttons_for(self, row: Grant) -> Collection[str]:
        """Offer a refund only for grants that were paid for, and not sold by an invoice."""
        return self.added_buttons if row.paid_micros and not is_sold_by_invoice(row) else ("take_back",)

    def has_take_back_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offer to take back only grants that were not paid for; paid ones are refunded."""
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
            explanation=TAKEN_BACK,
        )

    @admin.action(description="Take back", permissions=["move"])
    def take_back_each(self, request: HttpRequest, grants: QuerySet[Grant]) -> HttpResponse:
        def build(grant: Grant, said: ReasonAndKey, _: Mapping[str, Any]) -> RevokeGrant:
            owner, left = grant.organization, max(0, grant.remaining_micros)
            return RevokeGrant(
                organization_id=owner.pk, currency=owner.currency, amount_micros=left, grant_id=grant.pk, **said
            )

        return confirm_row_actions(
            request,
            grants.select_related("organization"),
            RevokeGrant,
            build,
            admin=self,
            form=MoneyForm,
            form_options={"request": request},
            explanation=TAKEN_BACK,
        )

    @action(description="Refund by bank transfer", url_path="refund", permissions=["move"], icon="currency_exchange")
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        grant = self._grant(object_id)
        unit = grant.organization.currency
        return self._ask(
            request,
            RefundGrant,
            grant.organization,
            lambda cleaned: {
                "amount_micros": cleaned["amount"],
                "value_date": cleaned["value_date"],
                "grant_id": grant.pk,
            },
            subject=grant,
            form=SentByBankForm,
            form_options={"currency": unit},
            initial={"value_date": today_of(grant.organization_id, timezone.now())},
            explanation=(
                f"{money_text(grant.paid_micros, unit)} was paid for it. This books a refund that you paid by bank "
                "transfer; a refund through Stripe is made at Stripe and booked from its event. The part already spent "
                "becomes debt. For an installment's credit, its service portion is refunded in proportion."
            ),
        )

    def has_undo_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offer to undo only refunds by bank of credit that no contract granted."""
        grant = self.get_object(request, str(object_id)) if self.has_move_permission(request) else None
        return grant is not None and bank_refunds(grant).exists() and installment_of(grant) is None

    @action(description="Undo a refund", url_path="undo-refund", permissions=["undo"], icon="settings_backup_restore")
    def undo_refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        grant = self._grant(object_id)
        return self._ask(
            request,
            UndoGrantRefund,
            grant.organization,
            lambda cleaned: {
                "amount_micros": cleaned["refund"].amount_micros,
                "transfer_id": cleaned["refund"].pk,
                "grant_id": grant.pk,
            },
            subject=grant,
            form=BankRefundForm,
            form_options={"unit": grant.organization.currency, "refunds": bank_refunds(grant)},
            explanation="For a refund recorded by mistake, or whose transfer came back. The credit is restored.",
            button="Undo refund",
        )

    @staticmethod
    def _grant(object_id: str) -> Grant:
        return get_object_or_404(Grant.objects.select_related("organization"), pk=object_id)


@register_extension(Hold)
class HoldButtons(OffersByState[Hold], MoneyMover):
    added_buttons = ("release",)

    def buttons_for(self, row: Hold) -> Collection[str]:
        return self.added_buttons if row.status == Hold.Status.PENDING else ()

    def has_release_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Hide the button for amounts frozen by a dispute; they are released when the dispute ends."""
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
            explanation="The whole amount becomes available again and can no longer be captured.",
        )
