"""Fetches wheels from PyPI before there is a pip: pip's own, which runs without installation, and uv's program.

Standard library only, because it runs before anything is installed.
"""

import hashlib
import json
import os
import platform
import sys
import zipfile
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import Request, urlopen

INDEX = "https://pypi.org/simple/"
INDEX_AS_JSON = "application/vnd.pypi.simple.v1+json"
PIP_VERSION = "26.3"
UV_VERSION = "0.13.9"


class NotFetched(Exception):
    """Why a wheel could not be fetched, as the second half of a sentence."""


def fetch_pip(folder: Path, index: str = INDEX) -> Path:
    """Download pip's wheel into a folder; return its path.

    Raises:
        NotFetched: PyPI cannot be reached, or the file does not match PyPI's description.
    """
    name, content = fetch(index, "pip", PIP_VERSION, "any.whl")
    path = folder / name
    path.write_bytes(content)
    return path


def fetch_uv(index: str = INDEX) -> Path:
    """Return the path of uv in the user's cache; it is downloaded the first time.

    Raises:
        NotFetched: PyPI cannot be reached, or has no uv for this machine.
    """
    kept = cache_folder() / f"uv-{UV_VERSION}"
    if kept.is_file():
        return kept
    _, content = fetch(index, "uv", UV_VERSION, uv_platform())
    kept.parent.mkdir(parents=True, exist_ok=True)
    wheel, draft = (kept.with_name(f"{kept.name}.{os.getpid()}.{kind}") for kind in ("whl", "draft"))
    wheel.write_bytes(content)
    with zipfile.ZipFile(wheel) as archive:
        draft.write_bytes(archive.read(f"uv-{UV_VERSION}.data/scripts/uv"))
    wheel.unlink()
    draft.chmod(0o755)
    draft.rename(kept)
    return kept


def cache_folder() -> Path:
    """Return the user's cache folder for downloads."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "billing-back-office"


def uv_platform() -> str:
    """Return the platform part of a wheel's name for this machine.

    Raises:
        NotFetched: no known one fits.
    """
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    if sys.platform == "darwin" and machine in ("x86_64", "aarch64"):
        return "macosx_10_12_x86_64" if machine == "x86_64" else "macosx_11_0_arm64"
    if sys.platform == "linux" and machine in ("x86_64", "aarch64") and platform.libc_ver()[0] == "glibc":
        return f"manylinux2014_{machine}"
    raise NotFetched(f"no version of uv is known for {sys.platform} on {machine}")


def fetch(index: str, project: str, version: str, tag: str) -> "tuple[str, bytes]":
    """Return the name and content of the wheel of a project's version whose name contains the tag.

    The index is read as described in PEP 691, and the wheel must have the digest listed there.

    Raises:
        NotFetched: the index cannot be reached, lists no such wheel, or sent another file.
    """
    page = urljoin(index, f"{project}/")
    try:
        with urlopen(Request(page, headers={"Accept": INDEX_AS_JSON}), timeout=30) as answer:
            files = json.load(answer)["files"]
        names = {file["filename"]: file for file in files if file["filename"].endswith(".whl")}
        wheel = next(names[name] for name in names if name.startswith(f"{project}-{version}-") and tag in name)
        with urlopen(urljoin(page, wheel["url"]), timeout=60) as answer:
            content: bytes = answer.read()
        expected = wheel["hashes"]["sha256"]
    except StopIteration:
        raise NotFetched(f"{page} lists no {project} {version} for this machine") from None
    except (OSError, ValueError, KeyError) as exc:
        raise NotFetched(f"{page} could not be read ({type(exc).__name__}: {exc})") from None
    if hashlib.sha256(content).hexdigest() != expected:
        raise NotFetched(f"the downloaded file is not the one that {page} describes")
    return Path(wheel["filename"]).name, content
