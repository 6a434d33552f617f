"""The cause of a transfer, the transfers of a cause, and those posted together, all read from the cause columns."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Model, Sum

from apps.approvals.actions import REGISTRY
from apps.approvals.models import Approval, BulkRow, SoloAction
from apps.backoffice.components import Block, Cell, Facts, Table, feet, moment, money
from apps.backoffice.explain.links import why
from apps.backoffice.explain.page import SHOWN
from apps.backoffice.pages import row_title
from apps.common.cause_rows import found_cause
from apps.common.causes import Cause
from apps.common.reader import code_words
from apps.ledger.causes import TRANSFER
from apps.ledger.models import Transfer
from apps.payments.models import StripePayment
from apps.payments.stripe_dashboard import dashboard_address
from apps.wallets.models import Grant


def causes(transfer: Transfer) -> Sequence[Block]:
    """Return the facts about a transfer's cause, and the transfers posted with it."""
    grant = Grant.objects.filter(organization=transfer.book_id, transfer=transfer).first()
    rows = [
        _cause(transfer),
        *([("Grant", Cell(grant.get_source_display(), why("grant", grant.pk)))] if grant else []),
        *_payment(transfer),
    ]
    rows += [(name, Cell(str(value))) for name, value in sorted(transfer.metadata.items())]
    blocks: list[Block] = [Facts(title="What caused it", rows=rows)]
    following = posted_for(TRANSFER.of(transfer.number), transfer.book_id, "Posted with it")
    return [*blocks, following] if following.rows else blocks


def posted_for(cause: Cause, book_id: UUID | None, title: str) -> Table:
    """Return a book's transfers that have a cause, oldest first, and their sum; none without a book."""
    of_cause = Transfer.objects.filter(cause_type=cause.type, cause_id=cause.id).select_related("source")
    posted = of_cause.filter(book=book_id) if book_id else of_cause.none()
    shown, columns = list(posted.order_by("pk")[:SHOWN]), ["When", "What", "Description", "Amount"]
    rows = [
        [
            moment(each.recorded_at, why("transfer", each.pk)),
            Cell(code_words(each.kind)),
            Cell(each.description),
            money(each.amount_micros, each.source.unit),
        ]
        for each in shown
    ]
    sums = posted.order_by().values_list("source__unit").annotate(total=Sum("amount_micros"), count=Count("pk"))
    last: list[list[Cell]] = []
    for unit, total, count in sums:
        amounts = [each.amount_micros for each in shown if each.source.unit == unit]
        last += feet(columns, 3, amounts, int(total), unit, is_cut=count > len(amounts))
    return Table(title=title, columns=columns, rows=rows, empty="Nothing.", feet=last)


def _cause(transfer: Transfer) -> tuple[str, Cell]:
    """Return the row that caused a transfer, with a link to its page; only its key if the row does not exist."""
    cause = found_cause(transfer.cause, transfer.book_id)
    return (cause.label, Cell(transfer.cause_id if cause.row is None else _name(cause.row), cause.page))


def _name(row: Model) -> str:
    """Return a cause's name as on its page; of a staff action, what was done."""
    kind = REGISTRY.get(row.kind) if isinstance(row, SoloAction | Approval | BulkRow) else None
    return kind.title if kind else row_title(row)


def _payment(transfer: Transfer) -> list[tuple[str, Cell]]:
    """Return the Stripe payment that bought the grant which this transfer made."""
    payment = StripePayment.objects.filter(grant__transfer=transfer).first()
    if payment is None:
        return []
    text = payment.payment_intent_id or payment.key
    return [("Paid at Stripe", Cell(text, dashboard_address("payments", payment.payment_intent_id)))]
