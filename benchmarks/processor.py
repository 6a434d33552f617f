"""Processor time, which noise moves least: of this process and, on this machine, of the database's."""

import os
import time
from pathlib import Path

from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")


class Meter:
    """Adds up the processor seconds that Python and the database's processes have used so far."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = int(cursor.fetchone()[0])
        found = _stat(backend)
        self.postmaster = int(found[1]) if found else None
        self._looking = 0.0

    def seconds(self) -> float:
        """Return the seconds used up to now, without what looking took."""
        started = time.process_time()
        total = started - self._looking + self._database()
        self._looking += time.process_time() - started
        return total

    def _database(self) -> float:
        if self.postmaster is None:
            return 0.0
        own = _stat(self.postmaster)
        ended = sum(map(int, own[13:15])) if own else 0
        stats = [_stat(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        living = [stat for stat in stats if stat and int(stat[1]) == self.postmaster]
        return (ended + sum(int(stat[11]) + int(stat[12]) for stat in living)) / TICK


def _stat(process: int) -> list[str]:
    """The fields of /proc/<process>/stat behind its name; empty where there is no such process here."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
