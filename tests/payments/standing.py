"""The situation at Stripe and in our books that the tests of a class start from, created once for all of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import time_machine
from django.db.models import Model
from pytest_django import DjangoDbBlocker

from apps.payments import stripe_gateway
from local_stripe.server import LocalStripe
from tests.kept_worlds import kept
from tests.outbox.deliveries import deliver_due
from tests.payments.desk import Desk, connected_stripe

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Standing:
    """A situation: the local Stripe and its saved state, the time, the delivered events, and the row it is about."""

    local: LocalStripe
    state: bytes
    now: datetime
    delivered: frozenset[str]
    row: Model

    def restored(self) -> LocalStripe:
        """Return the local Stripe after undoing what a test did there."""
        self.local.faults.clear()
        self.local.account.store.database.deserialize(self.state)
        stripe_gateway._breaker.close()
        return self.local

    def resume(self, desk: Desk) -> None:
        """Set a new desk to the saved time and the events delivered by then."""
        desk.now, desk.delivered = self.now, set(self.delivered)
        desk.clock.move_to(self.now)

    def reread(self, model: type[Row]) -> Row:
        """Read the row that it is about."""
        return model._default_manager.get(pk=self.row.pk)


@contextmanager
def standing_at_stripe(
    django_db_blocker: DjangoDbBlocker, now: datetime, make: Callable[[Desk], Model]
) -> Iterator[Standing]:
    """Run `make` at a desk, and keep its effects and the row that it returns until the last test of the class ends."""
    with kept(django_db_blocker), connected_stripe() as local:
        with time_machine.travel(now, tick=False) as clock:
            desk = Desk(local, deliver_due, now, clock)
            row = make(desk)
        yield Standing(local, local.account.store.database.serialize(), desk.now, frozenset(desk.delivered), row)
