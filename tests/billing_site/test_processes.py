"""All processes of `make run`: they start, work together, and stop at one signal."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from billing_site import bootstrap, supervision
from billing_site.embedded.folders import socket_folder

ROOT = Path(__file__).resolve().parents[2]
RUN = """
import os, sys
from pathlib import Path
from billing_site import bootstrap
environment = bootstrap.development_environment(os.environ)
processes = bootstrap.processes_for(environment)
sys.exit(bootstrap.run(Path(sys.executable), environment, processes))
"""
HEARTBEAT = ("task_succeeded", "task=outbox.heartbeat")
pytestmark = pytest.mark.long


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


@pytest.fixture
def environment(tmp_path):
    """Settings for a site with everything under a folder of its own."""
    given = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(tmp_path),
        "VAR_DIR": str(tmp_path),
        "PORT": str(free_port()),
        "PYTHONPATH": str(ROOT),
    }
    return bootstrap.development_environment(given)


@pytest.fixture
def site(environment):
    """The site as `make run` runs it."""
    with running(environment, "-c", RUN) as process:
        yield process


@contextmanager
def running(environment, *arguments):
    """Run Python, and end it with its child processes."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()  # so that it stops its own children, which `kill` would orphan
        process.communicate(timeout=60)


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


def get(port: str, path: str) -> dict:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def test_comes_up_does_scheduled_work_and_stops_at_one_signal(site, environment, tmp_path):
    port = environment["PORT"]
    printed = "".join(lines_until(site, "Ctrl-C stops everything"))
    for line in [line for line in printed.splitlines() if line.startswith("curl ")]:
        answer = subprocess.run([*shlex.split(line), "--fail"], check=False, capture_output=True, text=True)
        assert json.loads(answer.stdout), line
    assert printed.count("\ncurl ") == 3
    assert get(port, "/healthz") == {"status": "ok"}

    # Beat has sent a heartbeat through the broker to the worker, which recorded it.
    lines_until(site, *HEARTBEAT)
    # It is ready when the messages of the demo's past are sent too.
    ready = None
    while ready is None:
        with suppress(OSError):
            ready = get(port, "/readyz")
    assert ready["checks"]["heartbeat"]["ok"]

    site.send_signal(signal.SIGINT)
    site.communicate(timeout=60)
    assert site.returncode == 0
    assert processes_with(f"VAR_DIR={tmp_path}") == []
    assert [name for name in ("broker", "postgres") if list(socket_folders(name, tmp_path))] == []


def socket_folders(name, home):
    """Yield the socket folders left behind by servers whose data is below a home."""
    for data in (
        home,
        home / "postgres",
        Path("/var/tmp") / socket_folder("data", home / "postgres").name / "postgres",
    ):
        if socket_folder(name, data).exists():
            yield socket_folder(name, data)


def test_each_process_that_dies_is_started_again_alone(site, environment, tmp_path):
    lines_until(site, *HEARTBEAT)  # the demo data exists by then
    site.terminate()
    site.communicate(timeout=60)
    # As in a deployment: each process on its own.
    processes = [*supervision.PROCESSES, "postgres", "broker"]
    with running(environment, "-m", "billing_site.supervision", *processes) as process:
        lines_until(process, *HEARTBEAT)
        each_is_started_again_alone(process, f"VAR_DIR={tmp_path}")
        answers = 0
        while answers == 0:
            with suppress(OSError):
                answers += get(environment["PORT"], "/healthz") == {"status": "ok"}


def each_is_started_again_alone(process, setting):
    commands = {
        "worker": "\0--queues=celery\0",
        "webhooks": "\0--queues=webhooks\0",
        "beat": "\0beat\0",
        "dispatcher": "dispatch",
        "web": "granian",
    }
    for name in commands:
        before = {each: process_of(setting, word) for each, word in commands.items()}
        os.kill(before[name], signal.SIGKILL)
        lines_until(process, f"exited: {name} (terminated by SIGKILL")
        # A heartbeat needs beat, broker, worker and dispatcher; the web process reports it.
        lines_until(process, *HEARTBEAT)
        after = {each: process_of(setting, word) for each, word in commands.items()}
        assert {each for each in commands if after[each] != before[each]} == {name}
