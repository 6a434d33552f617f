"""Pages to write, edit, and amend a contract, with a live preview of the schedule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from apps.approvals.actions import Action
from apps.approvals.limits import needs_second_person
from apps.approvals.pages import report_result, second_person
from apps.approvals.submission import submit
from apps.common.errors import BillingError
from apps.common.transactions import serialized
from apps.contracts import selectors, services
from apps.contracts.actions import AmendContract, EditContract, OfferContract
from apps.contracts.actions.terms import PricingAction
from apps.contracts.agreed_prices import AgreedPrice
from apps.contracts.forms import AmendForm, ContractForm, EditForm, TermsForm, initial_terms
from apps.contracts.models import Contract
from apps.contracts.preview import SchedulePreview, preview
from apps.contracts.schedule import build_schedule
from apps.tenants.forms import customer_in_address

# The contract to show next, and the action to submit for it, if any.
Saved = tuple[Contract, Action | None]


def staff(request: HttpRequest) -> str:
    """Return the user's name as `created_by` columns store it."""
    return f"staff:{request.user.get_username()}"


def page_of(contract: Contract) -> str:
    """Return the URL of a contract's page."""
    return reverse("admin:contracts_contract_change", args=[contract.pk])


def write_page(request: HttpRequest, admin: Any) -> HttpResponse:
    """Write a new contract: save the draft and, with the "offer" button, offer it immediately."""
    typed = request.POST if request.method == "POST" else None
    form = ContractForm(typed, initial={"organization": customer_in_address(request), "term_months": 12})

    def save() -> Saved:
        now = timezone.now()
        contract = services.draft_contract(
            organization=form.cleaned_data["organization"],
            draft=form.draft(),
            created_by=staff(request),
            now=now,
        )
        admin.log_addition(request, contract, "Written")
        return contract, _offer(contract, "Offered when it was created") if "_offer" in request.POST else None

    def proposed() -> PricingAction:
        typed = form.cleaned_data
        given = typed["bonus_credits_micros"] or 0
        given += sum(row.discount_micros for row in build_schedule(form.scheduled_terms()))
        contract = Contract(organization=typed["organization"], bonus_credits_micros=given)
        return _offer(contract, "", form.cleaned_data["prices"])

    return _page(request, admin, form, _Purpose("Write a contract", save, proposed, may_offer=True))


def edit_page(request: HttpRequest, admin: Any, contract: Contract) -> HttpResponse:
    """Edit a contract that has no payments."""
    form = EditForm(
        request.POST if request.method == "POST" else None, contract=contract, initial=_as_written(contract)
    )

    def edit() -> PricingAction:
        seen = form.cleaned_data["seen_revision"]
        return EditContract.of(
            contract,
            draft=form.draft(),
            seen_revision=seen,
            reason="Edited before the first payment",
            key=f"contract-edit:{contract.pk}:{seen}",
            now=timezone.now(),
        )

    def save() -> Saved:
        if contract.status != Contract.Status.DRAFT:
            return contract, edit()
        edited = services.edit_contract(
            contract_id=contract.pk,
            seen_revision=form.cleaned_data["seen_revision"],
            draft=form.draft(),
            edited_by=staff(request),
            now=timezone.now(),
        )
        admin.log_change(request, edited, "Edited")
        return edited, None

    proposed = None if contract.status == Contract.Status.DRAFT else edit
    return _page(request, admin, form, _Purpose("Edit the contract", save, proposed, contract))


def amend_page(request: HttpRequest, admin: Any, contract: Contract) -> HttpResponse:
    """Amend a contract from a given day; the preview marks kept, replaced, and new installments."""
    form = AmendForm(
        request.POST if request.method == "POST" else None, contract=contract, initial=_what_is_left(contract)
    )

    def amend() -> PricingAction:
        seen = form.cleaned_data["seen_revision"]
        return AmendContract.of(
            contract,
            amendment=services.Amendment(
                effective_date=form.cleaned_data["effective_date"],
                agreed=form.agreed(),
                reason=form.cleaned_data.get("reason", ""),
            ),
            seen_revision=seen,
            key=f"contract-amendment:{contract.pk}:{seen}",
            now=timezone.now(),
        )

    return _page(request, admin, form, _Purpose("Amend the contract", lambda: (contract, amend()), amend, contract))


def _offer(contract: Contract, reason: str, prices: tuple[AgreedPrice, ...] | None = None) -> OfferContract:
    key, now = f"contract-offer:{contract.pk}:{contract.revision}", timezone.now()
    return OfferContract.of(contract, seen_revision=contract.revision, reason=reason, key=key, now=now, prices=prices)


