"""Read-only pages of the books. A mistake is corrected by a new transfer, made on the customer's page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from apps.common.admin import (
    EVERY_ROLE,
    AmountRangeFilter,
    Concern,
    DayRangeFilter,
    Menu,
    ReadOnlyModelAdmin,
    Section,
    TextFilter,
    code_words,
    money_text,
    shown_once,
)
from apps.ledger.models import Account, Entry, Hold, Transfer

HOLD_LABELS = {"pending": "info", "captured": "success", "released": "primary", "expired": "warning"}

# Up to this many account ids are fetched first and passed as a list; more become a subquery.
FEW = 50


def narrows_days(request: HttpRequest) -> bool:
    """Return whether the list is filtered by days."""
    return any(request.GET.get(f"recorded_at_{suffix}") for suffix in ("from", "to"))


class AccountFilter(TextFilter):
    """Filter by the start of an account's code: `org:<id>:` for all of a customer's accounts."""

    title = "account code"
    parameter_name = "account"

    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queryset.filter(account__in=_accounts(text))


class EntryDayFilter(DayRangeFilter):
    """Filter by days: across accounts by the transfers' `recorded_at`, which is the same and has an index."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        self.column = "recorded_at" if names_one_account(request) else "transfer__recorded_at"
        return super().queryset(request, queryset)


class EntryAmountFilter(AmountRangeFilter):
    """Filter by amount; a range that does not include zero also filters the transfers' amounts, which have an index."""

    def within(self, queryset: QuerySet[Any], least: int | None, most: int | None, column: str = "") -> QuerySet[Any]:
        rows = super().within(queryset, least, most, column)
        if least is not None and least > 0:
            return super().within(rows, least, most, column="transfer__amount_micros")
        if most is not None and most < 0:
            return super().within(rows, -most, None if least is None else -least, column="transfer__amount_micros")
        return rows


class EitherAccountFilter(AccountFilter):
    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        accounts = _accounts(text)
        return queryset.filter(Q(source__in=accounts) | Q(destination__in=accounts))


def role_text(account: Account) -> str:
    """Return an account's role as a word, with its code as a tooltip."""
    return format_html('<span title="{}">{}</span>', account.code, code_words(account.role))


def account_words(account: Account) -> str:
    """Return an account's purpose, with its unit if its book has another: "Wallet", "Unapplied in EUR"."""
    name = code_words(account.role)
    return name if account.unit == account.book.unit else f"{name} in {account.unit}"


def account_link(account: Account) -> str:
    """Return a link to an account's page; its code is a tooltip."""
    page = reverse("admin:ledger_account_change", args=[account.pk])
    return format_html('<a class="text-link" href="{}" title="{}">{}</a>', page, account.code, account_words(account))


def _accounts(text: str) -> list[int] | QuerySet[Account, int]:
    """Return the ids of the accounts: a list where they are few, as one customer's are, otherwise a subquery."""
    found = Account.objects.filter(code__startswith=text).values_list("pk", flat=True)
    few = list(found.order_by("pk")[: FEW + 1])
    return few if len(few) <= FEW else found.order_by()


def names_one_account(request: HttpRequest) -> bool:
    """Whether the list is filtered to one account: `org:<id>:wallet`, not `org:<id>:`."""
    code = request.GET.get("account", "").strip()
    return bool(code) and "\x00" not in code and Account.objects.filter(code=code).exists()


def differing_accounts(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Return the accounts whose balance differs from that of their last entry: they were changed outside the ledger."""
    last = Entry.objects.filter(
        book=OuterRef("book"),
        account=OuterRef("pk"),
        account_version=OuterRef("version"),
        balance_after_micros=OuterRef("balance_micros"),
    )
    return accounts.filter(version__gt=0).exclude(Exists(last))


class MismatchFilter(admin.SimpleListFilter):
    """Filter for the accounts that differ from their entries; the home page counts them."""

    title = "books"
    parameter_name = "differs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Balance differs from the last entry")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Account]) -> QuerySet[Account]:
        if self.value() != "yes":
            return queryset
        return differing_accounts(queryset)


class RoleFilter(admin.SimpleListFilter):
    """Filter for every customer's accounts of one role whose balance is not zero."""

    title = "purpose"
    parameter_name = "role"
    roles: ClassVar[tuple[str, ...]] = (
        *("wallet", "cash", "manual_receipts", "installments", "promotions", "revenue", "deferred"),
        *("receivable", "breakage", "disputes", "write_offs", "tax", "unapplied", "invoiced", "tax_pending"),
        "billed",
        "late_fees",
    )

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(role, code_words(role)) for role in self.roles]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Account]) -> QuerySet[Account]:
        if self.value() not in self.roles:
            return queryset
        return queryset.filter(role=self.value()).exclude(balance_micros=0)


