"""From a clone to a running site: `make run`, or `python3 manage.py quickstart` without make.

Standard library only, because it runs before anything is installed. Old Pythons must be able to parse it, so that they
can report that they are too old.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing_site.embedded.folders import socket_folder
from billing_site.installer import InstallationStopped, install, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
START_SECONDS = 60
# An existing database may have to be migrated.
PREPARE_SECONDS = 600
# Processes that always run, and those that run unless a setting names another server.
PROCESSES = ("web", "background")
SERVERS = {"postgres": "DATABASE_URL", "broker": "CELERY_BROKER_URL", "local_stripe": "STRIPE_API_KEY"}
ACCESS_FILE = "demo_access.json"  # The text that billing_site/background.py writes when the demo is ready.
HISTORY_FOLLOWS = "The demo's first weeks are ready; the year since then is added within a minute."
LOCAL_STRIPE_PORTS_AHEAD = 4111  # 12111 for a site on port 8000


def quickstart() -> int:
    """Install, migrate, seed and run everything until Ctrl-C; return the exit code."""
    try:
        check_python(sys.version_info)
        environment = development_environment({**read_dotenv(ROOT / ".env"), **os.environ})
        host, port = environment["HOST"], checked_port(environment["PORT"])
        check_port_is_free(host, port)
        python = install(ROOT, "requirements.txt")
        environment["PATH"] = os.pathsep.join([str(python.parent), environment.get("PATH", os.defpath)])
        say("Preparing the database and the demo organization …")
        return run(python, environment, processes_for(environment))
    except InstallationStopped as reason:
        print(f"Cannot start: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def install_for_development() -> int:
    """Install what running, testing and linting need; return the exit code. `python3 -m billing_site.bootstrap`."""
    try:
        check_python(sys.version_info)
        install(ROOT, "requirements-dev.txt")
    except InstallationStopped as reason:
        print(f"Cannot install: {reason}", file=sys.stderr)
        return 1
    return 0


def check_python(version: "Sequence[Any]") -> None:
    """Refuse a Python version that the pinned packages do not support."""
    if tuple(version[:2]) < OLDEST_PYTHON:
        raise InstallationStopped(
            "Python {}.{} or newer is needed and this is {}.{}; "
            "say which one to use with PYTHON=python3.12 make run.".format(*OLDEST_PYTHON, *version[:2])
        )


def checked_port(text: str) -> int:
    """Return a port number given as text."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise InstallationStopped(f"PORT is a number from 1 to 65535, not {text!r}.")
    return int(text)


def check_port_is_free(host: str, port: int) -> None:
    """Refuse a port that is in use."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            raise InstallationStopped(
                f"port {port} on {host} cannot be used ({(exc.strerror or str(exc)).lower()}); "
                "choose another with PORT=8001 make run."
            ) from None


def development_environment(given: "Mapping[str, str]") -> "dict[str, str]":
    """Return the environment for the processes: the given one, with defaults added."""
    environment = dict(given)
    port, host = environment.get("PORT", "8000"), environment.get("HOST", "127.0.0.1")
    defaults = {
        "DEVELOPMENT": "1",
        "HOST": host,
        "PORT": port,
        "PUBLIC_BASE_URL": "http://{}:{}".format(host if host != "0.0.0.0" else "127.0.0.1", port),
        "LOCAL_STRIPE_PORT": str(port_of_local_stripe(checked_port(port))),
        "PYTHONUNBUFFERED": "1",
    }
    for name, value in defaults.items():
        environment.setdefault(name, value)
    return environment


def port_of_local_stripe(port: int) -> int:
    """Return the fixed port, so that links stay valid, or another one if it is in use."""
    wanted = port + LOCAL_STRIPE_PORTS_AHEAD if port + LOCAL_STRIPE_PORTS_AHEAD < 65536 else port - 1
    try:
        check_port_is_free("127.0.0.1", wanted)
    except InstallationStopped:
        with socket.create_server(("127.0.0.1", 0)) as free:
            return int(free.getsockname()[1])
    return wanted


def read_dotenv(file: Path) -> "dict[str, str]":
    """Return those settings of a .env file that the first run needs; Django reads the file itself."""
    if not file.is_file():
        return {}
    lines = (line.strip() for line in file.read_text().splitlines())
    pairs = (line.removeprefix("export ").split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def processes_for(environment: "Mapping[str, str]") -> "list[str]":
    """Return the Procfile's processes that this environment needs."""
    return [*PROCESSES, *(name for name, setting in SERVERS.items() if not environment.get(setting))]


