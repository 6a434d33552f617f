"""System checks: each names a wrong setting and says what to do about it.

`manage.py check` prints them; web, worker and beat run them too and refuse to start on an error.
"""

import time
from collections.abc import Iterable, Sequence
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from apps.pricing.breakdowns import MOST_VALUES_A_MONTH

CONFIGURATION = "configuration"
LIVE_KEYS = ("sk_live_", "rk_live_")
TEST_KEYS = ("sk_test_", "rk_test_")
PER_PROCESS = (
    "API_RATE_PER_CREDENTIAL",
    "API_RATE_PER_ORGANIZATION",
    "API_RATE_PER_ADDRESS",
    "API_WRONG_CREDENTIALS_PER_ADDRESS",
)


def check_required(**_: Any) -> Iterable[CheckMessage]:
    """Check the settings that identify or protect the site; outside development none has a default."""
    if settings.DEVELOPMENT:
        return
    try:
        bool(settings.SECRET_KEY)
    except ImproperlyConfigured:
        yield _error("E001", "SECRET_KEY is not set.", "Set it to 50 or more random characters.")
    if not settings.ALLOWED_HOSTS:
        yield _error(
            "E002", "ALLOWED_HOSTS is not set.", "List the host names the site answers to, separated by commas."
        )
    if not settings.PUBLIC_BASE_URL.startswith("https://"):
        yield _error(
            "E003",
            "PUBLIC_BASE_URL is not an https:// address.",
            "Set it to the address customers reach; every link handed out starts with it.",
        )
    if not settings.CELERY_BROKER_URL:
        yield _error("E004", "CELERY_BROKER_URL is not set.", "Set it to redis://… or amqp://….")
    if not settings.DATABASES["default"].get("ENGINE", "").endswith("postgresql"):
        yield _error("E006", "DATABASE_URL names no PostgreSQL.", "Set it to postgres://user:password@host/name.")


def check_hosts(**_: Any) -> Iterable[CheckMessage]:
    if "*" in settings.ALLOWED_HOSTS:
        yield _error("E005", "ALLOWED_HOSTS allows every host.", "List the host names the site answers to.")


def check_development(**_: Any) -> Iterable[CheckMessage]:
    """Check that development, which issues tokens itself, never meets real money."""
    if not settings.DEVELOPMENT:
        return
    if settings.STRIPE_LIVEMODE or settings.STRIPE_API_KEY.startswith(LIVE_KEYS):
        yield _error(
            "E010",
            "DEVELOPMENT=1 together with live Stripe settings.",
            "Unset DEVELOPMENT in production; use a test key in development.",
        )


def check_webhooks(**_: Any) -> Iterable[CheckMessage]:
    """Check that no customer can make the site send requests to itself."""
    if settings.WEBHOOK_LOOPBACK and not settings.DEVELOPMENT:
        yield _error(
            "E012", "WEBHOOK_LOOPBACK is on outside development.", "Unset it: it lets webhooks reach this machine."
        )


def check_stripe(**_: Any) -> Iterable[CheckMessage]:
    """Check that the key's mode is the deployment's, and that webhooks can be verified."""
    key, live = settings.STRIPE_API_KEY, settings.STRIPE_LIVEMODE
    if key and not key.startswith(LIVE_KEYS + TEST_KEYS):
        yield _error("E020", "STRIPE_API_KEY is not a Stripe secret or restricted key.", "It starts with sk_ or rk_.")
    elif key.startswith(LIVE_KEYS) and not live:
        yield _error("E021", "STRIPE_API_KEY is a live key but STRIPE_LIVEMODE is off.", "Set STRIPE_LIVEMODE=1.")
    elif key.startswith(TEST_KEYS) and live:
        yield _error("E022", "STRIPE_API_KEY is a test key but STRIPE_LIVEMODE is on.", "Set a live key.")
    if live and not key:
        yield _error("E023", "STRIPE_LIVEMODE is on without STRIPE_API_KEY.", "Set a live key.")
    if key and not settings.STRIPE_WEBHOOK_SECRETS:
        yield _error(
            "E024",
            "STRIPE_API_KEY is set without STRIPE_WEBHOOK_SECRETS: no payment would ever settle.",
            "List the endpoint's signing secrets (whsec_…), two while one is being rolled.",
        )
    if not all(secret.startswith("whsec_") for secret in settings.STRIPE_WEBHOOK_SECRETS):
        yield _error("E025", "STRIPE_WEBHOOK_SECRETS has entries that are not signing secrets.", "They are whsec_….")
    if not settings.STRIPE_API_BASE.startswith("https://") and (live or not settings.DEVELOPMENT):
        yield _error("E026", "STRIPE_API_BASE is not an https:// address.", "Unset it; the default is Stripe's.")


def check_stripe_calls(**_: Any) -> Iterable[CheckMessage]:
    """Check that a slow call to Stripe cannot hold a worker for long, and that Stripe is not replaced by a stand-in."""
    if not (0 < settings.STRIPE_CONNECT_SECONDS <= 10 and 0 < settings.STRIPE_READ_SECONDS <= 10):
        yield _error("E027", "A call to Stripe may take longer than 10 seconds.", "Set STRIPE_…_SECONDS to 1 to 10.")
    if not 0 <= settings.STRIPE_RETRIES <= 5:
        yield _error("E028", "STRIPE_RETRIES is not 0 to 5.", "Set it to 2.")


