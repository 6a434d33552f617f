"""The table of docs/speed.md, made from the JSON of a run: `python -m benchmarks --markdown FILE`."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.kit.table import Goal

BEGIN, END = "<!-- made by python -m benchmarks --markdown -->\n", "<!-- end of what is made -->\n"


def put_into(page: Path, run: Mapping[str, Any]) -> None:
    """Replace the text between the two marks of a page.

    Raises:
        ValueError: the page lacks one of them.
    """
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no {BEGIN.strip()} with {END.strip()} after it.")
    page.write_text(f"{before}{begin}\n{as_markdown(run)}\n{end}{after}")


def as_markdown(run: Mapping[str, Any]) -> str:
    """Return a sentence about the run and one row for each figure."""
    return "\n".join([_sentence(run), "", *_rows(run["rows"])]) + "\n"


def _sentence(run: Mapping[str, Any]) -> str:
    minutes, seconds = divmod(run["seconds"], 60)
    started, machine = datetime.fromisoformat(run["startedAt"]), run["machine"]
    missing = f" Not measured: {', '.join(run['errors'])}." if run["errors"] else ""
    return (
        f"Started {started:%Y-%m-%d %H:%M} UTC with {'small' if run['isQuick'] else 'full'} counts, in {minutes} min "
        f"{seconds} s;\n{machine['processors']} processors, load {machine['loadBefore']} before it, "
        f"Python {machine['python']}.{missing}"
    )


def _rows(rows: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "| path | measured | goal | met | what the figure is |"
    yield "|---|---|---|---|---|"
    for row in rows:
        goal = Goal(row["path"], row["figure"], row["atLeast"], row["atMost"])
        met = {True: "yes", False: "no", None: ""}[row["isMet"]]
        note = f" ({row['note']})" if row["note"] else ""
        bound = goal.text.replace(">=", "at least").replace("<=", "at most")
        yield f"| {row['path']} | {row['value']:.3f} | {bound} | {met} | {row['figure']}{note} |"
