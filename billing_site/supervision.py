"""Runs processes of the Procfile and restarts each one separately: `python -m billing_site.supervision [NAME …]`.

It runs supervisord with settings made from the Procfile; without names it runs what a deployment needs. SIGTERM and
SIGINT stop all processes. Standard library only, like the first run.
"""

import os
import resource
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = ("web", "worker", "webhooks", "beat", "dispatcher")
# The processes that others need: they start first and stop last.
SERVERS = ("postgres", "broker")
STOP_SECONDS = 30
# Open files of the web process: one per connection, and one per body kept in a file.
OPEN_FILES = 8192


def commands(procfile: str) -> dict[str, str]:
    """Return the shell command of each process in a Procfile's text."""
    pairs = (line.split(":", 1) for line in procfile.splitlines() if ":" in line and not line.startswith("#"))
    return {name.strip(): command.strip() for name, command in pairs}


def settings_for(names: Sequence[str], known: Mapping[str, str], *, folder: Path) -> str:
    """Return supervisord's settings for these processes.

    A process that ends is restarted, whatever its exit code: at once, and if it keeps ending, a second later each time.
    Its lines go to standard output; `folder` holds supervisord's pid file.
    """
    parts = [
        "[supervisord]",
        "nodaemon=true",
        "loglevel=warn",
        "logfile=/dev/null",
        "logfile_maxbytes=0",
        f"pidfile={folder / 'supervisord.pid'}",
        f"minfds={open_files()}",
        *(["user=root"] if os.geteuid() == 0 else []),
    ]
    for name in names:
        parts += [
            f"[program:{name}]",
            f"command=/bin/sh -c {shlex.quote(known[name])}".replace("%", "%%"),
            f"directory={ROOT}".replace("%", "%%"),
            "autorestart=true",
            "startretries=1000",
            f"stopwaitsecs={STOP_SECONDS}",
            "stopasgroup=true",
            "killasgroup=true",
            "redirect_stderr=true",
            "stdout_logfile=/dev/fd/1",
            "stdout_logfile_maxbytes=0",
        ]
    groups = {"servers": [name for name in names if name in SERVERS]}
    groups["site"] = [name for name in names if name not in SERVERS]
    for priority, (group, members) in enumerate(groups.items(), start=1):
        if members:
            parts += [f"[group:{group}]", f"programs={','.join(members)}", f"priority={priority}"]
    return "\n".join(parts) + "\n"


def open_files() -> int:
    """Return the limit of open files: what the web process needs, or all that this machine allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)


def pipe_output() -> None:
    """Replace standard output by a pipe, which `cat` copies to where the output went before.

    supervisord opens /dev/fd/1 for each process, which only works if this user may open what is there: a pipe of our
    own, but not the journal's socket or a terminal of the user who called sudo. Then it would start no process and not
    say why. `cat` ignores the signals that stop the others, so that it copies their last lines.
    """
    stops = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = [signal.signal(each, signal.SIG_IGN) for each in stops]
    reading, writing = os.pipe()
    subprocess.Popen(["cat"], stdin=reading)
    for each, handler in zip(stops, handlers, strict=True):
        signal.signal(each, handler)
    os.dup2(writing, 1)
    os.close(reading)
    os.close(writing)


def main(names: Sequence[str]) -> None:
    """Become supervisord; exit if a name is unknown."""
    known = commands((ROOT / "Procfile").read_text())
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"The Procfile has no process {', '.join(unknown)}.")
    scripts = Path(sys.executable).parent
    os.environ["PATH"] = os.pathsep.join([str(scripts), os.environ.get("PATH", os.defpath)])
    folder = Path(os.environ.get("VAR_DIR", ROOT / "var")).resolve() / "-".join(names or PROCESSES)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "supervisord.conf"
    file.write_text(settings_for(names or PROCESSES, known, folder=folder))
    pipe_output()
    os.execv(scripts / "supervisord", ["supervisord", "--configuration", str(file)])


if __name__ == "__main__":
    main(sys.argv[1:])
