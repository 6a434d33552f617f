"""Keys of transfers: a capture's, and suffixes of those posted with another; see `apps.ledger.keys.beside`."""

from uuid import UUID

OWED = "owed"  # the part of a charge that no grant covered, owed by a postpaid customer
OWED_REDUCED = "owed-reduced"  # the part of that debt that was undone
RETURNED_BEFORE = "returned-before"  # credit back beyond all charges; it stays revenue
OVERPAID = "overpaid"  # money received beyond the debt, turned into credit
OVERPAID_USED = "overpaid-used"  # overpaid credit that paid a later debt


def capture_key(hold_id: UUID) -> str:
    """Return the key under which a reservation is captured, by an amount or by a usage event: once."""
    return f"capture:{hold_id}"
