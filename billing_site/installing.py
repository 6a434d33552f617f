"""Make `.venv` and put the pins into it: with uv where it can, else with pip. Standard library alone."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

PIP_RELEASE = "https://pypi.org/pypi/pip/json"


class Stop(Exception):
    """Why it cannot go on, in one sentence for a person."""


def say(*lines):
    for line in lines:
        print(line, flush=True)


def install(root, requirements):
    """Install a file of pins into `.venv` unless it is installed; return the environment's Python.

    Raises:
        Stop: saying which package cannot be installed, or that the index cannot be reached.
    """
    folder, file = root / ".venv", root / requirements
    python = folder / "bin" / "python"
    stamp = folder / f"{requirements}.installed"
    state = fingerprint(file)
    if python.exists() and stamp.is_file() and stamp.read_text() == state:
        return python
    say("Installing into .venv …")
    if not runs(python):
        venv.EnvBuilder(clear=True, with_pip=False, symlinks=True).create(str(folder))
    install_pins(python, file)
    stamp.write_text(state)
    return python


def fingerprint(file):
    """Return what changes when another installation is needed."""
    return hashlib.sha256(sys.version.encode() + file.read_bytes()).hexdigest()


def runs(python):
    """Say whether the interpreter exists and starts; a moved or half-made environment has one that does not."""
    try:
        return subprocess.run([str(python), "-c", ""], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def install_pins(python, file):
    """Install with uv, and where that fails with pip, which knows settings that uv does not."""
    wanted = ["install", "--quiet", "--only-binary", ":all:", "-r", str(file)]
    uv = uv_command(python)
    if uv and call([uv, "pip", *wanted, "--python", str(python)], uv_environment(python)).returncode == 0:
        return
    result = call([*pip_command(python), *wanted, "--no-compile"])
    if result.returncode:
        raise Stop(reason(result.stdout))


def uv_command(python):
    """Return the uv on PATH, or one that pip puts into the environment; None where it cannot."""
    found = shutil.which("uv")
    if found is None:
        call([*pip_command(python), "install", "--quiet", "--no-compile", "uv"])
        found = shutil.which("uv", path=str(python.parent))
    return found


def call(command, environment=None):
    """Run a command and keep what it says."""
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment or dict(os.environ)
    )


def pip_command(python):
    """Return how to call a pip for the environment: its own, the system's, or one fetched from PyPI.

    Debian's Python has no ensurepip until python3-venv is installed, which takes root.
    """
    if runs_pip([str(python), "-m", "pip"]):
        return [str(python), "-m", "pip"]
    if importlib.util.find_spec("ensurepip") and call([str(python), "-m", "ensurepip"]).returncode == 0:
        return [str(python), "-m", "pip"]
    system = [sys.executable, "-m", "pip", "--python", str(python)]
    if runs_pip(system):
        return system
    return [str(python), str(fetch_pip(python.parent.parent) / "pip")]


def runs_pip(command):
    return call([*command, "--version"]).returncode == 0


def fetch_pip(folder, release=PIP_RELEASE):
    """Download pip's wheel, which runs without being installed; return its path.

    Raises:
        Stop: PyPI cannot be reached or sends something else.
    """
    try:
        with urllib.request.urlopen(release, timeout=30) as answer:
            files = json.load(answer)["urls"]
        wheel = next(file for file in files if file["filename"].endswith(".whl"))
        with urllib.request.urlopen(wheel["url"], timeout=60) as answer:
            content = answer.read()
    except (OSError, ValueError, KeyError, StopIteration) as exc:
        raise Stop(
            f"this Python has neither pip nor ensurepip and pip could not be fetched ({exc}); "
            "install python3-venv or uv."
        ) from None
    if hashlib.sha256(content).hexdigest() != wheel["digests"]["sha256"]:
        raise Stop("the pip fetched from PyPI is not the one PyPI describes; try again or install python3-venv.")
    path = folder / Path(wheel["filename"]).name
    path.write_bytes(content)
    return path


def uv_environment(python):
    """Return the environment for uv with pip's configured indexes and certificates, which uv does not read."""
    environment = dict(os.environ)
    settings = pip_settings(call([*configured_pip(python), "config", "list"]).stdout)
    for name, option in (
        ("UV_DEFAULT_INDEX", "index-url"),
        ("UV_INDEX", "extra-index-url"),
        ("UV_FIND_LINKS", "find-links"),
        ("SSL_CERT_FILE", "cert"),
    ):
        if option in settings:
            environment.setdefault(name, settings[option])
    if "extra-index-url" in settings:
        environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")  # what pip does
    return environment


def configured_pip(python):
    """Return a pip that can be asked for its settings; `true` where there is none, which answers nothing."""
    for command in ([str(python), "-m", "pip"], [sys.executable, "-m", "pip"]):
        if runs_pip(command):
            return command
    return ["true"]


def pip_settings(listing):
    """Return the options in what `pip config list` prints; a later line wins, as in pip."""
    found = re.findall(r"^(?:global|install|site|user|:env:)\.([\w-]+)='(.*)'$", listing, re.MULTILINE)
    return {option: re.sub(r"(\\n|\s)+", " ", value).strip() for option, value in found}


def reason(output):
    """Return in one sentence why pip could not install."""
    missing = re.search(r"No matching distribution found for ([^\s;]+)", output)
    if missing and not re.search(r"connection broken|Name or service not known|name resolution|SSLError", output):
        return "there is no wheel of {} for Python {}.{} on this machine; see requirements.txt.".format(
            missing.group(1), *sys.version_info[:2]
        )
    if missing:
        return "the package index cannot be reached; check the network, or pip's settings for a mirror."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return "pip could not install the requirements: {}".format(lines[-1] if lines else "it said nothing")
