"""Threads for jobs, of which the one that became idle last gets the next job."""

import atexit
import logging
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread

Job = Callable[[], None]
logger = logging.getLogger(__name__)


class Threads:
    """Up to `most` threads.

    The processor's caches still hold the memory of the thread that worked last, and of the database process behind its
    connection. In a fair order every request would get a thread and a database process that have not run for a while.
    """

    def __init__(self, most: int, name: str) -> None:
        self.most, self.name = most, name
        self._lock = Lock()
        self._idle: list[SimpleQueue[Job]] = []
        self._waiting: deque[Job] = deque()
        self._count = 0
        atexit.register(self.finish)

    def run(self, job: Job) -> None:
        """Run a job in the last idle thread, in a new one if none is idle, or later if there are `most`."""
        with self._lock:
            if self._idle:
                self._idle.pop().put(job)
                return
            if self._count == self.most:
                self._waiting.append(job)
                return
            self._count += 1
            name = f"{self.name}_{self._count}"
        Thread(target=self._work, args=(job,), name=name, daemon=True).start()

    def finish(self) -> None:
        """Wait until all jobs have ended: called when the process ends, which idle threads do not delay."""
        while self._is_busy():
            time.sleep(0.01)

    def _is_busy(self) -> bool:
        with self._lock:
            return len(self._idle) < self._count

    def _work(self, job: Job) -> None:
        own: SimpleQueue[Job] = SimpleQueue()
        while True:
            try:
                job()
            except Exception:
                logger.exception("job_failed")
            job = self._next(own)

    def _next(self, own: "SimpleQueue[Job]") -> Job:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._idle.append(own)
        return own.get()
