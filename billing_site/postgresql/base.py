"""The database backend that `DATABASES` names."""

import re
import select
from collections.abc import Sequence
from functools import cached_property, lru_cache, partial
from itertools import count
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base, operations, schema
from psycopg import abc, errors, generators, pq
from psycopg.adapt import Dumper, PyFormat, Transformer

from apps.common.arrays import UuidArray

Row = tuple[Any, ...]

# A healthy server aborts a statement at `statement_timeout`; the client waits this much longer for its error to arrive.
GRACE_SECONDS = 5


class UuidArrayDumper(Dumper):
    """Sends an array of UUIDs in PostgreSQL's binary form, which it already has."""

    oid = psycopg.adapters.types["uuid"].array_oid
    format = pq.Format.BINARY

    def dump(self, obj: UuidArray) -> UuidArray:
        """Return the value to send."""
        return obj


psycopg.adapters.register_dumper(UuidArray, UuidArrayDumper)


class Connection(psycopg.Connection[Any]):
    """A connection that waits `answer_seconds` for each answer of the server; None: without a limit.

    A server that is frozen, with its machine still on the network, keeps the connection alive and never answers.
    """

    answer_seconds: float | None = None
    MOST_PREPARED = 200

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepared_names: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._numbers = count()

    @cached_property
    def _values(self) -> abc.Transformer:
        return Transformer(self)  # at the first use, since the connection gets Django's adapters after it is made

    def rows_of(self, statement: str, values: Sequence[Any]) -> list[Row]:
        """Run a statement, prepared at its first use with values of these types, and return its rows.

        A psycopg cursor takes three times as long to send a statement, and at a rollback drops its prepared statements.
        """
        given = self._values.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types, formats = tuple(self._values.types or ()), self._values.formats
        if not self.autocommit:
            self.wait(self._start_query())
        if self.prepare_threshold is None:
            self.pgconn.send_query_params(_numbered(statement), given, types, formats)
        else:
            name = self._name_of(statement, types)
            self.pgconn.send_query_prepared(name, given, formats)
        result = self._result()
        self._values.set_pgresult(result)
        found: list[Row] = self._values.load_rows(0, result.ntuples, tuple)
        self._values.set_pgresult(None)
        return found

    def _name_of(self, statement: str, types: tuple[int, ...]) -> bytes:
        """Return the name of a prepared statement; beyond `MOST_PREPARED`, the least recently used one is dropped."""
        key = (statement, types)
        name = self._prepared_names.pop(key, None)
        if name is None:
            name = b"own_%d" % next(self._numbers)
            self.pgconn.send_prepare(name, _numbered(statement), types)
            self._result()
            if len(self._prepared_names) == self.MOST_PREPARED:
                oldest = self._prepared_names.pop(next(iter(self._prepared_names)))
                self.wait(self._deallocate(oldest))
        self._prepared_names[key] = name
        return name

    def _result(self) -> pq.abc.PGresult:
        """Wait for the answer to what was sent.

        Raises:
            psycopg.Error: the server refused it.
        """
        result = self.wait(generators.execute(self.pgconn))[0]
        if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            raise errors.error_from_result(result)
        answer: pq.abc.PGresult = result
        return answer

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Return what the server answers.

        Raises:
            OperationalError: it did not answer in time; the connection is closed.
        """
        try:
            return super().wait(gen, interval, timeout or self.answer_seconds)
        except errors._WaitTimeout as late:
            self.close()
            message = f"the database did not answer within {timeout or self.answer_seconds} s"
            raise psycopg.OperationalError(message) from late


class DatabaseOperations(operations.DatabaseOperations):
    """Django's operations, with parameter values in the query log."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """Return a statement with its values, which are sent separately for a prepared statement."""
        return super().last_executed_query(cursor, sql, params) or str(self.compose_sql(sql, params))


class SchemaEditor(schema.DatabaseSchemaEditor):
    """Django's schema editor, without its second index for each indexed text column.

    That one serves only `LIKE 'text%'` under a linguistic collation; equality and order use the first. A column that is
    searched by its beginning declares its index in its model.
    """

    def _create_like_index_sql(self, model: Any, field: Any) -> None:
        return None


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is kept between requests.

    Django calls `is_usable` once per request, before the first statement (`CONN_HEALTH_CHECKS`). Nothing has been sent
    then, so a connection that the server or a pooler closed meanwhile can be reopened without losing a statement.
    """

    SchemaEditorClass = SchemaEditor
    ops_class = DatabaseOperations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Connect; with a `statement_timeout`, the wait for an answer is limited, too."""
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        connection = Connection.connect(**conn_params)
        seconds = settings.DATABASE_TIMEOUTS["statement_timeout"]
        connection.answer_seconds = seconds + GRACE_SECONDS if seconds else None
        return connection

    def prepared_rows(self, statement: str, values: Sequence[Any]) -> list[Row]:
        """Run a prepared statement and return its rows; execute wrappers and the query log see it."""
        self.close_if_health_check_failed()
        if self.connection is None:
            self.ensure_connection()
        run: Any = self._logged_rows if self.queries_logged else self._rows
        for wrapper in reversed(self.execute_wrappers):
            run = partial(wrapper, run)
        found: list[Row] = run(statement, values, False, {"connection": self, "cursor": None})
        return found

    def _rows(self, statement: str, values: Sequence[Any], _many: bool, _context: Any) -> list[Row]:
        self.validate_no_broken_transaction()
        with self.wrap_database_errors:
            found: list[Row] = self.connection.rows_of(statement, values)
        return found

    def _logged_rows(self, statement: str, values: Sequence[Any], many: bool, context: Any) -> list[Row]:
        with self.cursor() as cursor, cursor.debug_sql(statement, values, use_last_executed_query=True):
            return self._rows(statement, values, many, context)

    def is_usable(self) -> bool:
        """Return whether the server still holds this connection, as far as this side knows; no statement is sent.

        Between statements a server sends only notices and the end of the connection. Pending input is consumed; at the
        end of the connection libpq closes its side.
        """
        if self.connection is None:
            return False
        line = self.connection.pgconn
        try:
            while line.status == pq.ConnStatus.OK and _has_unread(line.socket):
                line.consume_input()
        except psycopg.Error:
            return False
        return bool(line.status == pq.ConnStatus.OK)


@lru_cache(maxsize=1_000)
def _numbered(statement: str) -> bytes:
    """Return a statement with numbered parameters ($1, $2 …), as the server expects them."""
    numbers = count(1)
    return re.sub("%[s%]", lambda found: f"${next(numbers)}" if found[0] == "%s" else "%", statement).encode()


def _has_unread(descriptor: int) -> bool:
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN | select.POLLHUP)
    return bool(waiting.poll(0))
