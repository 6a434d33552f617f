"""Exit codes and output of management commands."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("arguments", [["export_ledger", "--format", "csv"], ["help", "--commands"]])
def test_a_reader_that_has_enough_ends_a_command_silently(arguments):
    command = [sys.executable, "manage.py", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()  # as `head -0` does
        assert (process.stderr.read(), process.wait()) == (b"", 141)
