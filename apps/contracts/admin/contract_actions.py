"""The contract actions that each state allows; each has a confirmation page."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action

from apps.approvals.pages import confirm_row_action, form_fields
from apps.common.admin import ReadOnlyModelAdmin
from apps.contracts.actions import CancelContract, ChangeRenewal, OfferContract
from apps.contracts.admin import contract_pages
from apps.contracts.confirmations import DetailsForm, RevisionForm
from apps.contracts.models import Contract

Status = Contract.Status
ALLOWED = {
    "edit": (Status.DRAFT, Status.PENDING_PAYMENT),
    "offer": (Status.DRAFT,),
    "amend": (Status.PENDING_PAYMENT, Status.ACTIVE, Status.PAST_DUE),
    "details": (Status.PENDING_PAYMENT, Status.ACTIVE, Status.PAST_DUE),
    "cancel_at": (Status.ACTIVE, Status.PAST_DUE),
    "cancel": (Status.DRAFT, Status.PENDING_PAYMENT, Status.ACTIVE, Status.PAST_DUE),
}


class ContractActions(ReadOnlyModelAdmin[Contract]):
    """Adds the actions to a contract's page."""

    actions_detail = ("edit", "offer", "amend", "details", "cancel")

    def _allows(self, request: HttpRequest, object_id: Any, what: str) -> bool:
        """Return whether the user and the contract's state allow an action; the state is read once per request."""
        if not request.user.has_perm("contracts.change_contract"):
            return False
        if object_id is None:
            return True
        states: dict[str, str | None] = request.__dict__.setdefault("_contract_states", {})
        key = str(object_id)
        if key not in states:
            states[key] = Contract.objects.filter(pk=_uuid(key)).values_list("status", flat=True).first()
        return states[key] in ALLOWED[what]

    def has_edit_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._allows(request, object_id, "edit")

    def has_offer_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._allows(request, object_id, "offer")

    def has_amend_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._allows(request, object_id, "amend")

    def has_details_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._allows(request, object_id, "details")

    def has_cancel_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._allows(request, object_id, "cancel")

    @action(description="Edit", url_path="edit", permissions=["edit"], icon="edit")
    def edit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return contract_pages.edit_page(request, self, self._contract(request, object_id))

    @action(description="Amend", url_path="amend", permissions=["amend"], icon="difference")
    def amend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return contract_pages.amend_page(request, self, self._contract(request, object_id))

    @action(description="Offer", url_path="offer", permissions=["offer"], icon="send")
    def offer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        contract = self._contract(request, object_id)
        return confirm_row_action(
            request,
            contract,
            OfferContract,
            admin=self,
            given=lambda cleaned: {"seen_revision": cleaned["seen_revision"], "now": timezone.now()},
            form=RevisionForm,
            initial={"seen_revision": contract.revision},
            explanation="The customer can now see and pay it. Collection is set up at Stripe.",
            button="Offer",
        )

    @action(description="Renewal and notes", url_path="details", permissions=["details"], icon="event_repeat")
    def details(self, request: HttpRequest, object_id: str) -> HttpResponse:
        contract = self._contract(request, object_id)
        return confirm_row_action(
            request,
            contract,
            ChangeRenewal,
            admin=self,
            given=form_fields("auto_renew", "notes", "seen_revision"),
            form=DetailsForm,
            initial={
                "auto_renew": contract.auto_renew,
                "notes": contract.notes,
                "seen_revision": contract.revision,
            },
            explanation="These do not affect installments. Amend the contract to change anything else.",
            button="Save",
        )

    @action(description="Cancel at once", url_path="cancel", permissions=["cancel"], icon="cancel")
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        contract = self._contract(request, object_id)
        return confirm_row_action(
            request,
            contract,
            CancelContract,
            admin=self,
            given=form_fields("seen_revision"),
            form=RevisionForm,
            initial={"seen_revision": contract.revision},
            explanation=(
                "Unpaid installments become void and nothing more is collected. Paid installments stay: their credit "
                "can be spent and their service is earned to the end. To refund money, open the installment."
            ),
            button="Cancel the contract",
        )

    def _contract(self, request: HttpRequest, object_id: str) -> Contract:
        found = self.get_queryset(request).select_related("organization").filter(pk=_uuid(object_id)).first()
        if found is None:
            raise Http404
        return found


def _uuid(text: str) -> UUID:
    """Parse an id from a URL; return the nil UUID, which matches no contract, if it is malformed."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
