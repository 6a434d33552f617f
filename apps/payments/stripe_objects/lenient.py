"""Lenient readers of Stripe's objects: what is not of the expected shape is left out instead of refused.

For objects that the strict readers refuse, and for those of other products that share the Stripe account.
"""

import re
from collections.abc import Iterable

from apps.common.strict_json import Json
from apps.payments.stripe_objects import readers

_CURRENCY = re.compile(r"[A-Za-z]{3}")


def member(body: Json, *path: str) -> Json:
    """Return a nested object; empty if any step is missing or something else."""
    for name in path:
        inner = body.get(name)
        body = inner if isinstance(inner, dict) else {}
    return body


def texts(body: Json, names: Iterable[str]) -> dict[str, str]:
    """Return the members that `text` can read, by name."""
    return {name: found for name in names if (found := text(body, name))}


def text(body: Json, name: str) -> str:
    """Return a member's string, or the id of an expanded object; empty for anything else."""
    value = body.get(name)
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and value.isprintable() else ""


def amount(body: Json, name: str, default: int | None = None) -> int | None:
    """Return an amount in the currency's smallest unit; `default` if null or missing, None if it is no such amount."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= readers.LARGEST_AMOUNT else None


def currency(body: Json) -> str:
    """Return the currency code in upper case; empty if there is none."""
    code = text(body, "currency")
    return code.upper() if _CURRENCY.fullmatch(code) else ""
