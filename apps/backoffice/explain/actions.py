"""Explains a staff action that moved money: who requested and approved it, and its transfers."""

from collections.abc import Sequence

from apps.approvals.actions import REGISTRY, UNKNOWN_SIZE
from apps.approvals.causes import ACTION
from apps.approvals.models import Approval, BulkRow, SoloAction
from apps.backoffice.components import Cell, Facts, Link, moment, money
from apps.backoffice.explain.causes import posted_for
from apps.backoffice.explain.page import Page, change, found
from apps.common.cause_rows import cause_row


def action_page(identity: str) -> Page:
    """Explain one staff action, given its key, with the transfers that it posted."""
    row = found(cause_row(ACTION, identity))
    assert isinstance(row, SoloAction | Approval | BulkRow)
    kind = REGISTRY.get(row.kind)
    has_unknown_size = isinstance(row, Approval) and not row.is_size_known
    facts = [
        ("What", Cell(kind.title if kind else row.kind)),
        ("Amount", Cell(UNKNOWN_SIZE) if has_unknown_size else money(row.amount_micros, row.currency)),
        *(
            [("By", Cell(row.person.get_username())), ("When", moment(row.done_at))]
            if isinstance(row, SoloAction)
            else _done_in_bulk(row)
            if isinstance(row, BulkRow)
            else _agreed(row)
        ),
        ("Key", Cell(row.key)),
    ]
    links = [Link("The request", change("approvals_approval", row.pk))] if isinstance(row, Approval) else []
    if isinstance(row, BulkRow):
        links = [Link("The bulk action", change("approvals_bulkrun", row.run_id))]
    return Page(
        title=kind.title if kind else row.kind,
        organization=row.organization,
        blocks=[
            Facts(title="The action", rows=facts, links=links),
            posted_for(ACTION.of(row.key), row.organization_id, "What it posted"),
        ],
    )


def _done_in_bulk(row: BulkRow) -> Sequence[tuple[str, Cell]]:
    request = row.run.approval
    done = ("As a row of", Cell(str(row.run), change("approvals_bulkrun", row.run_id)))
    return [done, *(_agreed(request) if request else ())]


def _agreed(row: Approval) -> Sequence[tuple[str, Cell]]:
    return [
        ("By", Cell(row.requested_by.get_username())),
        ("Requested", moment(row.requested_at)),
        ("Why", Cell(row.reason)),
        ("Approved by", Cell(row.decided_by.get_username() if row.decided_by else "")),
        ("Carried out", moment(row.used_at)),
    ]
