"""PDF documents. Each download is recorded, because the document leaves the company."""

from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.backoffice.audit import record_access
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.documents.order_form import order_form
from apps.backoffice.documents.statement import BooksDisagree, monthly_statement
from apps.common.periods import parse_month
from apps.contracts.models import Contract
from apps.tenants.models import Organization


def statement_paper(request: HttpRequest, site: AdminSite, organization_id: UUID, month: str) -> HttpResponse:
    """Return a customer's monthly statement."""
    if not request.user.has_perm("ledger.view_entry"):
        raise PermissionDenied
    organization = get_object_or_404(Organization, pk=organization_id)
    try:
        period = parse_month(month)
    except ValueError as error:
        raise Http404 from error
    try:
        paper, _ = monthly_statement(organization=organization, month=period, now=timezone.now())
    except BooksDisagree as error:
        messages.error(request, f"{error.title}. {error.detail}")
        return HttpResponseRedirect(tab_of(organization, "ledger"))
    record_access(organization, what="statement", month=month)
    return _paper(paper, f"statement-{organization.slug}-{month}.pdf")


def order_form_paper(request: HttpRequest, site: AdminSite, contract_id: UUID) -> HttpResponse:
    """Return a contract's order form."""
    if not request.user.has_perm("contracts.view_contract"):
        raise PermissionDenied
    contract = get_object_or_404(Contract.objects.select_related("organization"), pk=contract_id)
    record_access(contract, what="order form")
    return _paper(order_form(contract=contract, now=timezone.now()), f"order-form-{contract.pk}.pdf")


def _paper(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
