"""Admin page of order forms, receipts and statements, with their emails, and the buttons that make them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action

from apps.common.admin import (
    DayRangeFilter,
    Menu,
    PageExtension,
    ReadOnlyModelAdmin,
    Section,
    register_extension,
    shown_once,
)
from apps.contracts.models import Contract
from apps.invoices.models import Money
from apps.mail.models import MailMessage
from apps.mail.paper_mails import NOBODY, mail_after_review, mail_log
from apps.mail.selectors import people_reached
from apps.papers import services
from apps.papers.models import Paper
from apps.payments.models import StripePayment
from apps.payments.selectors import is_untaxed_credit


@admin.register(Paper)
class PaperAdmin(ReadOnlyModelAdmin[Paper]):
    menu = Menu(Section.CONTRACTS, 17, "description")
    list_title = "Order forms, receipts, statements"
    found_by = ("pk", "number")
    list_display = ("__str__", "kind", "organization", "issue_date", "first_day", "last_day", "amount_micros")
    list_filter = ("kind", ("issue_date", DayRangeFilter))
    linked_by = ("organization", "organization__id__exact")
    list_select_related = ("organization",)
    money_unit = "organization__currency"
    search_fields = ("id__exact", "number__exact", "sha256__exact", "organization__slug", "organization__name")
    ordering = ("-created_at", "pk")
    readonly_fields = ("delivery", "mails")
    actions_detail = ("open_pdf", "mail")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("title", "number"),
                    ("organization", "kind"),
                    ("issue_date", "language"),
                    ("first_day", "last_day", "amount_micros"),
                )
            },
        ),
        ("Email", {"fields": ("delivery", "mails")}),
        ("History", {"fields": (("created_by", "created_at"), "sha256")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        return super().get_queryset(request).defer("pdf", "content")

    def has_mail_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.replay_work")

    @admin.display(description="Goes to")
    @shown_once
    def delivery(self, row: Paper) -> str:
        """Say who gets it by email, or why nobody does."""
        people = people_reached(row.organization_id, services.template_of(row))
        return ", ".join(map(str, people)) or NOBODY

    @admin.display(description="Emails")
    @shown_once
    def mails(self, row: Paper) -> SafeString:
        """List the emails with it, newest first."""
        return mail_log(row.organization_id, row.pk)

    @action(description="PDF", url_path="pdf", permissions=["view"], icon="picture_as_pdf")
    def open_pdf(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:paper_pdf", args=[object_id]))

    @action(description="Email to the customer", url_path="mail", permissions=["mail"], icon="forward_to_inbox")
    def mail(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Email the paper to the customer's billing contacts."""
        row = get_object_or_404(self.get_queryset(request).select_related("organization"), pk=object_id)

        def send(key: str) -> list[MailMessage]:
            return services.mail_paper(paper_id=row.pk, key=key, now=timezone.now())

        return mail_after_review(request, self, row, to=lambda: self.delivery(row), send=send)


def paper_links(papers: Iterable[Paper]) -> SafeString:
    """List papers with links to their pages, newest first."""
    lines = format_html_join(
        "",
        '<li><a class="font-medium text-link" href="{}">{}</a>, {}</li>',
        ((reverse("admin:papers_paper_change", args=[each.pk]), each, each.issue_date) for each in papers),
    )
    return SafeString(f"<ul>{lines}</ul>") if lines else SafeString("None yet.")


def papers_about(row: Contract | Money | StripePayment) -> QuerySet[Paper]:
    """Return the papers about a contract, money received or a payment, newest first."""
    about = {"contract": row} if isinstance(row, Contract) else {"money" if isinstance(row, Money) else "payment": row}
    papers = Paper.objects.filter(organization=row.organization_id, **about).defer("pdf", "content")
    return papers.order_by("-created_at", "pk")


@register_extension(Contract)
class ContractPapers(PageExtension[Contract]):
    added_buttons = ({"title": "Order form", "icon": "picture_as_pdf", "items": ["order_form", "mail_order_form"]},)
    added_fields = ("order_forms",)
    added_fieldsets = (("Papers", {"fields": ("order_forms",)}),)

    def has_send_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.replay_work")

    @admin.display(description="Order forms")
    @shown_once
    def order_forms(self, row: Contract) -> SafeString:
        return paper_links(papers_about(row))

    @action(description="Open order form", url_path="order-form", permissions=["view"], icon="picture_as_pdf")
    def order_form(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:order_form", args=[object_id]))

    @action(description="Email order form", url_path="mail-order-form", permissions=["send"], icon="forward_to_inbox")
    def mail_order_form(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:order_form_mail", args=[object_id]))


@register_extension(Money)
class MoneyPapers(PageExtension[Money]):
    added_buttons = ("receipt", "mail_receipt")
    added_fields = ("receipts",)
    added_fieldsets = (("Papers", {"fields": ("receipts",)}),)

    def buttons_for(self, row: Money) -> list[str]:
        """Offer a receipt for money that came from outside and was not taken back."""
        has_receipt = row.source != Money.Source.CREDIT_NOTE and row.returned_at is None
        return [*(["receipt", "mail_receipt"] if has_receipt else []), *super().buttons_for(row)]  # type: ignore[misc]

    def has_send_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.replay_work")

    @admin.display(description="Receipts")
    @shown_once
    def receipts(self, row: Money) -> SafeString:
        return paper_links(papers_about(row))

    @action(description="Receipt", url_path="receipt", permissions=["view"], icon="picture_as_pdf")
    def receipt(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:receipt", args=[object_id]))

    @action(description="Email receipt", url_path="mail-receipt", permissions=["send"], icon="forward_to_inbox")
    def mail_receipt(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:receipt_mail", args=[object_id]))


@register_extension(StripePayment)
class PaymentPapers(PageExtension[StripePayment]):
    added_buttons = ("receipt", "mail_receipt")
    added_fields = ("receipts",)
    added_fieldsets = (("Papers", {"fields": ("receipts",)}),)

    def buttons_for(self, row: StripePayment) -> list[str]:
        """Offer a receipt for credit that was bought without tax; other credit has an invoice."""
        offered = ["receipt", "mail_receipt"] if row.settled_at and is_untaxed_credit(row) else []
        return [*offered, *super().buttons_for(row)]  # type: ignore[misc]

    def has_send_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.replay_work")

    @admin.display(description="Receipts")
    @shown_once
    def receipts(self, row: StripePayment) -> SafeString:
        return paper_links(papers_about(row))

    @action(description="Receipt", url_path="receipt", permissions=["view"], icon="picture_as_pdf")
    def receipt(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:credit_receipt", args=[object_id]))

    @action(description="Email receipt", url_path="mail-receipt", permissions=["send"], icon="forward_to_inbox")
    def mail_receipt(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:credit_receipt_mail", args=[object_id]))
