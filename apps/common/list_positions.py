"""Positions in listings that are ordered by a time, newest first, and then by id."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Position(NamedTuple):
    """The last row of a page: its time and its id."""

    at: datetime
    pk: UUID

    @classmethod
    def from_numbers(cls, microseconds: int, number: int) -> "Position":
        """Return the position that `numbers` describes."""
        return cls(_EPOCH + microseconds * _MICROSECOND, UUID(int=number))

    def numbers(self) -> list[int]:
        """Return the position as two integers, for a cursor."""
        return [(self.at - _EPOCH) // _MICROSECOND, self.pk.int]


def beyond(last: Position | None, time: str = "created_at") -> Q:
    """Return the condition for the rows after a position, by the column `time`; all rows if there is none."""
    if last is None:
        return Q()
    return Q(**{f"{time}__lte": last.at}) & (Q(**{f"{time}__lt": last.at}) | Q(pk__lt=last.pk))
