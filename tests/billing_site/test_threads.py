"""Threads of the web server: the one that became idle last runs the next job."""

import os
import threading
from queue import SimpleQueue

from billing_site.threads import Threads


def name_of_next(threads: Threads) -> str:
    """Run a job and return the name of its thread, after it is idle again."""
    ran: SimpleQueue[str] = SimpleQueue()
    threads.run(lambda: ran.put(threading.current_thread().name))
    name = ran.get(timeout=5)
    threads.finish()
    return name


class Held:
    """A job that runs until it is released."""

    def __init__(self, threads: Threads) -> None:
        self.began, self.ends = threading.Event(), threading.Event()
        self.thread = ""
        threads.run(self)
        assert self.began.wait(5)

    def __call__(self) -> None:
        self.thread = threading.current_thread().name
        self.began.set()
        assert self.ends.wait(5)


def test_the_thread_that_became_idle_last_gets_the_next_job():
    threads = Threads(3, "t")
    first, second, third = Held(threads), Held(threads), Held(threads)
    for each in (third, first, second):
        each.ends.set()
        while len(threads._idle) < [third, first, second].index(each) + 1:
            os.sched_yield()
    assert [name_of_next(threads) for _ in range(3)] == [second.thread] * 3
    assert len({first.thread, second.thread, third.thread}) == 3


def test_a_job_waits_while_all_threads_are_busy_and_the_first_comes_first():
    threads, order = Threads(1, "t"), []
    held = Held(threads)
    threads.run(lambda: order.append(1))
    threads.run(lambda: order.append(2))
    assert order == []
    held.ends.set()
    threads.finish()
    assert order == [1, 2]


def test_a_job_that_fails_is_logged_and_its_thread_goes_on(caplog):
    threads = Threads(1, "t")
    threads.run(lambda: 1 / 0)
    assert name_of_next(threads) == "t_1"
    assert "job_failed" in caplog.text
