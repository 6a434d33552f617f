"""Admin pages of snapshots and collection failures, read-only, and of sources, which staff can choose."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from apps.common.admin import (
    Change,
    Concern,
    Menu,
    Question,
    ReadOnlyModelAdmin,
    Review,
    Section,
    confirm,
    money_text,
    quantity_text,
    time_text,
)
from apps.snapshots import services
from apps.snapshots.forms import OWN_LEDGER, SourceForm
from apps.snapshots.models import BalanceSnapshot, CollectionFailure, CollectionSource, CostSnapshot
from apps.snapshots.providers import OwnLedger
from apps.tenants.forms import customer_in_address

ORGANIZATION = ("organization__slug", "organization__name")


def provider_words(provider: str) -> str:
    """Return where a figure was read; a configured upstream has only its name."""
    return OWN_LEDGER if provider == OwnLedger.name else provider


@admin.register(BalanceSnapshot)
class BalanceSnapshotAdmin(ReadOnlyModelAdmin[BalanceSnapshot]):
    menu = Menu(Section.PRICES_AND_USAGE, 150, "account_balance_wallet")
    money_unit = "currency"
    list_display = ("organization", "amount_micros", "read_from", "collected_at")
    fields = ("organization", "amount_micros", "read_from", "collected_at")
    list_filter = ("collected_at",)
    list_select_related = ("organization",)
    search_fields = ORGANIZATION
    keyset = ("pk",)

    @display(description="Read from", ordering="provider")
    def read_from(self, snapshot: BalanceSnapshot) -> str:
        return provider_words(snapshot.provider)

    def row_title(self, row: BalanceSnapshot) -> str:
        return f"Balance of {row.organization}, {time_text(row.collected_at)}"


@admin.register(CostSnapshot)
class CostSnapshotAdmin(ReadOnlyModelAdmin[CostSnapshot]):
    menu = Menu(Section.PRICES_AND_USAGE, 140, "photo_camera")
    money_unit = "currency"
    list_display = ("organization", "year", "month", "total_micros", "read_from", "collected_at")
    list_filter = ("collected_at",)
    list_select_related = ("organization",)
    search_fields = ORGANIZATION
    keyset = ("pk",)
    fieldsets = (
        (None, {"fields": ("organization", "year", "month", "read_from", "run", "collected_at")}),
        ("Fees", {"fields": ("monthly_fees_micros", "one_time_fees_micros", "usage_fees_micros", "total_micros")}),
        ("Usage", {"fields": ("lines",)}),
    )

    @display(description="Lines")
    def lines(self, snapshot: CostSnapshot) -> SafeString:
        rows = [_line_text(line, snapshot.currency) for line in snapshot.usage_lines]
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', "\n".join(rows) or "none")

    @display(description="Read from", ordering="provider")
    def read_from(self, snapshot: CostSnapshot) -> str:
        return provider_words(snapshot.provider)

    def row_title(self, row: CostSnapshot) -> str:
        return f"Costs of {row.organization} in {row.year}-{row.month:02d}, as of {time_text(row.collected_at)}"


def _line_text(line: dict[str, Any], currency: str) -> str:
    where = f"{line['service']} ({line['operator']})" if line["operator"] else line["service"]
    quantity, amount = quantity_text(line["quantity_micros"]), money_text(line["amount_micros"], currency)
    return f"{where}: {quantity} {line['unit']}, {amount}"


@admin.register(CollectionFailure)
class CollectionFailureAdmin(ReadOnlyModelAdmin[CollectionFailure]):
    menu = Menu(Section.PRICES_AND_USAGE, 160, "running_with_errors")
    concern = Concern(
        title="Figures not collected today",
        rank=140,
        rows=lambda now: CollectionFailure.objects.filter(failed_at__gt=now - timedelta(days=1)),
        alarm=False,
    )
    list_display = ("organization", "figure", "read_from", "reason", "detail", "failed_at")
    list_filter = ("figure", "reason", "failed_at")
    list_select_related = ("organization",)
    search_fields = ORGANIZATION
    ordering = ("-failed_at", "-pk")

    @display(description="Read from", ordering="provider")
    def read_from(self, snapshot: CollectionFailure) -> str:
        return provider_words(snapshot.provider)

    def row_title(self, row: CollectionFailure) -> str:
        return f"{row.figure} of {row.organization}: {row.reason}"


@admin.register(CollectionSource)
class CollectionSourceAdmin(ReadOnlyModelAdmin[CollectionSource]):
    menu = Menu(Section.PRICES_AND_USAGE, 170, "input")
    list_display = ("organization", "where", "external_account", "updated_at")
    list_select_related = ("organization",)
    search_fields = (*ORGANIZATION, "=external_account")
    ordering = ("-updated_at", "-pk")
    actions_list = ("choose",)
    made_by = "choose"

    def row_title(self, row: CollectionSource) -> str:
        return f"Source for {row.organization}: {self.where(row)}"

    @display(description="Read from", ordering="upstream")
    def where(self, source: CollectionSource) -> str:
        return source.upstream or OWN_LEDGER

    def has_choose_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("snapshots.change_collectionsource")

    @action(description="Choose a source", url_path="choose", permissions=["choose"], icon="input")
    def choose(self, request: HttpRequest) -> HttpResponse:
        question = Question(
            title="Choose where an organization's balance and costs are read",
            form=SourceForm,
            initial={"organization": customer_in_address(request)},
            review=_review,
            explanation="Applies from the next collection on. Existing snapshots do not change.",
            button="Choose",
        )

        def perform(cleaned: Any) -> str:
            source = services.choose_source(
                organization=cleaned["organization"],
                upstream=cleaned["upstream"],
                external_account=cleaned["external_account"],
                now=timezone.now(),
            )
            self.log_change(request, source, f"Reads {self.where(source)}: {cleaned['reason']}")
            return f"{source.organization} is read from {self.where(source)}."

        return confirm(request, admin=self, question=question, perform=perform)


def _review(cleaned: Any) -> Review:
    old = CollectionSource.objects.filter(organization=cleaned["organization"]).first()
    return Review([Change("Read from", (old and old.upstream) or OWN_LEDGER, cleaned["upstream"] or OWN_LEDGER)])
