"""What is posted beside a movement, by what its key has behind the movement's own."""

OWED = "owed"  # what no grant covered of a charge, owed by a postpaid customer
OWED_LESS = "owed-less"  # what of that came back
BACK_BEFORE = "back-before"  # what was given back beyond all charges, and stays earned
OVER = "over"  # what was paid beyond what was owed, and became credit
OWED_AGAIN = "owed-again"  # what of such credit paid a debt that came back
