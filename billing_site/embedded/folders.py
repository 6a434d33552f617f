"""Folders for sockets: private, and with a short path, since a socket's path may have about a hundred bytes."""

import hashlib
import os
import stat
from pathlib import Path

SOCKETS = Path("/tmp")


class CannotRun(Exception):
    """Why an embedded server cannot run here, in one sentence that says what to set instead."""


def socket_folder(name: str, data: Path) -> Path:
    """Return the folder for the sockets of the server that keeps `data`; the same one in every process."""
    digest = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:10]
    return SOCKETS / f"billing-{name}-{digest}"


def private_folder(path: Path, *, user_id: int, group_id: int) -> Path:
    """Make a folder that only one user may enter, and return it.

    Raises:
        CannotRun: it exists and belongs to somebody else, or others may enter it.
    """
    try:
        path.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user_id or found.st_mode & 0o077:
            raise CannotRun(f"{path} is not a private folder of user {user_id}; remove it.") from None
    else:
        os.chown(path, user_id, group_id)
    return path
