"""Logs without secrets: a JSON object per line in production, readable lines in development."""

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

Event = MutableMapping[str, Any]
SECRET = re.compile(  # what staff searched for, maybe whole voucher codes; Stripe's keys, our API keys, session tokens
    r"(?<=[?&][qs]=)[^&\s\"']+"
    r"|(?:sk|rk|pk)_(?:live|test)_\w+|whsec_\w+|bk_(?:live|test)_[a-z0-9]+_\w+|eyJ[\w-]+\.[\w-]+\.[\w-]*"
)
SECRET_NAMES = frozenset(("authorization", "password", "secret", "token", "api_key", "cookie"))
HIDDEN = "[hidden]"
PROBES = frozenset(("GET /healthz", "GET /readyz"))


def hide_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """Replace credentials with a placeholder, wherever they occur in a log event."""
    return {name: HIDDEN if name.lower() in SECRET_NAMES else _hidden(value) for name, value in event.items()}


def leave_out_probes(_logger: Any, _method: str, event: Event) -> Event:
    """Drop the lines of successful health probes, which come every few seconds."""
    if event.get("code") == 200 and event.get("request") in PROBES:
        raise structlog.DropEvent
    return event


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return SECRET.sub(HIDDEN, value)
    if isinstance(value, dict):
        return hide_secrets(None, "", value)
    if isinstance(value, list | tuple):
        return [_hidden(item) for item in value]
    return value


def _json(event: Event, default: Any) -> str:
    """Write an event as JSON; the standard library writes those that orjson refuses, as for long integers."""
    try:
        return orjson.dumps(event, default).decode()
    except TypeError:
        return json.dumps(event, default=default)


class LineFormatter(structlog.stdlib.ProcessorFormatter):
    """structlog's formatter without the copy that it makes of every record: here only one handler reads a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        event: Any = {"_record": record, "_from_structlog": isinstance(record.msg, dict)}
        if isinstance(record.msg, dict):
            event |= record.msg
        else:
            event["event"] = record.getMessage()
            if record.exc_info:
                event["exc_info"] = record.exc_info
            for processor in self.foreign_pre_chain or ():
                event = processor(self.logger, record.levelname.lower(), event)
        for processor in self.processors:
            event = processor(self.logger, record.levelname.lower(), event)
        return str(event)


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
]
LAST = {
    "json": [structlog.processors.format_exc_info, hide_secrets, structlog.processors.JSONRenderer(_json)],
    # A plain traceback: writing every frame's locals takes seconds per error and shows their values.
    "console": [
        structlog.processors.format_exc_info,
        hide_secrets,
        structlog.dev.ConsoleRenderer(
            pad_event_to=0, colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        ),
    ],
}


def configure_logs(style: str, level: str) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING; `style` is json or console."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            leave_out_probes,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    # No line shows the thread, the process, or the place in the code, so that nothing looks them up.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    quiet = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": LineFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *LAST[style]],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            "django.request": {"level": "CRITICAL"},  # django_structlog logs the same with its request id.
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # A scanner's Host header is a 400 like any other.
            "django.server": quiet,
            "stripe": quiet,
            "celery.app.trace": quiet,
            "celery.worker.strategy": quiet,
            "celery.beat": quiet,
            "celery.utils.functional": quiet,
            # A line for each record is evidence in stored logs; on a console it hides everything else.
            "apps.ledger.services.books": quiet if style == "console" else {},
            "kombu.connection": {"level": "ERROR"},  # It warns that a file broker has no host name.
        },
    }
