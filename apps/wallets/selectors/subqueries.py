"""What one statement reads of another table, as a value."""

from uuid import UUID

from django.db.models import Count, Model, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.ledger.models import Account


def account_id(book_id: UUID, code: str) -> Subquery:
    """An account's id as one value, which keeps the planner on the index that the page is ordered by."""
    return Subquery(Account.objects.filter(book=book_id, code=code).values("pk"))


def grouped(rows: QuerySet[Model], by: str) -> QuerySet[Model]:
    """Group rows by a column, for an aggregate in a subquery."""
    return rows.order_by().values(by)  # type: ignore[return-value]


def summed(rows: QuerySet[Model], by: str, column: str = "amount_micros") -> Coalesce:
    """Sum a column of rows that refer to an outer row; 0 where there are none."""
    return Coalesce(Subquery(grouped(rows, by).annotate(total=Sum(column)).values("total")), 0)


def counted(rows: QuerySet[Model], by: str) -> Coalesce:
    """Count rows that refer to an outer row."""
    return Coalesce(Subquery(grouped(rows, by).annotate(total=Count("pk")).values("total")), 0)
