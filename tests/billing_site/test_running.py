"""All processes together, as `make run` starts them: they come up, do each other's work, and stop at one signal."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = """
import os, sys
from pathlib import Path
from billing_site import bootstrap
environment = bootstrap.development_environment(os.environ)
access = bootstrap.prepare(Path(sys.executable), environment)
environment.update({bootstrap.URL_SETTINGS[name]: url for name, url in access["embedded"].items()})
processes = [*bootstrap.PROCESSES, *access["embedded"], "local_stripe"]
say = lambda: bootstrap.print_access(access, "http://x")
sys.exit(bootstrap.run(Path(sys.executable), environment, processes, say))
"""
pytestmark = pytest.mark.long


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


@pytest.fixture
def site(tmp_path):
    """The running site: its process and its port, with everything under a folder of its own."""
    port = free_port()
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(tmp_path),
        "VAR_DIR": str(tmp_path),
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", RUN],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process, port
    process.terminate()  # it stops what it started; killed, it could not
    process.communicate(timeout=30)


def lines_until(process, text: str) -> list[str]:
    """Read lines up to one that holds the text."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError("".join(lines))


def processes_with(setting: str) -> list[str]:
    """Return the processes that have a setting in their environment."""
    environments = {path.parent.name: path for path in Path("/proc").glob("[0-9]*/environ")}
    return [number for number, path in environments.items() if setting.encode() in _content(path)]


def _content(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes()
    return b""


def get(port: int, path: str) -> dict:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def test_comes_up_does_scheduled_work_and_stops_at_one_signal(site, tmp_path):
    process, port = site
    printed = "".join(lines_until(process, "Ctrl-C stops everything"))
    assert printed.count("\ncurl ") == 3
    assert get(port, "/healthz") == {"status": "ok"}

    # Beat sent it through the broker to the worker, which wrote it down.
    lines_until(process, "task=outbox.heartbeat")
    assert get(port, "/readyz")["checks"]["heartbeat"]["ok"]

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert processes_with(f"VAR_DIR={tmp_path}") == []
