"""Stripe's form encoding: `a[b][0]=c` to nested dicts and lists."""

import re
from typing import Any
from urllib.parse import parse_qsl

from local_stripe.errors import StripeFault

_PARTS = re.compile(r"\[([^\[\]]*)\]")


def decode(text: str) -> dict[str, Any]:
    """Return the form as nested values; every leaf is a string."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, _, tail = name.partition("[")
        path = [head, *_PARTS.findall(f"[{tail}" if tail else "")]
        _place(root, path, value, name)
    return {name: _listed(value) for name, value in root.items()}


def _place(root: dict[str, Any], path: list[str], value: str, name: str) -> None:
    here = root
    for part in path[:-1]:
        here = here.setdefault(part or str(len(here)), {})
        if not isinstance(here, dict):
            raise StripeFault.invalid(f"Invalid parameter {name}", param=name)
    here[path[-1] or str(len(here))] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(part) for name, part in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
