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
HEARTBEAT = ("task_succeeded", "task=outbox.heartbeat")
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


def lines_until(process, *words: str) -> list[str]:
    """Read lines up to one that holds all the words."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if all(word in line for word in words):
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


def process_of(setting: str, command: str) -> int:
    """Return the id of the running process that has a setting and a word of its command line."""
    found = [
        int(number)
        for number in processes_with(setting)
        if command.encode() in _content(Path(f"/proc/{number}/cmdline"))
        and b"supervis" not in _content(Path(f"/proc/{number}/cmdline"))
    ]
    return min(found)


def get(port: int, path: str) -> dict:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def test_comes_up_does_scheduled_work_and_stops_at_one_signal(site, tmp_path):
    process, port = site
    printed = "".join(lines_until(process, "Ctrl-C stops everything"))
    assert printed.count("\ncurl ") == 3
    assert get(port, "/healthz") == {"status": "ok"}

    # Beat sent it through the broker to the worker, which wrote it down.
    lines_until(process, *HEARTBEAT)
    assert get(port, "/readyz")["checks"]["heartbeat"]["ok"]

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert processes_with(f"VAR_DIR={tmp_path}") == []


def test_each_process_that_dies_is_started_again_alone(site, tmp_path):
    process, port = site
    lines_until(process, "Ctrl-C stops everything")
    lines_until(process, *HEARTBEAT)
    setting = f"VAR_DIR={tmp_path}"
    commands = {"worker": "\0worker\0", "beat": "\0beat\0", "dispatcher": "dispatch", "web": "granian"}
    for name in commands:
        before = {each: process_of(setting, word) for each, word in commands.items()}
        os.kill(before[name], signal.SIGKILL)
        lines_until(process, f"exited: {name} (terminated by SIGKILL")
        # Beat, dispatcher, broker and worker together make a heartbeat; the web process tells of it.
        lines_until(process, *HEARTBEAT)
        after = {each: process_of(setting, word) for each, word in commands.items()}
        assert {each for each in commands if after[each] != before[each]} == {name}
    answers = 0
    while answers == 0:
        with suppress(OSError):
            answers += get(port, "/healthz") == {"status": "ok"}
