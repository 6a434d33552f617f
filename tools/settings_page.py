"""Writes docs/settings.md: `.env.example` as tables, so that every setting is described in one place."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / ".env.example"
PAGE = ROOT / "docs" / "settings.md"
HEAD = """# Settings

Written by `make documents` from `.env.example`; a test fails while the two differ. Settings come from the environment
or from a file `.env` beside `.env.example`. Settings marked as required have no default outside development, and
`manage.py check` names each that is missing or contradicts another. Web, worker, beat and dispatcher run the
same checks and do not start on an error.
"""

_SETTING = re.compile(r"^(#?)([A-Z_]+)=(.*)$")


def page() -> str:
    """Return the text of the page for the current `.env.example`."""
    blocks = re.split(r"(?m)^# --- (.+) ---\n", EXAMPLE.read_text())[1:]
    sections = [_section(name, body) for name, body in zip(blocks[::2], blocks[1::2], strict=True)]
    return "\n".join([HEAD, *sections])


def _section(name: str, body: str) -> str:
    rows: list[str] = []
    comment: list[str] = []
    follows_setting = False
    for line in body.splitlines():
        if (found := _SETTING.match(line)) is None:
            comment = [*([] if follows_setting else comment), line.removeprefix("#").strip()]
            follows_setting = False
            continue
        follows_setting = True  # The next setting shares this comment unless it has its own.
        is_optional, setting, value = found.groups()
        default = (
            (f"`{value}`" if value else "empty") if is_optional else f"required{f', e.g. `{value}`' if value else ''}"
        )
        rows.append(f"| `{setting}` | {default} | {' '.join(comment).strip()} |")
    return "\n".join(
        [f"## {name[0].upper()}{name[1:]}\n", "| setting | default | meaning |", "|---|---|---|", *rows, ""]
    )
