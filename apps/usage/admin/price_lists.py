"""Imported price lists: import a file as drafts, review the changes, publish all of it, export it."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from apps.approvals.actions import person
from apps.approvals.pages import confirm_action, reason_and_key
from apps.common.admin import (
    FileArguments,
    Menu,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Role,
    Section,
    confirm,
    confirm_upload,
    count_text,
    day_text,
    money_text,
)
from apps.common.csv_text import MARK, csv_line
from apps.common.errors import BillingError
from apps.common.money import MICROS_PER_UNIT, decimal_text
from apps.pricing.csv_list import is_csv
from apps.pricing.models import KeptPrices, PriceBook, PriceListImport
from apps.pricing.services import (
    ListTerms,
    choose_kept_prices,
    discard_price_list,
    export_price_list,
    import_price_list,
)
from apps.usage.actions import NameListedModels, PublishPriceList
from apps.usage.admin.price_list_forms import ImportForm, KeptPricesForm, PublishForm
from apps.usage.preview import preview_price_list
from apps.usage.selectors.previewed_usage import Window, WindowInvalid, chosen_days, last_days

State = PriceListImport.State
OFFERED = {
    State.DRAFT: ("publish", "keep_old", "discard", "preview_page", "preview_file", "export_file"),
    State.PUBLISHED: ("take_names", "export_file"),
}
SHOWN = 50


def _until(kept: KeptPrices) -> str:
    return f"until {day_text(kept.until)}" if kept.until else "permanently"


def _typed(kept: KeptPrices) -> str:
    """Return the form's line for a customer who keeps the old prices."""
    return f"{kept.organization.slug} {kept.until:%Y-%m-%d}" if kept.until else kept.organization.slug


