"""A customer's invoices and credit notes: a list, one with its details, and its PDF. Drafts are not shown."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, organization_of
from apps.api.fields import uuid_in_path
from apps.api.invoices import presenter
from apps.api.permissions import HasScope
from apps.api.query_parameters import IntegerParameter, read_choice, read_integers, read_position, write_cursor
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.common.list_positions import Position
from apps.invoices.errors import InvoiceNotFound
from apps.invoices.models import Document
from apps.invoices.paper_content import file_name
from apps.invoices.selectors import DocumentFilter, document_page, find_document, unapplied_by_currency
from apps.invoices.services import paper_of, xml_of
from apps.payments.selectors import payment_pages
from apps.tenants.models import ApiKey

LISTING = "invoices"
LIMIT = IntegerParameter("limit", 1, 200, 50)
STATUSES = tuple(state for state in Document.State.values if state != Document.State.DRAFT)


class InvoiceView(ApiView):
    """The base of these views."""

    authentication_classes = (BearerAuthentication,)
    permission_classes: Any = (HasScope(ApiKey.Scope.BILLING_READ),)


class Invoices(InvoiceView):
    """The organization's invoices and credit notes."""

    def get(self, request: Request) -> Response:
        """Return a page of them, newest first, and the organization's unapplied money."""
        organization, now = organization_of(request), timezone.now()
        (limit,) = read_integers(request, LIMIT)
        wanted = DocumentFilter(
            status=read_choice(request, "status", STATUSES),
            kind=read_choice(request, "kind", Document.Kind.values),
            after=read_position(request, LISTING, organization.pk),
        )
        rows = document_page(organization, wanted, limit=limit + 1)
        pages = payment_pages(rows)
        body: dict[str, Any] = {
            "data": [presenter.invoice(row, organization, now, pages) for row in rows[:limit]],
            "unapplied": presenter.unapplied(unapplied_by_currency(organization.pk)),
        }
        if len(rows) > limit:
            body["nextCursor"] = write_cursor(LISTING, organization.pk, _listed_at(rows[limit - 1]).numbers())
        return Response(body)


class Invoice(InvoiceView):
    """One invoice or credit note."""

    def get(self, request: Request, invoice_id: str) -> Response:
        """Return it with its lines, tax, payments, credit notes and parties."""
        organization = organization_of(request)
        row = find_document(organization, uuid_in_path(invoice_id, InvoiceNotFound))
        return Response(presenter.details(row, organization, timezone.now(), payment_pages([row])))


class InvoicePdf(InvoiceView):
    """The paper of an invoice or credit note."""

    def get(self, request: Request, invoice_id: str) -> HttpResponse:
        """Return the stored PDF."""
        row = find_document(organization_of(request), uuid_in_path(invoice_id, InvoiceNotFound))
        paper = paper_of(row, now=timezone.now())
        name = f'attachment; filename="{file_name(row)}"'
        return HttpResponse(bytes(paper.pdf), content_type="application/pdf", headers={"Content-Disposition": name})


class InvoiceXml(InvoiceView):
    """The electronic invoice inside the paper."""

    def get(self, request: Request, invoice_id: str) -> HttpResponse:
        """Return the Factur-X."""
        row = find_document(organization_of(request), uuid_in_path(invoice_id, InvoiceNotFound))
        xml = xml_of(row, now=timezone.now())
        name = f'attachment; filename="{file_name(row, "xml")}"'
        return HttpResponse(xml, content_type="application/xml", headers={"Content-Disposition": name})


def _listed_at(row: Document) -> Position:
    assert row.finalized_at is not None, "drafts are not listed"
    return Position(row.finalized_at, row.pk)
