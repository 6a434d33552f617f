"""Takes the numbers of documents, without gaps."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection

from apps.billing_profiles.document_numbers import default_pattern, number_text
from apps.billing_profiles.models import NumberRange, Seller

# The first number of a year creates its range, with the pattern of the latest year before.
TAKE = """
INSERT INTO billing_profiles_numberrange AS range (seller_id, kind, year, pattern, next_number, last_issue_date)
SELECT %(seller)s, %(kind)s, %(year)s,
       COALESCE(
           (SELECT pattern FROM billing_profiles_numberrange
            WHERE seller_id = %(seller)s AND kind = %(kind)s AND year < %(year)s ORDER BY year DESC LIMIT 1),
           %(pattern)s),
       1 + %(count)s, %(today)s
ON CONFLICT (seller_id, kind, year) DO UPDATE SET
    next_number = range.next_number + EXCLUDED.next_number - 1,
    last_issue_date = GREATEST(range.last_issue_date, EXCLUDED.last_issue_date)
RETURNING id, next_number - %(count)s, last_issue_date, pattern
"""


@dataclass(frozen=True, slots=True)
class TakenNumbers:
    """Consecutive numbers of one range, from `first` on, and the issue date of their documents."""

    range_id: int
    issue_date: date
    pattern: str
    first: int
    count: int

    def texts(self) -> list[str]:
        """Return the printed numbers."""
        return [number_text(self.pattern, self.issue_date.year, self.first + place) for place in range(self.count)]


def take_numbers(*, seller: Seller, kind: str, today: date, count: int = 1) -> TakenNumbers:
    """Take the next numbers of a seller's documents, and the date on which they are issued.

    Call it as the last statement before commit: the range stays locked until then, so there are no gaps, and a rollback
    gives the numbers back. `today` is the seller's day; the issue date is later if the range's last one is. One
    statement.
    """
    if kind == NumberRange.Kind.CREDIT_NOTE and seller.credit_notes_share_numbers:
        kind = NumberRange.Kind.INVOICE
    values: dict[str, str | int | date] = {
        "seller": seller.pk,
        "kind": str(kind),
        "year": today.year,
        "pattern": default_pattern(kind, live=settings.STRIPE_LIVEMODE),
        "count": count,
        "today": today,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        range_id, first, issue_date, pattern = cursor.fetchone()
    return TakenNumbers(range_id, issue_date, pattern, first, count)
