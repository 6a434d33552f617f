"""Run the local Stripe: `python -m local_stripe --webhook-url http://127.0.0.1:8000/webhooks/stripe`."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import environ
import stripe

from billing_site.development import LOCAL_STRIPE_KEY, secret_from_file


def main() -> int:
    options = _options()
    done = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: done.set())
    dotenv = Path(__file__).resolve().parent.parent / ".env"
    if dotenv.is_file():
        environ.Env.read_env(dotenv)
    if not is_wanted(os.environ):
        print("The local Stripe stays idle: it serves only development without a STRIPE_API_KEY.", flush=True)  # noqa: T201
        done.wait()
        return 0
    from local_stripe.server import LocalStripe  # It cannot be imported in production.

    local = LocalStripe(
        port=options.port,
        path=options.state,
        api_version=options.api_version,
        webhook_url=options.webhook_url,
        webhook_secret=secret_from_file(Path(options.secret_file), prefix="whsec_"),
    )
    with local:
        print(f"Local Stripe on {local.url} (no money moves here); its dashboard is the same address.", flush=True)  # noqa: T201
        done.wait()
    return 0


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Return whether this is a deployment that uses the stand-in: development without a Stripe key."""
    return environment.get("DEVELOPMENT") == "1" and environment.get("STRIPE_API_KEY", "") in ("", LOCAL_STRIPE_KEY)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="local_stripe", description="A stand-in for Stripe, for development.")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--state", default="var/local_stripe.sqlite3", help="SQLite file that keeps its state.")
    parser.add_argument("--webhook-url", default="http://127.0.0.1:8000/webhooks/stripe")
    parser.add_argument("--secret-file", default="var/stripe_webhook_secret", help="File with the signing secret.")
    parser.add_argument("--api-version", default=stripe.api_version, help="The account's own version of the API.")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
