"""The database backend that `DATABASES` names."""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base, operations
from psycopg import pq


class DatabaseOperations(operations.DatabaseOperations):
    """Django's, with the query log complete."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """Return a statement with its values in it; a prepared one was sent without."""
        return super().last_executed_query(cursor, sql, params) or str(self.compose_sql(sql, params))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is kept between requests.

    Django asks `is_usable` once a request, before its first statement (`CONN_HEALTH_CHECKS`). Nothing has been sent
    then, so a connection that the server or a pooler closed meanwhile is opened anew without any doubt about what a
    lost statement did.
    """

    ops_class = DatabaseOperations

    def is_usable(self) -> bool:
        """Say whether the server still holds this connection, as far as is known here: no statement is sent.

        Between statements a server sends nothing but notices and the end. What waits to be read is taken in, and with
        the end libpq closes its side.
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
