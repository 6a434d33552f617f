"""From a clone to a running site: `make run`, or `python3 manage.py quickstart` where make is missing.

Standard library alone, since it runs before anything is installed; old Pythons must be able to read it and be told so.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from billing_site.installing import Stop, install, say

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
START_SECONDS = 60
LOCAL_STRIPE_PORTS_AHEAD = 4111  # 12111 for a site on 8000


def quickstart():
    """Install, migrate, seed and run everything until Ctrl-C; return the exit code."""
    try:
        check_python(sys.version_info)
        environment = development_environment(os.environ, named_in(ROOT / ".env"))
        host, port = environment["HOST"], checked_port(environment["PORT"])
        check_port_is_free(host, port)
        check_port_is_free("127.0.0.1", checked_port(environment["LOCAL_STRIPE_PORT"]), "LOCAL_STRIPE_PORT=12112")
        python = install(ROOT, "requirements.txt")
        environment["PATH"] = os.pathsep.join([str(python.parent), environment.get("PATH", os.defpath)])
        say("Preparing the database and the demo organization …")
        access = prepare(python, environment)
        return run(python, environment, lambda: print_access(access, environment["PUBLIC_BASE_URL"]))
    except Stop as reason:
        print(f"Cannot start: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def install_for_development():
    """Install what running, testing and linting need; return the exit code. `python3 -m billing_site.bootstrap`."""
    try:
        check_python(sys.version_info)
        install(ROOT, "requirements-dev.txt")
    except Stop as reason:
        print(f"Cannot install: {reason}", file=sys.stderr)
        return 1
    return 0


def check_python(version):
    """Refuse a Python that the pins do not support."""
    if tuple(version[:2]) < OLDEST_PYTHON:
        raise Stop(
            "Python {}.{} or newer is needed and this is {}.{}; "
            "say which one to use with PYTHON=python3.12 make run.".format(*OLDEST_PYTHON, *version[:2])
        )


def checked_port(text):
    """Return a port number written as text."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise Stop(f"PORT is a number from 1 to 65535, not {text!r}.")
    return int(text)


def check_port_is_free(host, port, another="PORT=8001"):
    """Refuse a port that something listens on already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            raise Stop(
                f"port {port} on {host} cannot be used ({exc.strerror.lower()}); "
                f"choose another with {another} make run."
            ) from None


def development_environment(given, named):
    """Return the environment for the processes: what is given, and defaults for what neither it nor .env names."""
    environment = dict(given)
    port, host = environment.get("PORT", "8000"), environment.get("HOST", "127.0.0.1")
    defaults = {
        "DEVELOPMENT": "1",
        "HOST": host,
        "PORT": port,
        "PUBLIC_BASE_URL": "http://{}:{}".format(host if host != "0.0.0.0" else "127.0.0.1", port),
        "PYTHONUNBUFFERED": "1",
    }
    for name, value in defaults.items():
        if name not in named:
            environment.setdefault(name, value)
    environment.setdefault("LOCAL_STRIPE_PORT", str(port_of_local_stripe(checked_port(port))))
    environment.setdefault("HOST", host)
    environment.setdefault("PORT", port)
    return environment


def port_of_local_stripe(port):
    """Return a port beside the site's own, so that two sites on one machine do not meet."""
    return port + LOCAL_STRIPE_PORTS_AHEAD if port + LOCAL_STRIPE_PORTS_AHEAD < 65536 else port - 1


def named_in(dotenv):
    """Return the names that a .env file sets."""
    if not dotenv.is_file():
        return set()
    lines = (line.strip() for line in dotenv.read_text().splitlines())
    assignments = (line.removeprefix("export ") for line in lines if "=" in line and not line.startswith("#"))
    return {assignment.split("=", 1)[0].strip() for assignment in assignments}


def prepare(python, environment):
    """Migrate, seed once, and return the credentials to print."""
    result = subprocess.run(
        [str(python), "manage.py", "prepare_demo"],
        cwd=str(ROOT),
        env=environment,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise Stop("the database could not be prepared: " + result.stderr.strip().removeprefix("CommandError: "))
    return json.loads(result.stdout.splitlines()[-1])


def run(python, environment, when_up):
    """Run the Procfile's processes until one ends or a signal comes; return the exit code."""
    command = [str(python), "-m", "honcho", "--env", os.devnull, "start", "--no-colour"]
    # In a session of its own, so that Ctrl-C reaches it once, through us.
    processes = subprocess.Popen(command, cwd=str(ROOT), env=environment, start_new_session=True)
    asked = []

    def leave(number, _frame):
        asked.append(number)
        processes.terminate()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    if wait_until_up(environment["HOST"], environment["PORT"], processes):
        when_up()
    code = processes.wait()
    if asked:
        return 0
    raise Stop(f"a process ended (exit code {code}); its last lines are above.")


def wait_until_up(host, port, processes):
    """Wait until the web process answers; False when the processes ended before."""
    deadline = time.monotonic() + START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while processes.poll() is None and time.monotonic() < deadline:
        try:
            opener.open(f"http://{host}:{port}/healthz", timeout=2).close()
        except (OSError, ValueError):
            time.sleep(0.1)
        else:
            return True
    return False


def print_access(access, url):
    """Say once where it is and how to get in."""
    bearer = 'curl -s -H "Authorization: Bearer {}" {}{}'
    say(
        "",
        f"The billing back office runs at {url}",
        "",
        f"  Admin          {url}/admin/",
        "                 user {username}   password {password}".format(**access),
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
        "Ctrl-C stops everything.",
        "",
    )


def stripe_lines(access, url):
    """Say where payments go: to the local Stripe, unless a key is set."""
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
