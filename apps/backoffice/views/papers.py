"""Papers of customers. Each download is recorded, because the paper leaves the company.

A paper is made at the first request. As long as its content would be the same, that paper is shown and emailed again.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from apps.approvals.actions import person
from apps.backoffice.audit_trail import record_access
from apps.backoffice.customer_page.summary import tab_of
from apps.common.errors import BillingError
from apps.common.periods import parse_month
from apps.contracts.models import Contract
from apps.invoices.models import Money
from apps.papers.models import Paper
from apps.papers.services import credit_receipt_of, order_form_of, receipt_of, statement_of
from apps.payments.models import StripePayment
from apps.tenants.models import Organization

Make = Callable[[str, datetime], Paper]


def statement_paper(
    request: HttpRequest, site: AdminSite, organization_id: UUID, month: str, *, mail: bool = False
) -> HttpResponse:
    """Return a customer's monthly statement, or the page that emails it."""
    _require(request, "ledger.view_entry")
    organization = get_object_or_404(Organization, pk=organization_id)
    try:
        period = parse_month(month)
    except ValueError as error:
        raise Http404 from error
    return _answer(
        request,
        lambda by, now: statement_of(organization, period, created_by=by, now=now),
        back=tab_of(organization, "statements"),
        mail=mail,
    )


def order_form_paper(request: HttpRequest, site: AdminSite, contract_id: UUID, *, mail: bool = False) -> HttpResponse:
    """Return a contract's order form, or the page that emails it."""
    _require(request, "contracts.view_contract")
    contract = get_object_or_404(Contract.objects.select_related("organization"), pk=contract_id)
    return _answer(
        request,
        lambda by, now: order_form_of(contract, created_by=by, now=now),
        back=reverse("admin:contracts_contract_change", args=[contract.pk]),
        mail=mail,
    )


def receipt_paper(request: HttpRequest, site: AdminSite, money_id: UUID, *, mail: bool = False) -> HttpResponse:
    """Return the receipt for money received, or the page that emails it."""
    _require(request, "invoices.view_money")
    money = get_object_or_404(Money.objects.select_related("organization"), pk=money_id)
    return _answer(
        request,
        lambda by, now: receipt_of(money, created_by=by, now=now),
        back=reverse("admin:invoices_money_change", args=[money.pk]),
        mail=mail,
    )


def credit_receipt_paper(request: HttpRequest, site: AdminSite, payment_id: int, *, mail: bool = False) -> HttpResponse:
    """Return the receipt for credit that was bought without tax, or the page that emails it."""
    _require(request, "payments.view_stripepayment")
    payment = get_object_or_404(StripePayment.objects.select_related("organization", "checkout"), pk=payment_id)
    return _answer(
        request,
        lambda by, now: credit_receipt_of(payment, created_by=by, now=now),
        back=reverse("admin:payments_stripepayment_change", args=[payment.pk]),
        mail=mail,
    )


def paper_pdf(request: HttpRequest, site: AdminSite, paper_id: UUID) -> HttpResponse:
    """Return a paper that was made before."""
    _require(request, "papers.view_paper")
    return _pdf(get_object_or_404(Paper.objects.select_related("organization"), pk=paper_id, pdf__isnull=False))


def _answer(request: HttpRequest, make: Make, *, back: str, mail: bool) -> HttpResponse:
    """Return the paper's PDF, or the page that emails it; a reason why there is none is shown where the link was."""
    try:
        paper = make(person(request.user), timezone.now())
    except BillingError as error:
        messages.error(request, f"{error.title}. {error.detail}")
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(reverse("admin:papers_paper_mail", args=[paper.pk])) if mail else _pdf(paper)


def _pdf(paper: Paper) -> HttpResponse:
    record_access(paper.organization, what=paper.get_kind_display().lower(), paper=str(paper), sha256=paper.sha256)
    name = f'inline; filename="{paper.file_name}"'
    return HttpResponse(bytes(paper.pdf or b""), content_type="application/pdf", headers={"Content-Disposition": name})


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied
