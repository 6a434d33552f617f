"""What is posted beside a movement, by what its key has behind the movement's own."""

OWED = "owed"  # what no grant covered of a charge, owed by a postpaid customer
OWED_REDUCED = "owed-reduced"  # what of that came back
RETURNED_BEFORE = "returned-before"  # what was given back beyond all charges, and stays earned
OVERPAID = "overpaid"  # what was paid beyond what was owed, and became credit
OVERPAID_USED = "overpaid-used"  # what of such credit paid a debt that came back
