"""A customer's invoices and credit notes: a list, one with its details, and its PDF. Drafts are not shown."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.authentication import BearerAuthentication, organization_of
from apps.api.invoices import presenter
from apps.api.permissions import HasScope
from apps.api.problems import FieldError, InvalidInput
from apps.api.query_parameters import IntegerParameter, read_cursor, read_integers, read_text, write_cursor
from apps.api.views import ApiView
from apps.invoices.errors import InvoiceNotFound
from apps.invoices.models import Document
from apps.invoices.paper import file_name
from apps.invoices.selectors import DocumentFilter, document_page, find_document
from apps.invoices.services import paper_of
from apps.tenants.models import ApiKey

LISTING = "invoices"
LIMIT = IntegerParameter("limit", 1, 200, 50)
STATUSES = tuple(state for state in Document.State.values if state != Document.State.DRAFT)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class InvoiceView(ApiView):
    """The base of these views."""

    authentication_classes = (BearerAuthentication,)
    permission_classes: Any = (HasScope(ApiKey.Scope.BILLING_READ),)


class Invoices(InvoiceView):
    """The organization's invoices and credit notes."""

    def get(self, request: Request) -> Response:
        """Return a page of them, newest first."""
        organization, today = organization_of(request), timezone.now().date()
        (limit,) = read_integers(request, LIMIT)
        wanted = DocumentFilter(
            status=_one_of(request, "status", STATUSES),
            kind=_one_of(request, "kind", Document.Kind.values),
            before=_position(request, organization.pk),
        )
        rows = document_page(organization, wanted, limit=limit + 1)
        body: dict[str, Any] = {"data": [presenter.invoice(row, organization, today) for row in rows[:limit]]}
        if len(rows) > limit:
            body["nextCursor"] = write_cursor(LISTING, organization.pk, _numbers(rows[limit - 1]))
        return Response(body)


class Invoice(InvoiceView):
    """One invoice or credit note."""

    def get(self, request: Request, invoice_id: str) -> Response:
        """Return it with its lines, tax, payments, credit notes and parties."""
        organization = organization_of(request)
        row = find_document(organization, _uuid(invoice_id))
        return Response(presenter.details(row, organization, timezone.now().date()))


class InvoicePdf(InvoiceView):
    """The paper of an invoice or credit note."""

    def get(self, request: Request, invoice_id: str) -> HttpResponse:
        """Return the PDF, which is the same for everybody who asks."""
        row = find_document(organization_of(request), _uuid(invoice_id))
        paper = paper_of(row, now=timezone.now())
        name = f'attachment; filename="{file_name(row)}"'
        return HttpResponse(bytes(paper.pdf), content_type="application/pdf", headers={"Content-Disposition": name})


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvoiceNotFound from None


def _one_of(request: Request, name: str, allowed: Any) -> str:
    text = read_text(request, name)
    if text and text not in allowed:
        raise InvalidInput([FieldError(f"query.{name}", f"must be one of {', '.join(allowed)}", text)])
    return text


def _position(request: Request, owner: UUID) -> tuple[datetime, UUID] | None:
    cursor = read_text(request, "cursor")
    if not cursor:
        return None
    microseconds, number = read_cursor(LISTING, owner, cursor)
    return EPOCH + timedelta(microseconds=microseconds), UUID(int=number)


def _numbers(row: Document) -> list[int]:
    assert row.finalized_at is not None, "drafts are not listed"
    return [(row.finalized_at - EPOCH) // timedelta(microseconds=1), row.pk.int]
