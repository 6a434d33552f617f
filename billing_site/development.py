"""Development-only secrets, created on first use and kept in files under `var/`."""

import os
import secrets
from pathlib import Path

LOCAL_STRIPE_KEY = "sk_test_local"


def secret_from_file(path: Path, *, prefix: str = "", size: int = 50) -> str:
    """Return the secret in the file; create one of `size` bytes if there is none. Safe if processes race."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, prefix + secrets.token_urlsafe(size))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()


def private_file(path: Path, text: str) -> None:
    """Write a file that only its owner can read, atomically: readers see the old text or the whole new one."""
    _draft(path, text).rename(path)


def _draft(path: Path, text: str) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    return draft