def run(python: Path, environment: "Mapping[str, str]", processes: "Sequence[str]") -> int:
    """Run these Procfile processes until a signal comes, and print how to sign in; return the exit code.

    Raises:
        InstallationStopped: the database was not prepared, the site did not answer in time, or the supervisor ended.
    """
    answer = Path(environment.get("VAR_DIR") or ROOT / "var") / ACCESS_FILE
    answer.unlink(missing_ok=True)
    command = [str(python), "-m", "billing_site.supervision", *processes]
    # In its own session, so that Ctrl-C reaches it once, through us.
    runner = subprocess.Popen(command, cwd=str(ROOT), env=environment, start_new_session=True)
    asked: list[int] = []

    def leave(number: int, _frame: Any) -> None:
        asked.append(number)
        runner.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, leave)
    try:
        access = wait_for_access(answer, runner)
        if access:
            wait_until_up(environment["HOST"], environment["PORT"], runner)
        if access and runner.poll() is None:
            print_access(access, environment["PUBLIC_BASE_URL"])
    except InstallationStopped:
        if not asked:
            runner.terminate()
            runner.wait()
            raise
    code = runner.wait()
    shutil.rmtree(str(socket_folder("broker", answer.parent)), ignore_errors=True)
    if asked:
        return 0
    raise InstallationStopped(f"the supervisor ended (exit code {code}); its last lines are above.")


def wait_for_access(answer: Path, runner: "subprocess.Popen[bytes]") -> "dict[str, Any] | None":
    """Wait for the credentials from the background process and return them; None if the processes ended.

    Raises:
        InstallationStopped: it reported that it cannot prepare the database, or nothing in time.
    """
    deadline = time.monotonic() + PREPARE_SECONDS
    while runner.poll() is None:
        if answer.is_file():
            access: dict[str, Any] = json.loads(answer.read_text())
            answer.unlink()
            if "error" in access:
                raise InstallationStopped("the database could not be prepared: " + access["error"])
            return access
        if time.monotonic() > deadline:
            raise InstallationStopped(
                f"the database was not ready within {PREPARE_SECONDS} s; the last lines are above."
            )
        time.sleep(0.05)
    return None


def wait_until_up(host: str, port: str, runner: "subprocess.Popen[bytes]") -> None:
    """Wait until the web process answers or the processes end.

    Raises:
        InstallationStopped: it did not answer in time.
    """
    deadline = time.monotonic() + START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while runner.poll() is None:
        try:
            opener.open(f"http://{host}:{port}/healthz", timeout=2).close()
            return
        except (OSError, ValueError):
            if time.monotonic() > deadline:
                raise InstallationStopped(
                    f"the site did not answer within {START_SECONDS} s; the last lines of its processes are above."
                ) from None
            time.sleep(0.05)


def print_access(access: "Mapping[str, Any]", url: str) -> None:
    """Print the addresses and credentials once."""
    bearer = 'curl -s -H "Authorization: Bearer {}" {}{}'
    say(
        "",
        f"The billing back office runs at {url}",
        "",
        f"  Admin          {url}/admin/",
        "                 user {username}   password {password}".format(**access),
        "                 user {approver}   password {approver_password}, who approves large amounts".format(**access),
        "  Session token  of organization {organization}, for 12 hours:".format(**access),
        "                 {token}".format(**access),
        "  API key        of organization {organization}:".format(**access),
        "                 {api_key}".format(**access),
        "",
        *stripe_lines(access, url),
        "Paste to try:",
        "",
        bearer.format(access["token"], url, "/v1/billing/organization/summary"),
        bearer.format(access["token"], url, "/api/v1/org/billing"),
        bearer.format(access["api_key"], url, "/v1/organization"),
        "",
        *([] if access["history_is_complete"] else [HISTORY_FOLLOWS, ""]),
        "Ctrl-C stops everything.",
        "",
    )


def stripe_lines(access: "Mapping[str, Any]", url: str) -> "tuple[str, ...]":
    """Return lines on where payments go: to the local Stripe, unless a key is set."""
    if not access["local_stripe"]:
        return ("  Payments       go to Stripe, with the key in STRIPE_API_KEY", f"  Buy credit     {url}/try", "")
    return (
        "  *** No STRIPE_API_KEY is set: payments go to the local Stripe. No money moves. ***",
        "  Local Stripe   {local_stripe}".format(**access),
        "  Buy credit     {}/try#{token}".format(url, **access),
        "",
    )


if __name__ == "__main__":
    sys.exit(install_for_development())
