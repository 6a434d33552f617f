"""One transaction per service, retried after a deadlock or serialization failure."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from apps.common.errors import Unavailable

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 4
# PostgreSQL: serialization_failure, deadlock_detected.
BROKEN_OFF = frozenset(["40001", "40P01"])


def serialized(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service in one transaction; retry up to three times after a deadlock or serialization failure.

    Inside another transaction it joins that one, which is then the one retried.

    Raises:
        Unavailable: the last retry failed too; nothing was changed.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return service(*args, **kwargs)
        for _ in range(TRIES):
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in BROKEN_OFF:
                    raise
        raise Unavailable("Too many concurrent changes to the same rows; nothing was changed, try again")

    return run


def all_or_nothing() -> AbstractContextManager[object]:
    """Wrap a `serialized` service in a savepoint, so that a caught error leaves no changes behind."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


@contextmanager
def set_based_plans() -> Iterator[None]:
    """Forbid nested loop joins inside the block, for statements that read whole tables.

    After a restore or an import the planner may assume that a table is empty, scan it once for each row of another
    table, and run for hours. The cost of a hash or merge join does not depend on that assumption.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")
