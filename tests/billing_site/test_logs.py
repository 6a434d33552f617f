"""Log lines are machine-readable and contain no credentials."""

import json
import logging
import sys

import pytest
import structlog
from django_structlog.celery.signals import bind_extra_task_metadata

from billing_site.celery import app
from billing_site.logs import HIDDEN, configure_logs, hide_secrets, leave_out_probes


@pytest.fixture
def line_of():
    """Return a function that gives the JSON line of a log record."""
    formatter_settings = configure_logs("json", "INFO")["formatters"]["line"]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=formatter_settings["foreign_pre_chain"], processors=formatter_settings["processors"]
    )

    def line(message, *args, exc_info=None, **extra):
        record = logging.LogRecord("apps.payments", logging.WARNING, __file__, 1, message, args, exc_info)
        record.__dict__.update(extra)
        return json.loads(formatter.format(record))

    return line


class TestJsonLine:
    def test_has_level_logger_time_and_extra(self, line_of):
        line = line_of("dispatch_paused", seconds=2)

        assert (line["event"], line["level"], line["logger"], line["seconds"]) == (
            "dispatch_paused",
            "warning",
            "apps.payments",
            2,
        )
        assert line["timestamp"].endswith("Z")

    @pytest.mark.parametrize(
        "secret",
        [
            "sk_live_51Habc",
            "rk_test_51Habc",
            "whsec_abc123",
            "bk_test_tv9930sgcd_ZXcJeZMds4juveGi1AfYhmmSfuqM0uI3",
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJsb2NhbCJ9.c2lnbmF0dXJl",
        ],
    )
    def test_shows_no_credential(self, line_of, secret):
        line = line_of("called with %s", secret, url=f"https://x/?k={secret}", seen=[secret], body={"a": secret})

        assert secret not in json.dumps(line)

    @pytest.mark.parametrize(
        "address", ["/admin/vouchers/voucher/?q={}", "/admin/search/?s={}&page=2", "/x?page=2&q={}"]
    )
    def test_shows_nothing_that_was_searched_for(self, line_of, address):
        line = line_of("request_finished", request="GET " + address.format("SPRING-TJV7-XVYN-XPRG-A4M7-C4C9"))

        assert line["request"] == "GET " + address.format(HIDDEN)

    def test_shows_no_credential_of_an_exception(self, line_of):
        error = ValueError("Invalid API key: sk_live_51Habc")

        line = line_of("failed", exc_info=(ValueError, error, None))

        assert "sk_live_51Habc" not in json.dumps(line)
        assert "Invalid API key" in line["exception"]


class TestProcessors:
    def test_hides_by_name(self):
        assert hide_secrets(None, "", {"Authorization": "Basic x", "event": "e"}) == {
            "Authorization": HIDDEN,
            "event": "e",
        }

    def test_leaves_out_probes_that_found_all_well(self):
        with pytest.raises(structlog.DropEvent):
            leave_out_probes(None, "", {"request": "GET /readyz", "code": 200})

    def test_keeps_probes_that_found_trouble(self):
        event = {"request": "GET /readyz", "code": 503}

        assert leave_out_probes(None, "", event) == event


class TestTaskLines:
    @pytest.mark.django_db  # celery looks for the database when it loads the tasks
    def test_carry_the_name_of_the_task(self):
        app.loader.import_default_modules()
        current_task = app.tasks["outbox.heartbeat"]
        with structlog.contextvars.bound_contextvars():
            bind_extra_task_metadata.send(sender=None, task=current_task, logger=None)
            bound = structlog.contextvars.get_contextvars()
            structlog.contextvars.unbind_contextvars("task")

        assert bound["task"] == "outbox.heartbeat"


class TestAWrongHost:
    @pytest.mark.parametrize("path", ["/healthz", "/admin/login/", "/v1/organization", "/nowhere"])
    def test_is_a_bad_request_and_no_line_above_information(self, client, caplog, path):
        with caplog.at_level(logging.INFO):
            assert client.get(path, headers={"host": "evil.example"}).status_code == 400
        assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []


class TestConsole:
    def test_an_error_is_a_plain_traceback_without_what_frames_hold(self, capsys):
        settings = configure_logs("console", "INFO")["formatters"]["line"]
        formatter = structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=settings["foreign_pre_chain"], processors=settings["processors"]
        )
        try:
            held = ["a local value"] * 3
            raise LookupError(f"no {len(held)} with sk_live_51Habc")
        except LookupError:
            record = logging.LogRecord("apps", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
        text = formatter.format(record)

        assert "LookupError: no 3 with" in text
        assert "a local value" not in text.replace('held = ["a local value"]', "")
        assert "sk_live_51Habc" not in text


@pytest.mark.parametrize(("style", "shown"), [("json", True), ("console", False)])
def test_chained_records_are_logged_where_logs_are_kept(style, shown):
    level = configure_logs(style, "INFO")["loggers"]["apps.ledger.services.books"].get("level", "INFO")
    assert (level == "INFO") is shown