@admin.register(PriceListImport)
class PriceListAdmin(OffersByState[PriceListImport], ReadOnlyModelAdmin[PriceListImport]):
    menu = Menu(Section.PRICES_AND_USAGE, 26, "upload_file", (Role.BILLING,))
    made_by = "import_list"
    list_display = (
        "file_name",
        "book",
        "meter",
        "effective_from",
        "new_count",
        "changed_count",
        "same_count",
        "created_by",
        "state_shown",
    )
    list_select_related = ("book", "meter")
    list_filter = ("state", "book__currency")
    search_fields = ("file_name", "sha256")
    ordering = ("-pk",)
    actions_list = ("import_list",)
    actions_detail = ("publish", "keep_old", "discard", "preview_page", "preview_file", "take_names", "export_file")
    fieldsets: ClassVar[Any] = (
        (
            None,
            {
                "fields": (
                    "file_name",
                    "book",
                    "meter",
                    "effective_from",
                    "markup",
                    "rate_shown",
                    "step_micros",
                    "other_tiers_standard",
                    "ends_gone",
                    "state",
                )
            },
        ),
        ("Compared with the prices in force", {"fields": ("compared", "drafts_link", "gone_shown", "kept_shown")}),
        ("Before publishing", {"fields": ("warnings_shown", "problems_shown", "unread_shown", "aliases_shown")}),
        ("History", {"fields": ("created_by", "created_at", "reason", "discarded_for", "sha256")}),
    )

    @display(description="State", label={"draft": "info", "published": "success", "discarded": "warning"})
    def state_shown(self, row: PriceListImport) -> tuple[str, Any]:
        return row.state, row.get_state_display()

    @admin.display(description="Markup")
    def markup(self, row: PriceListImport) -> str:
        others = [f"{name} {decimal_text(ppm * 100)} %" for name, ppm in sorted(row.markups.items())]
        return "; ".join([f"{decimal_text(row.markup_ppm * 100)} %", *others[:SHOWN]])

    @admin.display(description="One dollar is")
    def rate_shown(self, row: PriceListImport) -> str:
        return f"{decimal_text(row.rate_micros)} {row.book.currency}"

    @admin.display(description="Models")
    def compared(self, row: PriceListImport) -> str:
        new, changed, same = (count_text(count) for count in (row.new_count, row.changed_count, row.same_count))
        return f"{new} new, {changed} changed, {same} unchanged"

    @admin.display(description="Prices")
    def drafts_link(self, row: PriceListImport) -> SafeString:
        page = reverse("admin:pricing_priceversion_changelist")
        return format_html(
            '<a class="underline" href="{}?price_list__id__exact={}">All prices of this list</a>', page, row.pk
        )

    @admin.display(description="No longer listed")
    def gone_shown(self, row: PriceListImport) -> str:
        return _first(row.gone) or "-"

    @admin.display(description="Customers who keep the old prices")
    def kept_shown(self, row: PriceListImport) -> str:
        kept = row.kept.select_related("organization").order_by("organization__slug")
        return _first([f"{each.organization.slug} {_until(each)}" for each in kept]) or "-"

    @admin.display(description="Warnings")
    def warnings_shown(self, row: PriceListImport) -> SafeString | str:
        return _lines([f"{text} ({len(models):,}): {_first(models)}" for text, models in row.warned_models.items()])

    @admin.display(description="Fields not read")
    def unread_shown(self, row: PriceListImport) -> SafeString | str:
        return _lines([f"{name}: {count_text(models)} models" for name, models in sorted(row.unread.items())])

    @admin.display(description="Models not read")
    def problems_shown(self, row: PriceListImport) -> SafeString | str:
        return _lines([f"{model}: {text}" for model, text in sorted(row.problems.items())])

    @admin.display(description="Aliases in the file")
    def aliases_shown(self, row: PriceListImport) -> SafeString | str:
        return _lines([f"{name} is {target}" for name, target in sorted(row.aliases.items())])

    def buttons_for(self, row: PriceListImport) -> Collection[str]:
        is_cost = row.book.purpose == PriceBook.Purpose.COST
        fits = {"take_names": bool(row.aliases), "keep_old": row.book.is_for_all}
        fits |= dict.fromkeys(("preview_page", "preview_file"), not is_cost)
        return [name for name in OFFERED.get(State(row.state), ()) if fits.get(name, True)]

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("pricing.change_priceversion")

    @action(description="Import a price list", url_path="import", permissions=["move"], icon="upload")
    def import_list(self, request: HttpRequest) -> HttpResponse:
        def store(cleaned: Mapping[str, Any], file: FileArguments) -> PriceListImport:
            terms = ListTerms(
                book=cleaned["book"],
                meter=cleaned["meter"],
                effective_from=cleaned["effective_from"],
                markup_ppm=int(Decimal(cleaned["markup_percent"]).scaleb(4)),
                markups=cleaned["markups"],
                rate_micros=MICROS_PER_UNIT if cleaned["rate"] is None else cleaned["rate"],
                step_micros=cleaned["step"] or 0,
                other_tiers_standard=cleaned["other_tiers_standard"],
                ends_gone=cleaned["ends_gone"],
            )
            return import_price_list(terms=terms, reason=cleaned["reason"], created_by=person(request.user), **file)

        return confirm_upload(
            request,
            admin=self,
            question=Question(
                title="Import a price list",
                form=ImportForm,
                explanation="New and changed prices become drafts. None is in force until the list is published.",
                button="Import",
            ),
            store=store,
        )

    @action(description="Publish", url_path="publish", permissions=["move"], icon="publish")
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)

        return confirm_action(
            request,
            admin=self,
            action=PublishPriceList,
            build=lambda cleaned: PublishPriceList.of(
                row, starts_at=cleaned["starts_at"], now=timezone.now(), **reason_and_key(cleaned)
            ),
            form=PublishForm,
            initial={
                "starts_at": row.effective_from,
                "when": "later" if row.effective_from > timezone.now() else "soon",
            },
            explanation="All prices of the list are published at once. A published price never changes.",
            button="Publish",
            back=self._page(row),
            subject=row,
        )

    @action(description="Keep old prices", url_path="keep", permissions=["move"], icon="lock_clock")
    def keep_old(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        chosen = row.kept.select_related("organization").order_by("organization__slug")

        def perform(cleaned: Any) -> str:
            by = person(request.user)
            choose_kept_prices(imported=row, until=cleaned["customers"], created_by=by, now=timezone.now())
            return f"Customers who keep the old prices: {len(cleaned['customers'])}."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Customers who keep the old prices",
                form=KeptPricesForm,
                initial={"customers": "\n".join(map(_typed, chosen))},
                explanation="When the list is published, the prices that it replaces become these customers' own.",
                button="Choose",
                makes_drafts=True,
                history=[row],
            ),
            perform=perform,
            subject=row,
        )

    @action(description="Discard", url_path="discard", permissions=["move"], icon="delete")
    def discard(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)

        def perform(cleaned: Any) -> str:
            discard_price_list(import_id=row.pk, reason=cleaned["reason"])
            return "The drafts were deleted."

        return confirm(
            request,
            admin=self,
            question=Question(title="Discard this price list", button="Discard", danger=True),
            perform=perform,
            subject=row,
        )

    @action(description="Create aliases", url_path="names", permissions=["move"], icon="alternate_email")
    def take_names(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        return confirm_action(
            request,
            admin=self,
            action=NameListedModels,
            build=lambda cleaned: NameListedModels(
                currency=row.book.currency, import_id=row.pk, **reason_and_key(cleaned)
            ),
            explanation="Usage of these names is then counted and charged as usage of their models. Names that have "
            "a price, or are an alias already, are skipped. Each alias can be ended on its own.",
            button="Create these aliases",
            back=self._page(row),
            subject=row,
        )

    @action(description="Preview", url_path="preview-page", permissions=["move"], icon="preview")
    def preview_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what usage of a window would have cost each customer, the largest change first, and by model."""
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        now, error = timezone.now(), ""
        try:
            window = window_of(request, now)
        except WindowInvalid as invalid:
            window, error = last_days(now), invalid.detail
        preview, lines = preview_price_list(row, now, window)
        unit = row.book.currency
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "title": f"Preview of {row.file_name}",
            "file": f"{reverse('admin:pricing_pricelistimport_preview_file', args=[row.pk])}?{query_of(window)}",
            "first_day": window.first,
            "last_day": min(window.last, now.astimezone(UTC).date()),
            "error": error,
            "tables": [
                (
                    "By customer",
                    "Customer",
                    [
                        (change.organization.name, *_amounts(change.before_micros, change.after_micros, unit))
                        for change in preview.changes[:SHOWN]
                    ],
                    len(preview.changes) > SHOWN,
                ),
                (
                    "By customer and model",
                    "Customer and model",
                    [
                        (
                            f"{line.organization.name}, {line.model}",
                            *_amounts(line.before_micros, line.after_micros, unit),
                        )
                        for line in lines[:SHOWN]
                    ],
                    len(lines) > SHOWN,
                ),
            ],
        }
        return TemplateResponse(request, "admin/usage/list_preview.html", context)

    @action(description="Preview as CSV", url_path="preview", permissions=["move"], icon="table_view")
    def preview_file(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        now = timezone.now()
        try:
            window = window_of(request, now)
        except WindowInvalid as invalid:
            return HttpResponse(invalid.detail, status=400, content_type="text/plain; charset=utf-8")
        _, lines = preview_price_list(row, now, window)
        text = csv_line(["customer", "model", f"charge before, {row.book.currency}", "charge after"])
        for line in lines:
            after = "waits for a price" if line.after_micros is None else decimal_text(line.after_micros)
            text += csv_line([line.organization.name, line.model, decimal_text(line.before_micros), after])
        return _file(MARK + text, "text/csv; charset=utf-8", f"price-list-{row.pk}-{window.first}-{window.last}.csv")

    @action(description="Export", url_path="export", permissions=["move"], icon="download")
    def export_file(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        try:
            content = export_price_list(row, timezone.now())
        except BillingError as error:
            messages.error(request, f"The list cannot be exported: {error.detail}.")
            return HttpResponseRedirect(self._page(row))
        kind, ending = ("text/csv; charset=utf-8", "csv") if is_csv(content) else ("application/json", "json")
        return _file(content, kind, f"price-list-{row.pk}.{ending}")

    def _page(self, row: PriceListImport) -> str:
        return reverse("admin:pricing_pricelistimport_change", args=[row.pk])


def window_of(request: HttpRequest, now: datetime) -> Window:
    """Return the requested days, or the default ones, over which the size of the publication is computed.

    Raises:
        WindowInvalid: they are not dates, or not a window that can be previewed.
    """
    texts = [request.GET.get(name, "") for name in ("from", "to")]
    if not any(texts):
        return last_days(now)
    try:
        return chosen_days(*(date.fromisoformat(text) for text in texts))
    except ValueError as error:
        raise WindowInvalid("give the first and the last day of the window") from error


def query_of(window: Window) -> str:
    """Return the query string of a window; empty for the default one."""
    return "" if window.is_default else urlencode({"from": str(window.first), "to": str(window.last)})


def _amounts(before_micros: int, after_micros: int | None, unit: str) -> tuple[str, str, str]:
    """Return a charge before and after, and the difference."""
    if after_micros is None:
        return money_text(before_micros, unit), "waits for a price", ""
    return tuple(money_text(each, unit) for each in (before_micros, after_micros, after_micros - before_micros))  # type: ignore[return-value]


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _first(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {count_text(more)} more" if more > 0 else "")


def _lines(texts: list[str]) -> SafeString | str:
    if not texts:
        return "-"
    more = [f"and {len(texts) - SHOWN:,} more"] if len(texts) > SHOWN else []
    return format_html_join("", "<div>{}</div>", ((text,) for text in (*texts[:SHOWN], *more)))
