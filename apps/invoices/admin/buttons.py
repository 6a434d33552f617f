"""The buttons of an invoice or a credit note, by its state."""

from collections.abc import Collection

from apps.billing_profiles.models import Seller
from apps.invoices.admin.usage_drafts import HELD, USAGE_DRAFT
from apps.invoices.models import Document

State = Document.State
WRITTEN_OFF = "written_off"
OFFERED: dict[str, tuple[str, ...]] = {
    State.DRAFT: ("edit", "finalize", "discard"),
    USAGE_DRAFT: ("hold", "add_line", "drop_line", "finalize", "discard"),
    HELD: ("release", "add_line", "drop_line", "finalize", "discard"),
    State.OPEN: ("pdf", "mail", "receive", "credit", "void", "uncollectible", "write_off"),
    State.PART_PAID: ("pdf", "mail", "receive", "credit", "uncollectible", "write_off"),
    State.PAID: ("pdf", "mail", "credit"),
    State.UNCOLLECTIBLE: ("pdf", "mail", "receive", "credit", "write_off", "reopen"),
    WRITTEN_OFF: ("pdf", "mail", "receive", "reopen"),
    State.VOID: ("pdf", "mail"),
    State.FINAL: ("pdf", "mail"),
}


def offered(row: Document) -> Collection[str]:
    """Return the names of the buttons.

    An unpaid invoice for an installment, one for bought credit, and one that credit paid cannot be credited by hand.
    """
    return [*_by_state(row), *_about_tax(row)]


def _about_tax(row: Document) -> Collection[str]:
    """Return the buttons that ask Stripe Tax about a draft, or report a document with a number to it."""
    if row.state == State.DRAFT:
        return ("ask_tax",) if row.seller.tax_engine == Seller.TaxEngine.STRIPE else ()
    return ("report_tax",) if row.tax_calculation_id is not None else ()


def _by_state(row: Document) -> Collection[str]:
    if row.state == State.DRAFT and row.is_of_month:
        buttons = OFFERED[HELD if row.is_held else USAGE_DRAFT]
        return [each for each in buttons if not (row.is_paid_with_credit and each in ("add_line", "drop_line"))]
    buttons = OFFERED[WRITTEN_OFF if row.written_off_micros else row.state]
    follows = row.installment is not None and row.left_micros and row.installment.remaining_micros
    if row.state == State.DRAFT and row.kind != Document.Kind.MANUAL:
        return [each for each in buttons if each != "edit"]
    return [each for each in buttons if each != "credit"] if follows or not row.is_credited_by_hand else buttons
