"""Many cases in one test: pytest's own work for a test costs more than many of the cases."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from inspect import signature
from typing import Any

from django.db import connection, transaction

from tests.conftest import forget_all
from tests.kept_worlds import breaks_of_books, changes_of_books


@contextmanager
def all_checks() -> Iterator[Callable[..., AbstractContextManager[None]]]:
    """Run many checks, each named by its arguments, and raise the errors of all that failed at the end."""
    errors = []

    @contextmanager
    def check(**names: object) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            error.add_note(f"in {names}")
            errors.append(error)

    yield check
    if errors:
        raise ExceptionGroup("failed checks", errors)


def for_each(cases: Mapping[str, Mapping[str, Any]]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test for each case, which gives it arguments, among rows kept for its module; name all cases that failed.

    As tests of their own would, each begins with empty caches, and at its end its deferred constraints are checked, its
    books are proved if it changed them, and its rows are rolled back. What fixtures made stays.
    """
    given = {name for case in cases.values() for name in case}

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def run(*arguments: Any, **fixtures: Any) -> None:
            with all_checks() as check:
                for name, case in cases.items():
                    with check(case=name), _undone():
                        test(*arguments, **fixtures, **case)

        shape = signature(test)
        fixtures = [each for name, each in shape.parameters.items() if name not in given]
        run.__signature__ = shape.replace(parameters=fixtures)  # type: ignore[attr-defined]  # what pytest reads
        return run

    return decorate


@contextmanager
def _undone() -> Iterator[None]:
    forget_all()
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # hidden as a test's own, as in `kept`
    with block:
        before = changes_of_books()
        assert before is not None, "only rows that are kept are there for every case"
        yield
        connection.check_constraints()
        assert changes_of_books() == before or breaks_of_books() == []
        transaction.set_rollback(True)
