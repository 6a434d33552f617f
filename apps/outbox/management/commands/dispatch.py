"""`manage.py dispatch`: the process that sends committed outbox messages to the workers."""

import signal
import threading
from types import FrameType
from typing import Any

from celery import Celery
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.outbox.broker import Broker
from apps.outbox.dispatcher import Dispatcher


class Command(BaseCommand):
    help = "Send committed outbox messages to the workers until interrupted. Several processes may run at once."

    def handle(self, **options: Any) -> None:
        app = Celery("billing")
        app.config_from_object("django.conf:settings", namespace="CELERY")
        stop = threading.Event()

        def leave(_signal: int, _frame: FrameType | None) -> None:
            stop.set()

        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, leave)
        broker = Broker(app, timeout_seconds=settings.OUTBOX_BROKER_TIMEOUT_SECONDS)
        Dispatcher(broker=broker, clock=timezone.now, wait=stop.wait).run()
        broker.reset()
