"""Key suffixes of the transfers that are posted with another transfer; see `apps.ledger.keys.beside`."""

OWED = "owed"  # the part of a charge that no grant covered, owed by a postpaid customer
OWED_REDUCED = "owed-reduced"  # the part of that debt that was undone
RETURNED_BEFORE = "returned-before"  # credit back beyond all charges; it stays revenue
OVERPAID = "overpaid"  # money received beyond the debt, turned into credit
OVERPAID_USED = "overpaid-used"  # overpaid credit that paid a later debt
