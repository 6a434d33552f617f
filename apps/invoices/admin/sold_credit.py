"""The page that sells credit on account: it saves the draft of an invoice, which is finalized like any other."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from apps.approvals.actions import person
from apps.common.admin import Question, confirm
from apps.invoices import services
from apps.invoices.forms import SoldCreditForm
from apps.invoices.models import Money
from apps.invoices.services.sold_credit import net_within
from apps.tenants.forms import customer_in_address


class SoldCreditMixin:
    """The button that sells credit; mixed into the admin of documents.

    A sum of money in the URL's query proposes the credit that it pays for.
    """

    has_add_permission: Any
    log_addition: Any

    def has_sell_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(self.has_add_permission(request))

    @action(description="Sell credit", url_path="sell-credit", permissions=["sell"], icon="add_card")
    def sell_credit(self, request: HttpRequest) -> HttpResponse:
        question = Question(
            title="Sell credit",
            form=SoldCreditForm,
            initial=_initial(request),
            explanation="Saves a draft. Once it is finalized, the customer's unapplied money pays it, and each "
            "payment brings credit for its part without tax.",
            button="Save draft",
            makes_drafts=True,
        )

        def perform(cleaned: Any) -> HttpResponse:
            document = services.draft_credit_sale(
                organization=cleaned["organization"],
                amount=cleaned["amount"],
                reason=cleaned["reason"],
                created_by=person(request.user),
                now=timezone.now(),
            )
            self.log_addition(request, document, f"Drafted: {cleaned['reason']}")
            return HttpResponseRedirect(reverse("admin:invoices_document_change", args=[document.pk]))

        return confirm(request, admin=self, question=question, perform=perform)


def _initial(request: HttpRequest) -> dict[str, Any]:
    try:
        named = UUID(request.GET.get("money", ""))
    except ValueError:
        return {"organization": customer_in_address(request)}
    money = Money.objects.filter(pk=named).select_related("organization").first()
    if money is None:
        return {"organization": customer_in_address(request)}
    return {
        "organization": money.organization,
        "amount": net_within(money.organization, money.unapplied_micros, timezone.now()),
    }
