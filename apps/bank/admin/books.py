"""Pages of the books of our own companies, and of the accounts from which customers pay."""

from django.contrib import admin

from apps.bank.models import BankIdentity, SellerBook
from apps.common.admin import Menu, ReadOnlyModelAdmin, Section, money_text
from apps.wallets.accounts import Role
from apps.wallets.selectors import role_balances


@admin.register(SellerBook)
class SellerBookAdmin(ReadOnlyModelAdmin[SellerBook]):
    """A seller's money that belongs to no customer: at Stripe, at the bank, and received but unidentified."""

    menu = Menu(Section.MONEY, 91, "domain")
    list_title = "Our own books"
    list_display = ("seller", "currency", "at_stripe", "at_bank", "fees", "unidentified", "opened_at")
    list_select_related = ("seller",)
    ordering = ("seller__legal_name", "currency")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("seller", "currency"),
                    ("at_stripe", "at_bank"),
                    ("fees", "unidentified"),
                    "opened_at",
                )
            },
        ),
    )
    readonly_fields = ("at_stripe", "at_bank", "fees", "unidentified")

    @admin.display(description="At Stripe")
    def at_stripe(self, row: SellerBook) -> str:
        return self._balance(row, Role.CASH, -1)

    @admin.display(description="At the bank")
    def at_bank(self, row: SellerBook) -> str:
        return self._balance(row, Role.MANUAL_RECEIPTS, -1)

    @admin.display(description="Stripe's fees")
    def fees(self, row: SellerBook) -> str:
        return self._balance(row, Role.FEES, -1)

    @admin.display(description="Unidentified")
    def unidentified(self, row: SellerBook) -> str:
        return self._balance(row, Role.UNIDENTIFIED, 1)

    def _balance(self, row: SellerBook, role: Role, sign: int) -> str:
        return money_text(sign * role_balances(row.pk, row.currency).get(role, 0), row.currency)


@admin.register(BankIdentity)
class BankIdentityAdmin(ReadOnlyModelAdmin[BankIdentity]):
    """The accounts from which customers pay, learned from confirmed lines."""

    menu = Menu(Section.MONEY, 93, "fingerprint")
    list_title = "Known payers"
    list_display = ("iban", "name", "organization", "created_by", "created_at")
    linked_by = ("organization", "organization__id__exact")
    list_select_related = ("organization",)
    search_fields = ("iban__exact", "name", "organization__slug", "organization__name")
    ordering = ("-created_at", "pk")
    fieldsets = ((None, {"fields": (("organization", "iban"), "name", "line", ("created_by", "created_at"))}),)