@admin.register(Account)
class AccountAdmin(ReadOnlyModelAdmin[Account]):
    menu = Menu(Section.MONEY, 60, "account_balance")
    found_by = ("code",)
    concern = Concern(
        title="Accounts that differ from their entries",
        rank=90,
        rows=lambda _: differing_accounts(Account.objects.all()),
        query={"differs": "yes"},
    )
    list_display = ("purpose", "unit", "balance_micros", "held_micros", "created_at", "code")
    hidden_columns = ("unit", "code")
    list_filter = (RoleFilter, MismatchFilter, ("balance_micros", AmountRangeFilter))
    money_unit = "unit"
    search_fields = ("code__exact", "^code")
    keyset = ("pk",)
    fields = ("code", "unit", "balance_micros", "held_micros", "version", "created_at")

    def row_title(self, row: Account) -> str:
        return account_words(row)

    @admin.display(description="Account")
    def purpose(self, account: Account) -> str:
        return code_words(account.role)


@admin.register(Transfer)
class TransferAdmin(ReadOnlyModelAdmin[Transfer]):
    menu = Menu(Section.MONEY, 30, "sync_alt")
    shortcut = "t"
    found_by = ("pk", "key")
    explained_by = ("transfer", "pk")
    list_display = ("recorded_at", "kind_words", "amount_micros", "out_of", "into", "description", "created_by", "key")
    hidden_columns = ("key",)
    list_display_links = ("recorded_at", "key")
    list_filter = (EitherAccountFilter, ("recorded_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    list_select_related = ("source", "destination")
    file_columns = {"kind_words": "kind", "out_of": "source__code", "into": "destination__code"}
    money_unit = "source__unit"
    search_fields = ("key__exact", "id__exact")
    fieldsets = (
        (
            None,
            {"fields": ("amount_micros", "kind_words", "source_page", "destination_page", "description", "created_by")},
        ),
        ("When", {"fields": ("effective_at", "recorded_at")}),
        ("Trace", {"fields": ("id", "key", "cause_type", "cause_id", "reverses", "metadata", "fingerprint")}),
    )

    def get_keyset(self, request: HttpRequest) -> tuple[str, ...]:
        """Page by id, or by the index on `recorded_at` when days are filtered."""
        return ("recorded_at", "pk") if narrows_days(request) else ("pk",)

    def row_title(self, row: Transfer) -> str:
        return f"{code_words(row.kind)} of {money_text(row.amount_micros, row.source.unit)}"

    @admin.display(description="Kind")
    def kind_words(self, transfer: Transfer) -> str:
        return code_words(transfer.kind)

    @admin.display(description="Source")
    @shown_once
    def source_page(self, transfer: Transfer) -> str:
        return account_link(transfer.source)

    @admin.display(description="Destination")
    @shown_once
    def destination_page(self, transfer: Transfer) -> str:
        return account_link(transfer.destination)

    @admin.display(description="From")
    def out_of(self, transfer: Transfer) -> str:
        return role_text(transfer.source)

    @admin.display(description="To")
    def into(self, transfer: Transfer) -> str:
        return role_text(transfer.destination)


@admin.register(Entry)
class EntryAdmin(ReadOnlyModelAdmin[Entry]):
    menu = Menu(Section.MONEY, 20, "receipt_long", EVERY_ROLE)
    shortcut = "e"
    explained_by = ("transfer", "transfer_id")
    list_display = (
        "recorded_at",
        "kind",
        "amount_micros",
        "balance_after_micros",
        "where",
        "account_version",
        "description",
        "transfer_key",
    )
    hidden_columns = ("account_version", "transfer_key")
    list_filter = (AccountFilter, ("recorded_at", EntryDayFilter), ("amount_micros", EntryAmountFilter))
    list_select_related = ("account", "transfer")
    money_unit = "account__unit"
    search_fields = ("transfer__key__exact", "transfer__id__exact")
    linked_by = ("transfer__id__exact",)
    file_columns = {"kind": "transfer__kind", "where": "account__code"}
    fields = (
        "account_page",
        "transfer",
        "amount_micros",
        "balance_after_micros",
        "account_version",
        "effective_at",
        "recorded_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """Match the transfer's book too when one transfer is looked up, since the index starts with the book."""
        rows = super().get_queryset(request)
        names_a_transfer = request.GET.get("q") or request.GET.get("transfer__id__exact")
        return rows.filter(book=F("transfer__book")) if names_a_transfer else rows

    def get_keyset(self, request: HttpRequest) -> tuple[str, ...]:
        """Page one account by its own index, filtered days by the transfers' index, anything else by id."""
        if names_one_account(request):
            return ("recorded_at", "account_version")
        return ("transfer__recorded_at", "pk") if narrows_days(request) else ("pk",)

    def row_title(self, row: Entry) -> str:
        return f"{account_words(row.account)}, entry {row.account_version}"

    @admin.display(description="Account")
    @shown_once
    def account_page(self, entry: Entry) -> str:
        return account_link(entry.account)

    @admin.display(description="Account")
    def where(self, entry: Entry) -> str:
        return role_text(entry.account)

    @admin.display(description="Kind")
    def kind(self, entry: Entry) -> str:
        return code_words(entry.transfer.kind)

    @admin.display(description="Description")
    def description(self, entry: Entry) -> str:
        return entry.transfer.description

    @admin.display(description="Transfer")
    def transfer_key(self, entry: Entry) -> str:
        return entry.transfer.key


class LiveFilter(admin.SimpleListFilter):
    """Live holds: pending, with an end that has not passed."""

    title = "live now"
    parameter_name = "live"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Live")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Hold]) -> QuerySet[Hold]:
        if self.value() != "yes":
            return queryset
        ends = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return queryset.filter(ends, status=Hold.Status.PENDING)


@admin.register(Hold)
class HoldAdmin(ReadOnlyModelAdmin[Hold]):
    menu = Menu(Section.MONEY, 50, "front_hand")
    found_by = ("pk", "key")
    list_display = (
        "created_at",
        "amount_micros",
        "captured_micros",
        "state",
        "where",
        "work",
        "expires_at",
        "created_by",
        "key",
    )
    hidden_columns = ("key",)
    list_display_links = ("created_at", "key")
    list_filter = (
        LiveFilter,
        "status",
        AccountFilter,
        ("created_at", DayRangeFilter),
        ("amount_micros", AmountRangeFilter),
    )
    list_select_related = ("account",)
    file_columns = {"where": "account__code"}
    money_unit = "account__unit"
    search_fields = ("key__exact", "id__exact")
    keyset = ("created_at", "pk")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "account_page",
                    "amount_micros",
                    "captured_micros",
                    "state",
                    "work",
                    "description",
                    "created_by",
                )
            },
        ),
        ("When", {"fields": ("created_at", "expires_at", "closed_at")}),
        ("Trace", {"fields": ("id", "key", "fingerprint")}),
    )

    def row_title(self, row: Hold) -> str:
        return f"Hold of {money_text(row.amount_micros, row.account.unit)}"

    @admin.display(description="Account")
    @shown_once
    def account_page(self, hold: Hold) -> str:
        return account_link(hold.account)

    @admin.display(description="Account")
    def where(self, hold: Hold) -> str:
        return role_text(hold.account)

    @admin.display(description="For")
    def work(self, hold: Hold) -> str:
        return ", ".join(f"{name} {value}" for name, value in hold.dimensions.items()) or hold.description

    @display(description="State", label=HOLD_LABELS)
    def state(self, hold: Hold) -> tuple[str, str]:
        ended = hold.status == Hold.Status.PENDING and hold.expires_at is not None and hold.expires_at <= timezone.now()
        status = Hold.Status.EXPIRED if ended else Hold.Status(hold.status)
        return status.value, status.label
