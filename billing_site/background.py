"""The background processes of development in one: `python -m billing_site.background`.

It prepares the database, creates the first demo data, writes the credentials for `make run`, creates the rest of the
demo's history, and then runs worker, beat and dispatcher together. Production runs those three as separate processes.
"""

import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
from django.conf import settings

from billing_site import preparation_stamp, schema
from billing_site.development import private_file

logger = logging.getLogger(__name__)

ACCESS_FILE = "demo_access.json"
DATABASE_SECONDS = 60
PREFETCHED_PER_THREAD = 64
BEAT_SECONDS = 1  # How often beat reads its schedule and checks whether to stop.


class CannotPrepare(Exception):
    """Why the site cannot be prepared, in one sentence."""


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
    stopping = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    tell(settings.VAR_DIR / ACCESS_FILE)
    from apps.demo.seed import make_history

    make_history(stop=stopping.is_set)
    if settings.STRIPE_IS_LOCAL and not stopping.is_set():
        visit_local_stripe()
    return serve(stopping)


def visit_local_stripe() -> None:
    """Make demo payments and refunds at the local Stripe; if this fails, the next start tries again."""
    from django.utils import timezone

    from apps.common.errors import BillingError
    from apps.demo.scenarios.main_customers import BUYER
    from apps.demo.top_up import buy_credit, return_payments, switch_on_top_up
    from apps.tenants.selectors import organization_with_slug

    try:
        switch_on_top_up(now=timezone.now())
        buy_credit(now=timezone.now())
        return_payments(organization=organization_with_slug(BUYER), now=timezone.now())
    except (BillingError, OSError):
        logger.exception("the demo could not save a card, buy credit or refund it at the local Stripe")


def tell(answer: Path) -> None:
    """Prepare everything and write the credentials to a file; on failure write the reason as `error` and raise it."""
    try:
        access = prepare()
    except Exception as exc:
        private_file(answer, json.dumps({"error": " ".join(str(exc).split())}))
        raise
    private_file(answer, json.dumps(access))


def prepare() -> dict[str, Any]:
    """Migrate the database, create the first demo data once, and return the credentials.

    Raises:
        CannotPrepare: this is not development, or the database cannot be reached.
        ImproperlyConfigured: the settings contradict each other. django.db.Error: the database refused a statement.
    """
    if not settings.DEVELOPMENT:
        raise CannotPrepare("make run is for development, and DEVELOPMENT is off.")
    with connected(settings.DATABASE_URL) as connection:
        current = preparation_stamp.is_current(connection)
        filled = not current and schema.fill(connection)
        import django

        django.setup()
        from django.core.management import call_command
        from django.utils import timezone

        from apps.demo.access import demo_access
        from apps.demo.seed import history_is_complete, make_beginning
        from billing_site.checks import refuse_to_start

        refuse_to_start()
        if not current:
            if not filled:
                call_command("migrate", interactive=False, verbosity=0)
            make_beginning(now=timezone.now())
            preparation_stamp.write(connection)
    return {**demo_access(now=timezone.now()), "history_is_complete": history_is_complete()}


def connected(url: str) -> psycopg.Connection:
    """Return a connection to the database, whose server may still be starting.

    Raises:
        CannotPrepare: it did not answer in time.
    """
    deadline = time.monotonic() + DATABASE_SECONDS
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError as exc:
            if time.monotonic() > deadline:
                raise CannotPrepare(f"The database did not answer: {exc}") from exc
            time.sleep(0.05)


def serve(stopping: threading.Event) -> int:
    """Run worker, beat and dispatcher until a signal to stop.

    Return the exit code, 1 if one of them ended on its own.
    """
    from celery import beat
    from celery.app import trace
    from celery.platforms import EX_OK
    from celery.worker import WorkController, state
    from django.utils import timezone

    from apps.outbox.broker import Broker
    from apps.outbox.dispatcher import Dispatcher
    from billing_site.celery import WEBHOOKS, app

    # The dispatcher has the main thread because it limits its calls by SIGALRM. The worker checks every two seconds
    # whether to stop, but only without an event loop, which signals would interrupt. Without that loop, a worker whose
    # prefetched messages are all taken waits these two seconds before it fetches more, so it prefetches many.
    trace.setup_worker_optimizations(app)
    worker = WorkController(
        app=app,
        queues=["celery", WEBHOOKS],
        use_eventloop=False,
        prefetch_multiplier=PREFETCHED_PER_THREAD,
        without_gossip=True,
        without_mingle=True,
    )
    scheduler = beat.Service(app, max_interval=BEAT_SECONDS, scheduler_cls=app.conf.beat_scheduler)
    threads = [started("worker", worker.start), started("beat", scheduler.start)]
    broker = Broker(app, timeout_seconds=settings.OUTBOX_BROKER_TIMEOUT_SECONDS)

    def is_over(seconds: float) -> bool:
        return stopping.wait(seconds) or not all(thread.is_alive() for thread in threads)

    Dispatcher(broker=broker, clock=timezone.now, wait=is_over).run()
    broker.reset()
    scheduler.stop()
    state.should_stop = EX_OK
    for thread in threads:
        thread.join()
    return 0 if stopping.is_set() else 1


def started(name: str, run: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


if __name__ == "__main__":
    sys.exit(main())
