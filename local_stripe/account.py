"""The single account served: its objects, its clock, and the events of every change."""

import copy
import time
from typing import Any

import stripe

from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, members, shape
from local_stripe.store import Store


class Account:
    """The state that endpoints and pages work on. `base_url` is the address of the payment pages for browsers.

    `api_version` is the account's own, which may be upgraded; webhooks are always sent in the pinned version.
    """

    def __init__(self, store: Store, base_url: str = "", api_version: str = stripe.api_version) -> None:
        self.store = store
        self.base_url = base_url
        self.api_version = api_version
        self.clock_offset = 0

    def now(self) -> int:
        return int(time.time()) + self.clock_offset

    def get(self, kind: str, object_id: Any) -> Body:
        found = self.store.get(str(object_id), kind)
        if found is None:
            raise StripeFault.missing(kind, str(object_id))
        return found

    def create(self, kind: str, **values: Any) -> Body:
        if "created" not in values and "created" in members(kind):
            values["created"] = self.now()
        return self.store.put(shape(kind, **values))

    def change(self, body: Body, **values: Any) -> Body:
        unknown = set(values) - set(members(body["object"]))
        assert not unknown, f"{body['object']} has no {unknown}"
        body.update(values)
        return self.store.put(body)

    def find(self, kind: str, **values: Any) -> list[Body]:
        """Return the objects whose members equal the values, newest first."""
        return [body for body in self.store.all(kind) if all(body[name] == value for name, value in values.items())]

    def emit(self, kind: str, subject: Body, previous: Body | None = None) -> Body:
        """Record an event; the delivery thread sends it and `/v1/events` lists it."""
        data: Body = {"object": copy.deepcopy(subject)}
        if previous is not None:
            data["previous_attributes"] = previous
        event = self.create(
            "event",
            type=kind,
            api_version=stripe.api_version,
            data=data,
            pending_webhooks=1,
            request={"id": None, "idempotency_key": None},
        )
        self.store.query("INSERT INTO deliveries (event_id) VALUES (?)", event["id"])
        self.store.query("INSERT INTO event_versions VALUES (?, ?)", event["id"], self.api_version)
        return event

    def version_of(self, event: Body) -> str:
        """Return the account's version at the time of an event; the event is always listed in it."""
        rows = self.store.query("SELECT version FROM event_versions WHERE event_id = ?", event["id"])
        return str(rows[0][0]) if rows else str(event["api_version"])
