"""Admin pages of codes and redemptions. A code is found by its full text, which is never shown."""

from collections.abc import Iterator
from typing import Any, Unpack

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from unfold.decorators import action, display

from apps.approvals.pages import (
    Arguments,
    PageOptions,
    ReasonAndKey,
    confirm_row_action,
    confirm_row_actions,
    form_fields,
    no_fields,
)
from apps.common.admin import (
    AmountRangeFilter,
    DayRangeFilter,
    Menu,
    Question,
    ReadOnlyModelAdmin,
    Role,
    Section,
    confirm,
    day_text,
    micros_column,
    money_text,
)
from apps.vouchers import services
from apps.vouchers.actions import ChangeVoucherLimit, CodeAction, EnableVoucher, RevokeVoucher
from apps.vouchers.forms import LimitForm
from apps.vouchers.models import Batch, Redemption, RedemptionReversal, Voucher
from apps.vouchers.selectors import voucher_with_code

STATES = {"works": "success", "used": "info", "expired": "warning", "off": "warning", "revoked": "danger"}

REVOKED = (
    "The code stops working for good and its unspent credit is taken back. This cannot be undone. "
    "If a second person must approve, switch the code off first."
)


@admin.register(Voucher)
class VoucherAdmin(ReadOnlyModelAdmin[Voucher]):
    menu = Menu(Section.CONTRACTS, 50, "confirmation_number", (Role.SUPPORT, Role.BILLING))
    found_icon = "confirmation_number"
    list_display = ("masked", "of_batch", "value", "state", "redemption_count", "max_redemptions")
    list_select_related = ("batch",)
    search_fields = ("masked",)
    search_help_text = "Enter the whole code; case, spaces, and dashes are ignored."
    keyset = ("id",)
    linked_by = ("batch",)
    value = staticmethod(micros_column("batch__amount_micros", "Value", unit="batch__currency", ordering=""))
    actions = ("revoke_each",)
    actions_detail = ("disable", "enable", "change_limit", "revoke")
    fieldsets = (
        (None, {"fields": ("masked", "batch", "number", "state_text")}),
        ("Use", {"fields": ("redemption_count", "max_redemptions", "disabled_at", "revoked_at")}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Voucher], search_term: str
    ) -> tuple[QuerySet[Voucher], bool]:
        if not search_term.strip():
            return queryset, False
        found = voucher_with_code(search_term)
        return (queryset.filter(pk=found.pk) if found else queryset.none()), False

    def rows_with_id(self, text: str) -> Iterator[Voucher]:
        """Return the voucher whose full code is `text`, in any spelling."""
        found = voucher_with_code(text)
        return iter([found] if found else [])

    @display(description="State", label=STATES)
    def state(self, voucher: Voucher) -> tuple[str, str]:
        batch, now = voucher.batch, timezone.now()
        if voucher.revoked_at or batch.state == Batch.State.REVOKED:
            return "revoked", "Revoked"
        if voucher.disabled_at or batch.state != Batch.State.ACTIVE:
            return "off", "Not active"
        if batch.expires_at is not None and batch.expires_at <= now:
            return "expired", "Expired"
        return ("used", "Used up") if voucher.redemption_count >= voucher.max_redemptions else ("works", "Valid")

    @admin.display(description="State")
    def state_text(self, voucher: Voucher) -> str:
        return str(self.state(voucher)[1])

    def has_change_code_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("vouchers.change_voucher")

    @action(description="Switch off", url_path="disable", permissions=["change_code"], icon="toggle_off")
    def disable(self, request: HttpRequest, object_id: str) -> HttpResponse:
        voucher = get_object_or_404(self.get_queryset(request), pk=object_id)
        by: Any = request.user

        def perform(cleaned: Any) -> str:
            services.disable_voucher(voucher_id=voucher.pk, reason=cleaned["reason"], by=by, now=timezone.now())
            return "Switched off."

        return confirm(
            request,
            admin=self,
            question=Question(title="Switch this code off", button="Switch off"),
            perform=perform,
            subject=voucher,
        )

    @action(description="Switch on", url_path="enable", permissions=["change_code"], icon="toggle_on")
    def enable(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._submit(request, object_id, EnableVoucher, button="Switch on")

    @action(description="Change the limit", url_path="limit", permissions=["change_code"], icon="speed")
    def change_limit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        limit = get_object_or_404(Voucher, pk=object_id).max_redemptions
        return self._submit(
            request,
            object_id,
            ChangeVoucherLimit,
            form=LimitForm,
            initial={"max_redemptions": limit},
            given=form_fields("max_redemptions"),
            button="Change the limit",
        )

    @action(description="Revoke", url_path="revoke", permissions=["change_code"], icon="block")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._submit(request, object_id, RevokeVoucher, explanation=REVOKED, button="Revoke")

    @admin.action(description="Revoke", permissions=["change_code"])
    def revoke_each(self, request: HttpRequest, vouchers: QuerySet[Voucher]) -> HttpResponse:
        def build(voucher: Voucher, said: ReasonAndKey, _: Any) -> RevokeVoucher:
            return RevokeVoucher.of(voucher, **said)

        chosen = vouchers.select_related("batch")
        return confirm_row_actions(request, chosen, RevokeVoucher, build, admin=self, explanation=REVOKED)

    def _submit(
        self,
        request: HttpRequest,
        object_id: str,
        kind: type[CodeAction],
        *,
        given: Arguments = no_fields,
        **shown: Unpack[PageOptions],
    ) -> HttpResponse:
        voucher = get_object_or_404(self.get_queryset(request), pk=object_id)
        return confirm_row_action(request, voucher, kind, admin=self, given=given, **shown)

    @admin.display(description="Batch")
    def of_batch(self, voucher: Voucher) -> str:
        return f"{voucher.batch.name} of {day_text(voucher.batch.created_at)}"


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyModelAdmin[Redemption]):
    menu = Menu(Section.CONTRACTS, 60, "redeem")
    found_by = ("pk",)
    explained_by = ("grant", "grant_id")
    list_display = ("redeemed_at", "organization", "voucher", "of_batch", "amount_micros", "redeemed_by", "taken_back")
    list_select_related = ("organization", "voucher", "batch")
    list_filter = (("redeemed_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    search_fields = ("id__exact", "call_id__exact", "organization__slug__exact")
    keyset = ("redeemed_at", "id")
    money_unit = "batch__currency"
    linked_by = ("organization", "voucher", "batch")
    fieldsets = (
        (None, {"fields": ("organization", "voucher", "batch", "number", "amount_micros", "grant", "discount")}),
        ("History", {"fields": ("redeemed_at", "redeemed_by", "call_id", "taken_back")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Redemption]:
        mine = RedemptionReversal.objects.filter(organization=OuterRef("organization"), redemption=OuterRef("pk"))
        return super().get_queryset(request).annotate(taken_micros=Subquery(mine.values("taken_micros")))

    @admin.display(description="Taken back")
    def taken_back(self, redemption: Any) -> str | None:
        taken = redemption.taken_micros
        return None if taken is None else money_text(taken, redemption.batch.currency)

    def row_title(self, row: Redemption) -> str:
        return f"{row.voucher} by {row.organization}"

    @admin.display(description="Batch")
    def of_batch(self, redemption: Redemption) -> str:
        return f"{redemption.batch.name} of {day_text(redemption.batch.created_at)}"
