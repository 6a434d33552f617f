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
from billing_site.supervision import PROCESSES

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
START_SECONDS = 60
# Which setting names each embedded server to the processes that use it.
URL_SETTINGS = {"postgres": "DATABASE_URL", "broker": "CELERY_BROKER_URL"}
LOCAL_STRIPE_PORTS_AHEAD = 4111  # 12111 for a site on 8000


def quickstart():
    """Install, migrate, seed and run everything until Ctrl-C; return the exit code."""
    try:
        check_python(sys.version_info)
        environment = development_environment({**read_dotenv(ROOT / ".env"), **os.environ})
        host, port = environment["HOST"], checked_port(environment["PORT"])
        check_port_is_free(host, port)
        python = install(ROOT, "requirements.txt")
        environment["PATH"] = os.pathsep.join([str(python.parent), environment.get("PATH", os.defpath)])
        say("Preparing the database and the demo organization …")
        access = prepare(python, environment)
        environment.update({URL_SETTINGS[name]: url for name, url in access["embedded"].items()})
        processes = [*PROCESSES, *access["embedded"], *(["local_stripe"] if access["local_stripe"] else [])]
        return run(python, environment, processes, lambda: print_access(access, environment["PUBLIC_BASE_URL"]))
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


def check_port_is_free(host, port):
    """Refuse a port that something listens on already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            raise Stop(
                f"port {port} on {host} cannot be used ({exc.strerror.lower()}); "
                "choose another with PORT=8001 make run."
            ) from None


def development_environment(given):
    """Return the environment for the processes: what is given, and defaults for what is not."""
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


def port_of_local_stripe(port):
    """Return a port that is always the same for a site's own, so that links stay good; another where that is taken."""
    wanted = port + LOCAL_STRIPE_PORTS_AHEAD if port + LOCAL_STRIPE_PORTS_AHEAD < 65536 else port - 1
    try:
        check_port_is_free("127.0.0.1", wanted)
    except Stop:
        with socket.create_server(("127.0.0.1", 0)) as free:
            return free.getsockname()[1]
    return wanted


def read_dotenv(file):
    """Return the settings of a .env file, as far as the first run needs them; Django reads the file itself."""
    if not file.is_file():
        return {}
    lines = (line.strip() for line in file.read_text().splitlines())
    pairs = (line.removeprefix("export ").split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


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


def run(python, environment, processes, when_up):
    """Run these of the Procfile's processes until a signal comes; return the exit code.

    Raises:
        Stop: the web process did not answer in time, or the supervisor itself ended.
    """
    command = [str(python), "-m", "billing_site.supervision", *processes]
    # In a session of its own, so that Ctrl-C reaches it once, through us.
    runner = subprocess.Popen(command, cwd=str(ROOT), env=environment, start_new_session=True)
    asked = []

    def leave(number, _frame):
        asked.append(number)
        runner.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, leave)
    if wait_until_up(environment["HOST"], environment["PORT"], runner):
        when_up()
    elif not asked and runner.poll() is None:
        runner.terminate()
        runner.wait()
        raise Stop(f"the site did not answer within {START_SECONDS} s; the last lines of its processes are above.")
    code = runner.wait()
    if asked:
        return 0
    raise Stop(f"the supervisor ended (exit code {code}); its last lines are above.")


def wait_until_up(host, port, runner):
    """Wait until the web process answers; False when the processes ended before."""
    deadline = time.monotonic() + START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while runner.poll() is None and time.monotonic() < deadline:
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
        "                 user {approver}   password {approver_password}, who agrees to large moves".format(**access),
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
