"""Every benchmark runs at its smallest size, by the command in a separate process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.kit.database import ROOT
from benchmarks.kit.table import GOALS

# These start further servers and databases.
SLOW = ("reads", "lists", "memory", "slow_bodies")


def run(names: list[str], written: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--smoke", "--only", *names, "--json", str(written)]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-3_000:]
    rows = json.loads(written.read_text())["rows"]
    assert [row["path"] for row in rows] == [goal.path for name in names for goal in GOALS[name]]


@pytest.mark.long
def test_every_path_of_one_server_is_measured(tmp_path: Path) -> None:
    run([name for name in GOALS if name not in SLOW], tmp_path / "run.json")


@pytest.mark.long
def test_every_other_path_is_measured(tmp_path: Path) -> None:
    run(list(SLOW), tmp_path / "run.json")
