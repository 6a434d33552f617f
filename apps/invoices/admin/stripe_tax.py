"""Stripe Tax on the page of an invoice: the status and two buttons; and the button that switches a seller's tax."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.billing_profiles.models import BillingProfile, Seller
from apps.common.admin import (
    Change,
    ConfirmForm,
    PageExtension,
    Question,
    Review,
    confirm,
    confirm_step,
    register_extension,
)
from apps.common.errors import BillingError
from apps.invoices import services
from apps.invoices.models import Document, TaxCalculation


class ReportForm(ConfirmForm):
    """The reason to report a document to Stripe Tax again, and the transaction that Stripe made for it, if any."""

    transaction = forms.CharField(
        label="Transaction at Stripe",
        required=False,
        max_length=255,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Only if Stripe has the sale but its answer was lost: the id in Stripe's export of transactions.",
    )


class StripeTaxMixin:
    """The answer of Stripe Tax about a document, and the buttons for it; mixed into the admin of documents."""

    _document: Any
    _page: Any
    log_change: Any

    @admin.display(description="Tax by Stripe")
    def tax_by_stripe(self, row: Document) -> str:
        asked = row.tax_calculation
        if asked is None:
            return "-"
        why = f": {asked.error}" if asked.state == TaxCalculation.State.REFUSED else ""
        return f"{asked.get_state_display()}{why}" + (f", {asked.stripe_id}" if asked.stripe_id else "")

    @action(description="Ask Stripe for the tax", url_path="ask-tax", permissions=["write"], icon="percent")
    def ask_tax(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._document(object_id)

        def perform(cleaned: Any) -> str:
            made = services.refresh_tax(document_id=row.pk, is_again=True, now=timezone.now())
            self.log_change(request, row, f"Asked Stripe for the tax: {cleaned['reason']}")
            is_known = made.tax_calculation is None or made.tax_calculation.counts_at(timezone.now())
            return "Stripe has already calculated this." if is_known else "Asked Stripe. Reload the page in a moment."

        def review(_: Any) -> Review:
            return Review([Change("Tax", self.tax_by_stripe(row), "calculated for today's customer, prices and day")])

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Ask Stripe for the tax",
                explanation="The seller's and the customer's current records are used. The customer is not charged.",
                review=review,
                button="Ask Stripe",
            ),
            perform=perform,
            subject=row,
        )

    @action(description="Report to Stripe Tax", url_path="report-tax", permissions=["write"], icon="outbox")
    def report_tax(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._document(object_id)
        return confirm_step(
            request,
            row,
            admin=self,
            question=Question(
                title="Report to Stripe Tax",
                form=ReportForm,
                explanation="For a document that Stripe Tax refused. If Stripe already has it, nothing is sent.",
                review=lambda _: Review([Change("At Stripe Tax", "", f"{row}, once")]),
                button="Report to Stripe",
            ),
            perform=lambda cleaned: services.report_again(
                document_id=row.pk, transaction=cleaned["transaction"].strip(), now=timezone.now()
            ),
            done="Queued for Stripe Tax, unless Stripe already has it.",
        )


class TaxEngineForm(ConfirmForm):
    """Where a seller's tax comes from."""

    tax_engine = forms.ChoiceField(label="Tax comes from", choices=Seller.TaxEngine, widget=UnfoldAdminSelectWidget())


@register_extension(Seller)
class SellerTaxEngine(PageExtension[Seller]):
    """The button that changes where a seller's tax comes from, with a review of the consequences."""

    added_buttons = ("change_tax_engine",)

    def get_readonly_fields(self, request: HttpRequest, obj: Seller | None = None) -> Any:
        """Make the field read-only for a stored seller, because only the button changes it and its drafts."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else [*fields, "tax_engine"]

    def has_switch_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("billing_profiles.change_seller")

    @action(description="Switch tax", url_path="tax-engine", permissions=["switch"], icon="percent")
    def change_tax_engine(self, request: HttpRequest, object_id: str) -> HttpResponse:
        seller = self.row_or_404(request, object_id)

        def perform(cleaned: Any) -> str:
            engine = Seller.TaxEngine(cleaned["tax_engine"])
            services.change_tax_engine(seller_id=seller.pk, engine=engine, now=timezone.now())
            self.log_change(request, seller, f"Tax comes from {engine.label}: {cleaned['reason']}")
            return f"Switched to “{engine.label}”; drafts are taxed again."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Switch tax",
                form=TaxEngineForm,
                initial={"tax_engine": seller.tax_engine},
                review=lambda cleaned: Review(_consequences(seller, Seller.TaxEngine(cleaned["tax_engine"]))),
                explanation="Documents with a number keep their tax. For Stripe Tax, enter your tax registrations in "
                "Stripe's settings first. Stripe charges for each calculation.",
                button="Switch tax",
            ),
            perform=perform,
            subject=seller,
        )


def _consequences(seller: Seller, engine: Seller.TaxEngine) -> list[Change]:
    """Return what switching a seller's tax changes.

    Raises:
        BillingError: the tax already comes from there.
    """
    if engine == seller.tax_engine:
        raise BillingError(f"It is already “{engine.label}”.", field="tax_engine")
    drafts = Document.objects.filter(seller=seller, state=Document.State.DRAFT).count()
    changes = [
        Change("Tax comes from", seller.get_tax_engine_display(), engine.label),
        Change("Drafts that are taxed again", "", str(drafts)),
    ]
    if engine != Seller.TaxEngine.STRIPE:
        return changes
    vague = BillingProfile.objects.filter(seller=seller, country__in=services.NEED_POSTAL_CODE, postal_code="")
    return [
        *changes,
        Change("Customers whose address Stripe refuses because it has no postal code", "", str(vague.count())),
    ]