def _as_written(contract: Contract) -> dict[str, Any]:
    return {
        **initial_terms(selectors.newest_version(contract)),
        "organization": contract.organization,
        "start_date": contract.start_date,
        "bonus_credits_micros": contract.bonus_credits_micros,
        "auto_renew": contract.auto_renew,
        "notes": contract.notes,
        "seen_revision": contract.revision,
    }


def _what_is_left(contract: Contract) -> dict[str, Any]:
    """Return the initial form values: the first amendable day, and the unpaid amounts from then on."""
    version = selectors.recurring_version(contract)
    rows = selectors.current_schedule(contract)
    since = selectors.first_amendable_day(contract, rows)
    left = [row for row in selectors.rows_to_replace(rows, since) if not row.is_one_time]
    months = version.terms("").months_per_period
    return {
        "payment_frequency": version.payment_frequency,
        "payment_terms_days": version.payment_terms_days,
        "effective_date": since,
        "term_months": len(left) * months,
        "credit_portion_micros": sum(row.credit_micros for row in left),
        "service_portion_micros": sum(row.service_micros for row in left),
        "credit_period_limit": _limit([row.credit_micros for row in left]),
        "service_period_limit": _limit([row.service_micros for row in left]),
        "discount_micros": sum(row.agreed_discount_micros for row in left),
        "seen_revision": contract.revision,
    }


def _limit(portions: list[int]) -> int | None:
    """Return the number of periods with an amount, or None if all or none have one."""
    carrying = sum(1 for portion in portions if portion)
    return carrying if 0 < carrying < len(portions) else None


def _preview(form: TermsForm) -> SchedulePreview | None:
    """Return the preview of the typed terms, or None if they do not form a schedule."""
    if not form.makes_a_schedule():
        return None
    if not isinstance(form, AmendForm):
        return preview(form.scheduled_terms())
    rows = selectors.current_schedule(form.contract)
    replaced = selectors.rows_to_replace(rows, form.cleaned_data["effective_date"])
    kept, terms = [row for row in rows if row not in replaced], form.scheduled_terms()
    renewal = services.renewal_terms(form.contract, terms) if form.contract.auto_renew else None
    return preview(terms, kept=kept, replaced=replaced, renewal=renewal)


@serialized
def _save(request: HttpRequest, save: Callable[[], Saved]) -> Contract:
    """Save the contract and submit its action, if any, in one transaction."""
    saved, action = save()
    waiting = submit(action, by=cast(User, request.user), now=timezone.now()) if action else None
    if action is not None and waiting is not None:
        report_result(request, action, waiting)
    else:
        saved.refresh_from_db()
        messages.success(request, f"Saved: {saved.organization}, {saved.get_status_display().lower()}.")
    return saved


def _consequences(request: HttpRequest, proposed: Callable[[], PricingAction], new_from: date | None) -> dict[str, Any]:
    """Return what saving changes and whether a second person is needed, or why saving is refused.

    `new_from` is the start of a contract that is not stored yet.
    """
    by, now = cast(User, request.user), timezone.now()
    try:
        action = proposed()
        changes = action.price_changes(new_from, now) if new_from else action.preview(by=by, now=now)
        row = second_person(needs_second_person(action, by=by, now=now))
    except BillingError as error:
        return {"refused": error.detail or error.title}
    return {"changes": changes, "second_person": f"{row.what} {row.after}"}


@dataclass(frozen=True, slots=True)
class _Purpose:
    """The purpose of the page: how the terms are saved, and the action that saving submits."""

    title: str
    save: Callable[[], Saved]
    proposed: Callable[[], PricingAction] | None
    contract: Contract | None = None
    may_offer: bool = False


def _page(request: HttpRequest, admin: Any, form: TermsForm, purpose: _Purpose) -> HttpResponse:
    contract, proposed = purpose.contract, purpose.proposed
    shown = _preview(form)
    form.show_currency()
    context: dict[str, Any] = {"form": form, "preview": shown, "contract": contract}
    if shown is not None and proposed is not None:
        context |= _consequences(request, proposed, None if contract else form.cleaned_data["start_date"])
    if request.headers.get("HX-Request") == "true":
        return TemplateResponse(request, "admin/contracts/preview.html", {**context, "is_update": True})
    if request.method == "POST" and "_preview" not in request.POST and form.is_valid():
        try:
            saved = _save(request, purpose.save)
        except BillingError as error:
            form.refuse(error)
        else:
            return HttpResponseRedirect(page_of(saved))
    context |= {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": purpose.title,
        "original": contract,
        "may_offer": purpose.may_offer,
        "back": page_of(contract) if contract else reverse("admin:contracts_contract_changelist"),
    }
    return TemplateResponse(request, "admin/contracts/contract_form.html", context, status=422 if form.errors else 200)
