"""Private folders for sockets, with short paths: a socket's path is limited to about a hundred bytes."""

import hashlib
import os
import shutil
import socket
import stat
import time
from pathlib import Path

SOCKETS = Path("/tmp")
STALE_SECONDS = 600


class CannotRun(Exception):
    """Why an embedded server cannot run here, and what to set instead, in one sentence."""


def socket_folder(name: str, data: Path) -> Path:
    """Return the socket folder of the server whose data is in `data`; the same in every process."""
    digest = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:10]
    return SOCKETS / f"billing-{name}-{digest}"


def private_folder(path: Path, *, user_id: int, group_id: int) -> Path:
    """Create a folder that only this user may enter, and return it.

    Raises:
        CannotRun: it exists and belongs to another user, or others may enter it.
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


def remove_stale(name: str) -> None:
    """Remove socket folders that killed servers of this name left behind.

    A folder is stale if it is minutes old and nothing answers on any socket in it. Folders of other users are left
    alone if they cannot be read.
    """
    for folder in SOCKETS.glob(f"billing-{name}-*"):
        try:
            old = time.time() - folder.lstat().st_mtime > STALE_SECONDS
            if old and not any(_answers(file) for file in folder.iterdir() if file.is_socket()):
                shutil.rmtree(folder)
        except OSError:
            continue


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except ConnectionRefusedError:
            return False
        except OSError:
            return True
    return True
