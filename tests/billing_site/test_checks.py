"""System checks name wrong settings, and a process with errors does not start."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from billing_site.checks import CONFIGURATION, PER_PROCESS, check_limits, refuse_to_start

ROOT = Path(__file__).resolve().parents[2]
SMTP = "django.core.mail.backends.smtp.EmailBackend"
PRODUCTION = {
    "DEVELOPMENT": False,
    "LOCAL_ISSUER": False,
    "SECRET_KEY": "s" * 60,
    "ALLOWED_HOSTS": ["billing.example.com"],
    "PUBLIC_BASE_URL": "https://billing.example.com",
    "CELERY_BROKER_URL": "redis://127.0.0.1/0",
    "STAFF_SECOND_FACTOR": True,
    "WEBHOOK_LOOPBACK": False,
    "CLERK_ISSUER": "https://clerk.example.com",
    "CLERK_AUTHORIZED_PARTIES": ["https://app.example.com"],
    "STRIPE_API_BASE": "https://api.stripe.com",
    "STRIPE_API_KEY": "rk_live_1",
    "STRIPE_WEBHOOK_SECRETS": ["whsec_1"],
    "STRIPE_LIVEMODE": True,
    "EMAIL_BACKEND": SMTP,
    "EMAIL_HOST": "smtp.example.com",
    "DEFAULT_FROM_EMAIL": "Billing <billing@example.com>",
    "API_RATE_PER_CREDENTIAL": 6000,
    "API_RATE_PER_ORGANIZATION": 0,
    "API_RATE_PER_ADDRESS": 600,
    "API_WRONG_CREDENTIALS_PER_ADDRESS": 60,
}
SHARED_CACHE = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}


@pytest.fixture
def found(settings, monkeypatch):
    """Return a function that returns the ids of failed checks for changed settings of production."""

    def check(engine="django.db.backends.postgresql", **changes):
        monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", engine)
        for name, value in (PRODUCTION | changes).items():
            setattr(settings, name, value)
        return [message.id.removeprefix("billing_site.") for message in run_checks(tags=[CONFIGURATION])]

    return check


class TestChecks:
    def test_are_silent_on_production_settings(self, found):
        assert found() == []

    @pytest.mark.parametrize(
        ("changes", "named"),
        [
            ({"SECRET_KEY": ""}, "E001"),
            ({"ALLOWED_HOSTS": []}, "E002"),
            ({"PUBLIC_BASE_URL": "http://billing.example.com"}, "E003"),
            ({"PUBLIC_BASE_URL": ""}, "E003"),
            ({"CELERY_BROKER_URL": ""}, "E004"),
            ({"ALLOWED_HOSTS": ["*"]}, "E005"),
            ({"DEVELOPMENT": True}, "E010"),
            ({"DEVELOPMENT": True, "STRIPE_LIVEMODE": False}, "E010"),
            ({"WEBHOOK_LOOPBACK": True}, "E012"),
            ({"STRIPE_API_KEY": "pk_live_1"}, "E020"),
            ({"STRIPE_LIVEMODE": False}, "E021"),
            ({"STRIPE_API_KEY": "sk_test_1"}, "E022"),
            ({"STRIPE_API_KEY": ""}, "E023"),
            ({"STRIPE_WEBHOOK_SECRETS": []}, "E024"),
            ({"STRIPE_WEBHOOK_SECRETS": ["whsec_1", "1"]}, "E025"),
            ({"STRIPE_API_BASE": "http://127.0.0.1:12111"}, "E026"),
            ({"engine": "django.db.backends.sqlite3"}, "E006"),
            ({"DEFAULT_FROM_EMAIL": ""}, "E070"),
            ({"EMAIL_USE_TLS": True, "EMAIL_USE_SSL": True}, "E071"),
            ({"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, "E072"),
            ({"EMAIL_HOST": ""}, "E073"),
            ({"EMAIL_TIMEOUT": 0}, "E074"),
            ({"EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend"}, "W075"),
            ({"METRICS_TOKEN": "t", "WEB_WORKERS": 2}, "E050"),
            ({"WEB_WORKERS": 2}, "W051"),
            ({"BREAKDOWN_VALUES_A_MONTH": 10_001}, "E052"),
            ({"BREAKDOWN_VALUES_A_MONTH": 0}, "E052"),
        ],
    )
    def test_name_what_is_wrong(self, found, changes, named):
        assert named in found(**changes)

    def test_let_several_workers_be_measured_together(self, found):
        measured = {"METRICS_TOKEN": "t", "PROMETHEUS_MULTIPROC_DIR": "/run/metrics"}
        assert found(WEB_WORKERS=2, CACHES=SHARED_CACHE, **measured) == []

    def test_name_each_limit_that_several_processes_count_for_themselves(self, found):
        assert found(WEB_WORKERS=3) == ["W051"]
        (message,) = check_limits()
        assert "3 times" in message.msg
        assert [name for name in PER_PROCESS if name in message.msg] == [
            "API_RATE_PER_CREDENTIAL",
            "API_RATE_PER_ADDRESS",
            "API_WRONG_CREDENTIALS_PER_ADDRESS",
        ]

    @pytest.mark.parametrize("changes", [{"WEB_WORKERS": 1}, {"CACHES": SHARED_CACHE}, dict.fromkeys(PER_PROCESS, 0)])
    def test_are_silent_where_limits_hold(self, found, changes):
        assert found(**{"WEB_WORKERS": 3, **changes}) == []

    def test_ask_for_nothing_in_development(self, found):
        nothing = {"SECRET_KEY": "s", "ALLOWED_HOSTS": [], "PUBLIC_BASE_URL": "", "CELERY_BROKER_URL": ""}
        no_stripe = {"STRIPE_API_KEY": "", "STRIPE_WEBHOOK_SECRETS": [], "STRIPE_LIVEMODE": False}

        assert found(DEVELOPMENT=True, **nothing, **no_stripe) == []


class TestRefuseToStart:
    def test_names_every_error(self, found):
        found(PUBLIC_BASE_URL="", STRIPE_WEBHOOK_SECRETS=[])

        with pytest.raises(ImproperlyConfigured) as refusal:
            refuse_to_start()

        assert "E003" in str(refusal.value)
        assert "E024" in str(refusal.value)

    @pytest.mark.parametrize(
        "command",
        [
            ["-m", "celery", "--app", "billing_site.celery", "worker"],
            # Each starts Django anew, for seconds; they check at their start as the worker does.
            pytest.param(["-c", "import billing_site.wsgi"], marks=pytest.mark.long),
            pytest.param(
                ["-m", "celery", "--app", "billing_site.celery", "beat", "--pidfile="], marks=pytest.mark.long
            ),
            pytest.param(["manage.py", "dispatch"], marks=pytest.mark.long),
        ],
        ids=["worker", "web", "beat", "dispatcher"],
    )
    def test_no_process_starts_without_settings(self, tmp_path, command):
        environment = {"VAR_DIR": str(tmp_path), "PATH": ""}

        process = subprocess.run(
            [sys.executable, *command],
            check=False,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

        assert process.returncode == 1
        assert "SECRET_KEY is not set" in process.stderr


class TestPooler:
    @pytest.mark.django_db
    def test_needs_the_timeouts_on_the_role(self, settings):
        settings.DATABASE_POOLER = True

        def named() -> list[str]:
            return [message.id for message in run_checks(databases=["default"]) if message.id == "billing_site.W061"]

        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = 0")
            assert named() == ["billing_site.W061"]
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            assert named() == []

    def test_leaves_nothing_on_a_connection(self):
        """With DATABASE_POOLER=1 nothing is set in the session; without it, plans and timeouts are."""
        pooled, direct = (database_settings(DATABASE_POOLER=on) for on in ("1", "0"))

        of_client = {"connect_timeout", "tcp_user_timeout"} | {
            f"keepalives_{name}" for name in ("idle", "interval", "count")
        }
        assert pooled["OPTIONS"].keys() - of_client == {"prepare_threshold"}
        assert (pooled["OPTIONS"]["prepare_threshold"], pooled["DISABLE_SERVER_SIDE_CURSORS"]) == (None, True)
        assert direct["OPTIONS"]["prepare_threshold"] == 1
        assert "-c lock_timeout=5s -c idle_in_transaction_session_timeout=10s" in direct["OPTIONS"]["options"]
        assert (direct["CONN_MAX_AGE"], direct["DISABLE_SERVER_SIDE_CURSORS"]) == (None, False)


def database_settings(**environment: str) -> dict[str, Any]:
    """Return DATABASES["default"] as a process with these settings has it."""
    environment |= {"DEVELOPMENT": "1", "DATABASE_URL": "postgres://billing@127.0.0.1/billing"}
    script = "import json; from billing_site import settings; print(json.dumps(settings.DATABASES['default']))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)
