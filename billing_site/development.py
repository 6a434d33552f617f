"""What exists in development only: secrets made on first use and kept in files under `var/`."""

import os
import secrets
from pathlib import Path

LOCAL_STRIPE_KEY = "sk_test_local"


def secret_from_file(path: Path, *, prefix: str = "") -> str:
    """Return the secret in the file, making it first where there is none; several processes may start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(prefix + secrets.token_urlsafe(50))
    draft.chmod(0o600)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()
