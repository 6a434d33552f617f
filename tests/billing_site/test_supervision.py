"""supervisord's settings: each process of the Procfile is restarted separately."""

import resource
import socket
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from billing_site import supervision

KNOWN = {"web": "exec web --port ${PORT:-8000} '50%'", "worker": "exec worker", "postgres": "exec postgres"}


def parsed_settings(*names: str) -> RawConfigParser:
    parser = RawConfigParser()
    parser.read_string(supervision.settings_for(names, KNOWN, folder=Path("/var/x")))
    return parser


def test_every_process_is_started_again_whatever_ends_it() -> None:
    settings = parsed_settings("web", "worker")
    for name in ("web", "worker"):
        assert settings[f"program:{name}"]["autorestart"] == "true"
        assert settings[f"program:{name}"]["killasgroup"] == "true"


def test_a_command_reaches_the_shell_as_the_procfile_has_it() -> None:
    command = parsed_settings("web")["program:web"]["command"]
    assert command == """/bin/sh -c 'exec web --port ${PORT:-8000} '"'"'50%%'"'"''"""


def test_servers_start_before_and_stop_after_what_needs_them() -> None:
    settings = parsed_settings("web", "postgres")
    assert settings["group:servers"]["programs"] == "postgres"
    assert settings["group:servers"]["priority"] < settings["group:site"]["priority"]


def test_without_names_it_runs_what_a_deployment_needs() -> None:
    known = supervision.commands((supervision.ROOT / "Procfile").read_text())
    assert set(supervision.PROCESSES) == {"web", "worker", "webhooks", "beat", "dispatcher"} <= known.keys()


@pytest.mark.parametrize(
    ("most", "asked"), [(resource.RLIM_INFINITY, 8192), (1_048_576, 8192), (8192, 8192), (4096, 4096)]
)
def test_no_more_open_files_are_asked_for_than_the_machine_allows(
    monkeypatch: pytest.MonkeyPatch, most: int, asked: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (1024, most))
    assert parsed_settings("web")["supervisord"]["minfds"] == str(asked)


LAST_LINE_AFTER_A_SIGNAL = """
import os, signal
from billing_site.supervision import pipe_output
pipe_output()
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.killpg(0, signal.SIGTERM)
with open("/dev/fd/1", "w") as output:
    output.write("stopped")
"""


def test_lines_reach_an_output_that_cannot_be_opened_again() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        command = [sys.executable, "-c", LAST_LINE_AFTER_A_SIGNAL]
        subprocess.run(command, stdout=theirs.fileno(), check=True, start_new_session=True)
        theirs.close()
        assert ours.makefile().read() == "stopped"
