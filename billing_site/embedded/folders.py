"""Folders for sockets: private, and with a short path, since a socket's path may have about a hundred bytes."""

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


def remove_stale(name: str) -> None:
    """Remove the socket folders that servers of this name left behind when they were killed.

    One is stale when it is minutes old and nothing answers on any socket in it; of other users' folders nothing is
    touched that may not be.
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
