"""The database backend that `DATABASES` names."""

import select
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base, operations
from psycopg import errors, pq

# A server that works ends a statement by `statement_timeout`; its message needs a moment to arrive.
GRACE_SECONDS = 5


class Connection(psycopg.Connection[Any]):
    """A connection that waits `answer_seconds` for each answer of the server; None: without a limit.

    A server that is frozen, with its machine still on the network, keeps the connection alive and never answers.
    """

    answer_seconds: float | None = None

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
        """Return a statement with its values; those of a prepared statement are sent apart."""
        return super().last_executed_query(cursor, sql, params) or str(self.compose_sql(sql, params))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is kept between requests.

    Django calls `is_usable` once per request, before the first statement (`CONN_HEALTH_CHECKS`). Nothing has been sent
    then, so a connection that the server or a pooler closed meanwhile can be reopened without losing a statement.
    """

    ops_class = DatabaseOperations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Connect; where statements are bounded in time, so is the wait for an answer."""
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        connection = Connection.connect(**conn_params)
        seconds = settings.DATABASE_TIMEOUTS["statement_timeout"]
        connection.answer_seconds = seconds + GRACE_SECONDS if seconds else None
        return connection

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


def _has_unread(descriptor: int) -> bool:
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN | select.POLLHUP)
    return bool(waiting.poll(0))