def check_mail(**_: Any) -> Iterable[CheckMessage]:
    """Check that emails leave this machine, encrypted, with a sender."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if "@" not in sender:
        yield _error("E070", "MAIL_FROM is not an address.", "Set it to Billing <billing@example.com>.")
    if settings.EMAIL_USE_TLS and settings.EMAIL_USE_SSL:
        yield _error("E071", "EMAIL_USE_TLS and EMAIL_USE_SSL are both on.", "Use TLS for port 587, SSL for port 465.")
    backend = settings.EMAIL_BACKEND
    if settings.DEVELOPMENT:
        return
    if backend.startswith("django.") and not backend.endswith(".smtp.EmailBackend"):
        yield _error("E072", f"EMAIL_BACKEND {backend} sends nothing.", "Unset it for SMTP, or use Anymail.")
    if backend.endswith(".smtp.EmailBackend") and not settings.EMAIL_HOST:
        yield _error("E073", "EMAIL_HOST is not set.", "Set it to the mail server, or change EMAIL_BACKEND.")
    if not 0 < settings.EMAIL_TIMEOUT <= 20:
        yield _error("E074", "A mail server may take longer than 20 seconds.", "Set EMAIL_TIMEOUT to 1 to 20.")
    if backend.startswith("anymail.") and not settings.MAIL_REPORTS_ARE_SIGNED:
        yield Warning(
            "ANYMAIL has no key that verifies the provider's reports, so bounced emails are not noticed.",
            hint="Set the provider's signing key in ANYMAIL, or WEBHOOK_SECRET to name:password.",
            id="billing_site.W075",
        )


def check_metrics(**_: Any) -> Iterable[CheckMessage]:
    """Check that metrics cover all workers: each worker counts its own requests, and a scrape reaches only one."""
    if settings.METRICS_TOKEN and settings.WEB_WORKERS > 1 and not settings.PROMETHEUS_MULTIPROC_DIR:
        yield _error(
            "E050",
            "METRICS_TOKEN is set for several WEB_WORKERS without PROMETHEUS_MULTIPROC_DIR.",
            "Set it to a folder that is emptied before the web process starts.",
        )


def check_limits(**_: Any) -> Iterable[CheckMessage]:
    """Check that limits use a shared cache; with a cache per process, each process allows the full limit."""
    counted = [name for name in PER_PROCESS if getattr(settings, name) > 0]
    in_process = settings.CACHES["default"]["BACKEND"].endswith(("LocMemCache", "DummyCache"))
    if settings.WEB_WORKERS > 1 and in_process and counted:
        yield Warning(
            f"These limits are counted in each of {settings.WEB_WORKERS} web processes, so up to "
            f"{settings.WEB_WORKERS} times as much gets through: {', '.join(counted)}.",
            hint="Set CACHE_URL to a cache that all processes share: rediscache://127.0.0.1:6379/1.",
            id="billing_site.W051",
        )


def check_breakdowns(**_: Any) -> Iterable[CheckMessage]:
    """Check the bound of a month's values: each batch counts the rows of every breakdown that gets a new value."""
    if not 1 <= settings.BREAKDOWN_VALUES_A_MONTH <= MOST_VALUES_A_MONTH:
        yield Error(
            f"BREAKDOWN_VALUES_A_MONTH is {settings.BREAKDOWN_VALUES_A_MONTH}.",
            hint=f"Set it between 1 and {MOST_VALUES_A_MONTH}.",
            id="billing_site.E052",
        )


def check_timeouts(*, databases: Sequence[str] | None = None, **_: Any) -> Iterable[CheckMessage]:
    """Check the database role's timeouts, on which a deployment behind a pooler relies; `migrate` runs this check."""
    if not databases or not settings.DATABASE_POOLER:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = '0' ORDER BY name",
            [[name for name, seconds in settings.DATABASE_TIMEOUTS.items() if seconds]],
        )
        missing = [name for (name,) in cursor.fetchall()]
    if missing:
        yield Warning(
            f"The database's role has no {', '.join(missing)}: one stuck client could block all others.",
            hint="Run the ALTER ROLE of docs/operations.md.",
            id="billing_site.W061",
        )


CONFIGURATION_CHECKS = (
    check_required,
    check_hosts,
    check_development,
    check_webhooks,
    check_stripe,
    check_stripe_calls,
    check_mail,
    check_metrics,
    check_limits,
    check_breakdowns,
)


def refuse_to_start() -> None:
    """Stop a process whose configuration is wrong.

    Raises:
        ImproperlyConfigured: with every error, one per line.
    """
    errors = [message for message in run_checks(tags=[CONFIGURATION]) if message.is_serious()]
    if errors:
        raise ImproperlyConfigured("\n".join(f"{error.id}: {error.msg} {error.hint}" for error in errors))


def wait_for_database(*, seconds: int = 30) -> None:
    """Wait until the database accepts connections; processes that are started together come up in any order.

    Raises:
        OperationalError: it still refuses after the wait.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return connection.ensure_connection()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _error(number: str, message: str, hint: str) -> CheckMessage:
    return Error(message, hint=hint, id=f"billing_site.{number}")
