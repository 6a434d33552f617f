"""Tab for invoices: amounts due, credit notes, and money received, with the part that is unapplied."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from apps.backoffice.components import Block, Cell, Facts, Link, Table, moment, money, state
from apps.backoffice.customer_page.contract_tabs import change_page
from apps.backoffice.customer_page.money_tabs import SHOWN, changelist
from apps.backoffice.pages import row_title
from apps.invoices.admin.documents import STATES
from apps.invoices.models import Document, Money
from apps.invoices.selectors import open_invoices_micros, unapplied_micros
from apps.tenants.models import Organization


def invoices(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """The amount due on invoices, the newest documents, and the newest payments."""
    facts = Facts(
        title="Invoices",
        rows=[
            ("Left on open invoices", money(open_invoices_micros(organization.pk), organization.currency)),
            ("Unapplied money", money(unapplied_micros(organization.pk), organization.currency)),
        ],
    )
    return [facts, _documents(request, organization, now), _money(organization)]


def _documents(request: HttpRequest, organization: Organization, now: datetime) -> Table:
    rows = [
        [
            Cell(row_title(row), change_page("invoices_document", row.pk)),
            Cell(row.get_type_display()),
            moment(row.issue_date),
            moment(row.due_date if row.type == Document.Type.INVOICE else None),
            _state(row, now),
            money(row.total_micros, row.currency),
            money(row.left_micros, row.currency),
        ]
        for row in Document.objects.filter(organization=organization)
        .select_related("seller")
        .order_by("-created_at", "pk")[:SHOWN]
    ]
    links = [Link("All", changelist("invoices_document", organization__id__exact=str(organization.pk)))]
    if request.user.has_perm("invoices.add_document"):
        address = f"{reverse('admin:invoices_document_add')}?{urlencode({'organization': organization.slug})}"
        links.append(Link("Write an invoice", address, "add"))
    columns = ["Number", "What", "Issued", "Due", "State", "Total", "Left to pay"]
    return Table(title="Documents", columns=columns, rows=rows, links=links, empty="No invoices.")


def _state(row: Document, now: datetime) -> Cell:
    if row.is_overdue(now):
        return state("overdue", "Overdue", STATES)
    return state(row.state, row.get_state_display(), STATES)


def _money(organization: Organization) -> Table:
    rows = [
        [
            moment(row.value_date, change_page("invoices_money", row.pk)),
            Cell(row.get_source_display()),
            Cell(row.reference),
            money(row.amount_micros, organization.currency),
            money(row.applied_micros, organization.currency),
            money(row.unapplied_micros, organization.currency),
        ]
        for row in Money.objects.filter(organization=organization).order_by("-received_at", "pk")[:SHOWN]
    ]
    columns = ["Value date", "From", "Reference", "Amount", "Applied", "Unapplied"]
    return Table(title="Money received", columns=columns, rows=rows, empty="No money received for invoices.")
