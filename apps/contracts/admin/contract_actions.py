"""What staff do with a contract, as its state allows: a page each, asking before it acts."""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action

from apps.common.admin import Change, Question, ReadOnlyModelAdmin, confirm, money_text
from apps.contracts import services
from apps.contracts.admin import writing
from apps.contracts.models import Contract
from apps.contracts.questions import DetailsForm, SeenForm

Status = Contract.Status
ALLOWED = {
    "edit": (Status.DRAFT, Status.PENDING_PAYMENT),
    "offer": (Status.DRAFT,),
    "amend": (Status.PENDING_PAYMENT, Status.ACTIVE, Status.PAST_DUE),
    "details": (Status.PENDING_PAYMENT, Status.ACTIVE, Status.PAST_DUE),
    "cancel": (Status.DRAFT, Status.PENDING_PAYMENT, Status.ACTIVE, Status.PAST_DUE),
}


class ContractActions(ReadOnlyModelAdmin[Contract]):
    """The actions of a contract's page."""

    actions_detail = ("edit", "offer", "amend", "details", "cancel")

    def _allows(self, request: HttpRequest, object_id: Any, what: str) -> bool:
        """Say whether this person may do this to the contract in its state; the state is read once a request."""
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
        return writing.edit_page(request, self, self._contract(request, object_id))

    @action(description="Amend", url_path="amend", permissions=["amend"], icon="difference")
    def amend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return writing.amend_page(request, self, self._contract(request, object_id))

    @action(description="Offer", url_path="offer", permissions=["offer"], icon="send")
    def offer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        contract = self._contract(request, object_id)
        question = Question(
            title="Offer this contract",
            form=SeenForm,
            initial={"seen_revision": contract.revision},
            explanation="The customer sees it from now on and can pay; how is arranged at Stripe.",
            changes=lambda _: [Change("Status", contract.get_status_display(), Status.PENDING_PAYMENT.label)],
            button="Offer",
        )

        def perform(cleaned: Any) -> str:
            services.offer_contract(contract_id=contract.pk, seen_revision=cleaned["seen_revision"], now=timezone.now())
            self.log_change(request, contract, f"Offered: {cleaned['reason']}")
            return f"{contract.organization} can now pay."

        return self._ask(request, question, perform, contract)

    @action(description="Renewal and notes", url_path="details", permissions=["details"], icon="event_repeat")
    def details(self, request: HttpRequest, object_id: str) -> HttpResponse:
        contract = self._contract(request, object_id)
        kept = {"auto_renew": contract.auto_renew, "notes": contract.notes, "seen_revision": contract.revision}
        question = Question(
            title="Renewal and notes",
            form=DetailsForm,
            initial=kept,
            explanation="What no instalment depends on; everything else is changed by an amendment.",
            button="Save",
        )

        def perform(cleaned: Any) -> str:
            services.change_details(
                contract_id=contract.pk,
                seen_revision=cleaned["seen_revision"],
                auto_renew=cleaned["auto_renew"],
                notes=cleaned["notes"],
                now=timezone.now(),
            )
            self.log_change(request, contract, f"Details changed: {cleaned['reason']}")
            return "Saved."

        return self._ask(request, question, perform, contract)

    @action(description="Cancel", url_path="cancel", permissions=["cancel"], icon="cancel")
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        contract = self._contract(request, object_id)
        question = Question(
            title="Cancel this contract",
            form=SeenForm,
            initial={"seen_revision": contract.revision},
            explanation=(
                "What is unpaid becomes void and nothing more is collected. What was paid stays: its credit can be "
                "spent, its service is earned to the end. Give money back on the instalment's own page."
            ),
            changes=lambda _: cancelling(contract),
            button="Cancel the contract",
            danger=True,
        )

        def perform(cleaned: Any) -> str:
            waiting = services.submit_cancellation(
                contract_id=contract.pk,
                seen_revision=cleaned["seen_revision"],
                reason=cleaned["reason"],
                key=f"staff:{cleaned['token']}",
                by=cast(User, request.user),
                now=timezone.now(),
            )
            done = "Cancellation asked for" if waiting else "Cancelled"
            self.log_change(request, contract, f"{done}: {cleaned['reason']}")
            return f"Request {waiting.pk} waits for a second person, who carries it out." if waiting else "Cancelled."

        return self._ask(request, question, perform, contract)

    def _contract(self, request: HttpRequest, object_id: str) -> Contract:
        found = self.get_queryset(request).select_related("organization").filter(pk=_uuid(object_id)).first()
        if found is None:
            raise Http404
        return found

    def _ask(self, request: HttpRequest, question: Question, perform: Any, contract: Contract) -> HttpResponse:
        return confirm(
            request,
            admin=self,
            question=question,
            perform=perform,
            back=writing.page_of(contract),
            subject=contract,
        )


def cancelling(contract: Contract) -> list[Change]:
    """Say what cancelling changes."""
    currency = contract.organization.currency
    rows = [row for row in contract.installments.all() if row.is_open]
    unpaid, received = sum(row.remaining_micros for row in rows), sum(row.paid_micros for row in rows)
    changes = [
        Change("Status", contract.get_status_display(), Status.CANCELLED.label),
        Change(f"Unpaid, {len(rows)} instalments", money_text(unpaid, currency), money_text(0, currency)),
    ]
    if received:
        text = money_text(received, currency)
        changes.append(Change("Received in part, to be given back", text, text))
    return changes


def _uuid(text: str) -> UUID:
    """Read an id from an address; what is none names no contract."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
