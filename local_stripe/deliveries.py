"""Webhooks: every event is signed and posted until it is answered with 2xx, with growing delays."""

import hashlib
import hmac
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from local_stripe.account import Account
from local_stripe.clock import run_due
from local_stripe.shapes import Body

_TICKS_PER_LOOK = 25  # five seconds
_PAUSES = (1, 2, 5, 10, 30, 60)


def sign(payload: bytes, secret: str, at: int) -> str:
    """Return a `Stripe-Signature` header for a payload."""
    digest = hmac.new(secret.encode(), b"%d." % at + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def encode(event: Body) -> bytes:
    return json.dumps(event, indent=2, ensure_ascii=False).encode()


class Deliverer(threading.Thread):
    """A thread that runs what is due and sends events, oldest first, until it is stopped."""

    def __init__(self, account: Account, webhook_url: str, secret: str) -> None:
        super().__init__(daemon=True, name="deliveries")
        if urlsplit(webhook_url).scheme not in ("http", "https"):
            raise ValueError("the webhook address begins with http:// or https://")
        self.account, self.webhook_url, self.secret = account, webhook_url, secret
        self.stopping = threading.Event()

    def run(self) -> None:
        for tick in itertools.count():
            if self.stopping.wait(0.2):
                return
            if tick % _TICKS_PER_LOOK == 0:
                run_due(self.account)
            self.deliver_due()

    def stop(self) -> None:
        self.stopping.set()
        self.join()

    def deliver_due(self) -> None:
        due = self.account.store.query(
            "SELECT event_id, attempts FROM deliveries WHERE NOT done AND next_at <= ? ORDER BY rowid LIMIT 100",
            time.time(),
        )
        for event_id, attempts in due:
            if self.stopping.is_set():
                return
            self._deliver(event_id, attempts)

    def _deliver(self, event_id: str, attempts: int) -> None:
        answer = self._post(encode(self.account.get("event", event_id)))
        done = answer.startswith("2")
        pause = _PAUSES[min(attempts, len(_PAUSES) - 1)]
        self.account.store.query(
            "UPDATE deliveries SET attempts = attempts + 1, done = ?, next_at = ?, answer = ? WHERE event_id = ?",
            done,
            time.time() + pause,
            answer,
            event_id,
        )

    def _post(self, payload: bytes) -> str:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(payload, self.secret, int(time.time())),
        }
        request = urllib.request.Request(self.webhook_url, payload, headers)  # noqa: S310 - http or https, see __init__
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
                return str(response.status)
        except urllib.error.HTTPError as error:
            return str(error.code)
        except OSError as error:
            return f"no answer: {error}"
