"""System checks of the configured upstreams."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

_NAME = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)


def check_upstreams(**_: Any) -> Iterable[CheckMessage]:
    """Check that each upstream has a valid name, an https URL without credentials, and a secret."""
    for name, base in settings.SNAPSHOT_UPSTREAMS.items():
        address = urlsplit(base)
        schemes = {"https", "http"} if settings.DEVELOPMENT else {"https"}
        if not _NAME.fullmatch(name):
            yield _error(
                "E001", f"{name!r} in SNAPSHOT_UPSTREAMS is not a valid name.", "Use lower-case letters, digits and -."
            )
        if address.scheme not in schemes or not address.hostname or address.username or address.query:
            yield _error("E002", f"The upstream {name} has no https:// address.", "Write name=https://host/path.")
        if not settings.SNAPSHOT_UPSTREAM_SECRETS.get(name):
            yield _error("E003", f"The upstream {name} has no secret.", "Add name=secret to SNAPSHOT_UPSTREAM_SECRETS.")


def _error(number: str, message: str, hint: str) -> CheckMessage:
    return Error(message, hint=hint, id=f"snapshots.{number}")
