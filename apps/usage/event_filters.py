"""Translate a queryset's filter over usage events to pyarrow, so that it selects the same rows in a file."""

import operator
from functools import reduce
from typing import Any

from django.db.models import QuerySet
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, In, LessThan, LessThanOrEqual
from django.db.models.sql.where import AND, OR, NothingNode, WhereNode

from apps.usage.errors import ArchiveUnavailable
from apps.usage.event_files import COLUMNS, expressions, written
from apps.usage.models import UsageEvent

_COMPARISONS = {
    Exact: operator.eq,
    GreaterThan: operator.gt,
    GreaterThanOrEqual: operator.ge,
    LessThan: operator.lt,
    LessThanOrEqual: operator.le,
}


def condition_of(rows: QuerySet[UsageEvent]) -> Any:
    """Return the pyarrow condition of a queryset that compares only columns of the events.

    Raises:
        ArchiveUnavailable: it compares something else, or pyarrow is not installed.
    """
    return _condition(rows.query.where)


def _condition(node: Any) -> Any:
    if isinstance(node, NothingNode):
        return expressions().scalar(False)
    if isinstance(node, WhereNode) and node.connector in (AND, OR):
        join = operator.and_ if node.connector == AND else operator.or_
        parts = [_condition(child) for child in node.children]
        found = reduce(join, parts) if parts else expressions().scalar(True)
        return ~found if node.negated else found
    return _comparison(node)


def _comparison(lookup: Any) -> Any:
    column = getattr(lookup, "lhs", None)
    name = getattr(getattr(column, "target", None), "attname", "")
    if name in COLUMNS and getattr(column, "alias", "") == UsageEvent._meta.db_table:
        field = expressions().field(name)
        if isinstance(lookup, In):
            return reduce(
                operator.or_, (field == value for value in written(name, lookup.rhs)), expressions().scalar(False)
            )
        for kind, compare in _COMPARISONS.items():
            if isinstance(lookup, kind):
                return compare(field, written(name, [lookup.rhs])[0])
    raise ArchiveUnavailable("Archived events cannot be filtered this way")
