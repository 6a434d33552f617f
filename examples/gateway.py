"""A gateway that asks before it spends: reserve what a call may cost, call the model, capture by the usage event.

    BILLING_KEY=bk_… python examples/gateway.py http://127.0.0.1:8000 --calls 20 --workers 4

The model is a stand-in that uses between a half and all of the output tokens that it may. The billing API prices the
event itself. It needs only Python, and a key with reservations:write and usage:write.
"""

import argparse
import json
import os
import random
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from http.client import HTTPException
from typing import Any

INPUT_TOKENS, MOST_OUTPUT_TOKENS = 12_000, 4_000
# How often a call without an answer is tried, and the pause before the next try.
TRIES, PAUSE_SECONDS = 10, 1
UNAVAILABLE = 503


class Billing:
    """The calls of the billing API that a gateway needs."""

    def __init__(self, address: str, key: str) -> None:
        self.address, self.key = address.rstrip("/"), key

    def post(self, path: str, body: dict[str, Any], call_id: str = "") -> tuple[int, dict[str, Any]]:
        """Send a POST, again after no answer or a 503, and return the status and the body of the last answer."""
        request = urllib.request.Request(  # noqa: S310 (the address is the operator's)
            f"{self.address}/v1/billing/{path}",
            json.dumps(body).encode(),
            {
                "Authorization": f"Bearer {self.key}",
                "Content-Type": "application/json",
                **({"Idempotency-Key": call_id} if call_id else {}),
            },
        )
        for tries_left in reversed(range(TRIES)):
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                    return answer.status, json.load(answer, parse_float=Decimal)
            except urllib.error.HTTPError as refused:
                with refused:
                    if refused.code != UNAVAILABLE or not tries_left:
                        return refused.code, json.load(refused, parse_float=Decimal)
                time.sleep(PAUSE_SECONDS)
            except (OSError, HTTPException):  # no answer: a repeated call still reserves and charges only once
                if not tries_left:
                    raise
                time.sleep(PAUSE_SECONDS)
        raise AssertionError


def call_model() -> int:
    """Stand in for the model: return the number of output tokens used."""
    return random.randint(MOST_OUTPUT_TOKENS // 2, MOST_OUTPUT_TOKENS)  # noqa: S311 (not a secret)


def serve(billing: Billing, meter: str, model: str) -> tuple[str, Decimal]:
    """Serve one call; return how it ended and the amount charged."""
    call_id = str(uuid.uuid4())
    work = {"meter": meter, "model": model, "inputTokens": INPUT_TOKENS, "maxOutputTokens": MOST_OUTPUT_TOKENS}
    status, hold = billing.post("reservations", {"estimate": work, "ttlSeconds": 60}, call_id)
    if status == 402:
        return f"refused: {hold['limit']['missing']} missing in {hold['limit']['kind']}", Decimal(0)
    if status != 201:
        return f"reservation answered {status}: {hold.get('detail')}", Decimal(0)
    event = {
        "specversion": "1.0",
        "id": call_id,
        "source": "gateway",
        "type": meter,
        "time": datetime.now(UTC).isoformat(),
        "data": {"model": model, "input_tokens": INPUT_TOKENS, "output_tokens": call_model()},
    }
    status, captured = billing.post(f"reservations/{hold['id']}/capture", {"event": event})
    if status != 200:
        return f"capture answered {status}: {captured.get('detail')}", Decimal(0)
    return "served", Decimal(captured["charged"])


def main() -> None:
    """Serve some calls at once and print how they ended."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("address")
    arguments.add_argument("--calls", type=int, default=20)
    arguments.add_argument("--workers", type=int, default=4)
    arguments.add_argument("--meter", default="chat")
    arguments.add_argument("--model", default="atlas-mini")
    given = arguments.parse_args()
    if not given.address.startswith(("http://", "https://")):
        arguments.error("the address must start with http:// or https://")
    if not (key := os.environ.get("BILLING_KEY")):
        arguments.error("set BILLING_KEY to an API key, for example the one that make run prints")
    billing = Billing(given.address, key)
    try:
        with ThreadPoolExecutor(given.workers) as pool:
            ends = list(pool.map(lambda _: serve(billing, given.meter, given.model), range(given.calls)))
    except (OSError, HTTPException) as error:
        arguments.exit(1, f"No answer from {given.address} in {TRIES} tries: {error}\n")
    for end, count in Counter(end for end, _ in ends).most_common():
        print(f"{count:>5}  {end}")
    print(f"charged {sum(charged for _, charged in ends)}")


if __name__ == "__main__":
    main()
