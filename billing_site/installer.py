"""Creates `.venv` and installs the pinned packages: with uv if possible, else with pip. Standard library only."""

import configparser
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

from billing_site.wheels import NotFetched, fetch_pip, fetch_uv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class InstallationStopped(Exception):
    """The reason why installation cannot continue, as one sentence."""


def say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


def install(root: Path, requirements: str) -> Path:
    """Install a requirements file into `.venv`, unless it is installed; return the environment's Python.

    Raises:
        InstallationStopped: names the package that cannot be installed, or says that the index cannot be reached.
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


def fingerprint(file: Path) -> str:
    """Return a digest that changes when a new installation is needed."""
    return hashlib.sha256(sys.version.encode() + file.read_bytes()).hexdigest()


def runs(python: Path) -> bool:
    """Return whether the interpreter exists and starts; the interpreter of a moved or incomplete environment does
    not."""
    try:
        return subprocess.run([str(python), "-c", ""], check=False, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def install_pins(python: Path, file: Path) -> None:
    """Install with uv; if that fails, with pip, which knows settings that uv does not."""
    wanted = ["install", "--quiet", "--only-binary", ":all:", "-r", str(file)]
    settings = pip_settings(os.environ, pip_files(os.environ))
    uv = uv_command(python, settings)
    if uv and call([uv, "pip", *wanted, "--python", str(python)], uv_environment(settings)).returncode == 0:
        return
    result = call([*pip_command(python), *wanted, "--no-compile"])
    if result.returncode:
        raise InstallationStopped(reason(result.stdout))


def uv_command(python: Path, settings: "Mapping[str, str]") -> "str | None":
    """Return the uv on PATH, one from PyPI, or one that pip installs into the environment; None if all of these fail.

    If pip is configured for another index, PyPI is not asked.
    """
    found = shutil.which("uv")
    if found is None and "index-url" not in settings:
        try:
            return str(fetch_uv())
        except (NotFetched, OSError):
            pass
    if found is None:
        call([*pip_command(python), "install", "--quiet", "--no-compile", "uv"])
        found = shutil.which("uv", path=str(python.parent))
    return found


def call(
    command: "Sequence[str]", environment: "Mapping[str, str] | None" = None
) -> "subprocess.CompletedProcess[str]":
    """Run a command and return its output."""
    return subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment or dict(os.environ),
    )


def pip_command(python: Path) -> "list[str]":
    """Return the command of a pip for the environment: its own, the system's, or one fetched from PyPI.

    Debian's Python has no ensurepip until python3-venv is installed, which takes root.
    """
    if runs_pip([str(python), "-m", "pip"]):
        return [str(python), "-m", "pip"]
    if importlib.util.find_spec("ensurepip") and call([str(python), "-m", "ensurepip"]).returncode == 0:
        return [str(python), "-m", "pip"]
    system = [sys.executable, "-m", "pip", "--python", str(python)]
    if runs_pip(system):
        return system
    try:
        return [str(python), str(fetch_pip(python.parent.parent) / "pip")]
    except NotFetched as exc:
        raise InstallationStopped(
            f"this Python has neither pip nor ensurepip, and {exc}; install python3-venv or uv."
        ) from None


def runs_pip(command: "Sequence[str]") -> bool:
    return call([*command, "--version"]).returncode == 0


def uv_environment(settings: "Mapping[str, str]") -> "dict[str, str]":
    """Return the environment for uv with pip's configured indexes and certificates, which uv does not read."""
    environment = dict(os.environ)
    for name, option in (
        ("UV_DEFAULT_INDEX", "index-url"),
        ("UV_INDEX", "extra-index-url"),
        ("UV_FIND_LINKS", "find-links"),
        ("SSL_CERT_FILE", "cert"),
    ):
        if option in settings:
            environment.setdefault(name, settings[option])
    if "extra-index-url" in settings:
        environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")  # as pip does
    return environment


def pip_settings(environment: "Mapping[str, str]", files: "Sequence[Path]") -> "dict[str, str]":
    """Return pip's options from its files, of which later ones win, and from the environment, which overrides them.

    They are read here because there may be no pip to ask yet; `files` that do not exist are skipped.
    """
    parser = configparser.RawConfigParser()
    parser.read(files)
    found: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            found.update({name.replace("_", "-"): value for name, value in parser.items(section)})
    variables = {name[4:].lower().replace("_", "-"): value for name, value in environment.items() if name[:4] == "PIP_"}
    found.update({name: value for name, value in variables.items() if value})
    return {name: " ".join(value.split()) for name, value in found.items()}


def pip_files(environment: "Mapping[str, str]") -> "list[Path]":
    """Return where pip looks for its settings: the machine's, the user's, the interpreter's, and PIP_CONFIG_FILE."""
    told = environment.get("PIP_CONFIG_FILE")
    if told == os.devnull:
        return []
    home, shared = Path.home(), "/Library/Application Support" if sys.platform == "darwin" else "/etc/xdg"
    folders = [Path(each) / "pip" for each in environment.get("XDG_CONFIG_DIRS", shared).split(os.pathsep) if each]
    folders += [Path("/etc"), home / ".pip", Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "pip"]
    if sys.platform == "darwin":
        folders.append(home / "Library/Application Support/pip")
    return [folder / "pip.conf" for folder in [*folders, Path(sys.prefix)]] + ([Path(told)] if told else [])


def reason(output: str) -> str:
    """Return in one sentence why pip could not install."""
    missing = re.search(r"No matching distribution found for ([^\s;]+)", output)
    if missing and not re.search(r"connection broken|Name or service not known|name resolution|SSLError", output):
        return "there is no wheel of {} for Python {}.{} on this machine; see requirements.txt.".format(
            missing.group(1), *sys.version_info[:2]
        )
    if missing:
        return "the package index cannot be reached; check the network, or pip's settings for a mirror."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return "pip could not install the requirements: {}".format(lines[-1] if lines else "no output")
