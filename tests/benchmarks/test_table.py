"""The table of the benchmarks: every figure is measured, compared with its goal, and written as JSON."""

import json
from pathlib import Path

import pytest

from benchmarks.kit.document import BEGIN, END, put_into
from benchmarks.kit.table import GOALS, Goal, Measurement, Table
from benchmarks.paths import MEASURES


def test_everything_in_the_table_is_measured_once() -> None:
    paths = [goal.path for goals in GOALS.values() for goal in goals]
    assert list(MEASURES) == list(GOALS)
    assert len(set(paths)) == len(paths)


def test_a_goal_says_whether_a_figure_reaches_it() -> None:
    assert Goal("hold", "share", at_least=0.45).is_met_by(0.45) is True
    assert Goal("hold", "share", at_least=0.45).is_met_by(0.449) is False
    assert Goal("reads", "ratio", at_most=1.15).is_met_by(1.15) is True
    assert Goal("reads", "ratio", at_most=1.15).is_met_by(1.16) is False
    assert Goal("grant", "share").is_met_by(0.1) is None


def test_a_run_is_written_with_every_row(tmp_path: Path) -> None:
    table = Table(is_quick=True)
    for name, goals in GOALS.items():
        table.add(name, {goal.path: Measurement(1.0, "why", details={"callers": 8}) for goal in goals})
    table.write(tmp_path / "new" / "run.json")
    run = json.loads((tmp_path / "new" / "run.json").read_text())
    assert set(run) == {"startedAt", "seconds", "isQuick", "machine", "secondsByGroup", "errors", "rows"}
    assert set(run["machine"]) == {"processors", "loadBefore", "kernel", "python"}
    assert [row["path"] for row in run["rows"]] == [goal.path for goals in GOALS.values() for goal in goals]
    assert run["rows"][0] == {
        "path": "hold",
        "figure": "limit's processor time / its own",
        "value": 1.0,
        "atLeast": 0.45,
        "atMost": None,
        "isMet": True,
        "note": "why",
        "details": {"callers": 8},
    }


def test_what_a_quick_run_cannot_say_is_not_judged() -> None:
    table = Table(is_quick=True)
    table.add("memory", {"worker memory": Measurement(2.0), "worker growth": Measurement(9.0, is_judged=False)})
    assert [row["isMet"] for row in table.rows] == [False, None]


def test_a_run_replaces_the_table_of_a_page(tmp_path: Path) -> None:
    table, page = Table(is_quick=True), tmp_path / "speed.md"
    table.add("memory", {"worker memory": Measurement(2.0, "why"), "worker growth": Measurement(9.0, is_judged=False)})
    table.errors["codes"] = "no disk"
    page.write_text(f"# Speed\n{BEGIN}old\n{END}## After\n")
    put_into(page, table.as_json())
    before, made, after = page.read_text().replace(END, BEGIN).split(BEGIN)
    assert (before, after) == ("# Speed\n", "## After\n")
    assert "with small counts" in made
    assert "Not measured: codes." in made
    assert "| worker memory | 2.000 | at most 1.6 | no | MB / bare Django and DRF (why) |" in made
    assert "| worker growth | 9.000 | at most 3 |  | MB in 100,000 requests |" in made
    assert "old" not in made


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    page.write_text(BEGIN)
    with pytest.raises(ValueError, match="has no"):
        put_into(page, Table(is_quick=True).as_json())
    assert page.read_text() == BEGIN
