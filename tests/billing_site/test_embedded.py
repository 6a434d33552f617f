"""The embedded PostgreSQL: private, with a password, stopped only by the process that started it."""

import os
import shutil
import socket
import stat
import time

import psycopg
import pytest

from billing_site.embedded import broker, folders, postgres
from billing_site.embedded.folders import CannotRun, private_folder, socket_folder
from billing_site.embedded.postgres import Cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    home = tmp_path_factory.mktemp("cluster")
    for folder in (home, *home.parents):
        if folder.owner() == home.owner() and folder.name.startswith("pytest-"):
            folder.chmod(0o755)  # pytest keeps its folders to itself, and root's server is another user
    home.chmod(0o755)
    return Cluster(home)


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


class TestCluster:
    def test_serves_through_a_private_socket_and_with_a_password_alone(self, cluster):
        with cluster.running():
            assert answers(cluster.url())
            assert not answers(cluster.url().replace(cluster.url().split(":")[2].split("@")[0], "wrong"))
            with psycopg.connect(cluster.url()) as connection:
                assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
            assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700
            assert stat.S_IMODE((cluster.home / "postgres_password").stat().st_mode) == 0o600
        assert not answers(cluster.url())

    def test_a_live_server_is_used_and_left_alone(self, cluster):
        with cluster.running():
            with Cluster(cluster.home).running():
                assert answers(cluster.url())
            assert answers(cluster.url())

    def test_a_server_that_others_use_is_not_stopped_under_them(self, cluster):
        with cluster.running():
            other = psycopg.connect(cluster.url())

        assert other.execute("SELECT 1").fetchone() == (1,)
        other.close()
        process = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(process, 2)
        shutil.rmtree(cluster.sockets)


class TestRefusals:
    @pytest.mark.parametrize(
        ("find", "setting"),
        [(postgres.binaries, "DATABASE_URL=postgres://"), (broker._server, "CELERY_BROKER_URL=redis://")],
    )
    def test_a_machine_without_a_wheel_is_told_what_to_set(self, monkeypatch, find, setting):
        monkeypatch.setattr(f"{find.__module__}.find_spec", lambda _name: None)

        with pytest.raises(CannotRun, match=setting):
            find()

    @pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
    def test_a_folder_that_others_may_enter_is_refused(self, tmp_path, mode):
        tmp_path.chmod(mode)

        with pytest.raises(CannotRun, match="is not a private folder"):
            private_folder(tmp_path, user_id=os.geteuid(), group_id=os.getegid())

    def test_a_folder_of_another_user_is_refused(self, tmp_path):
        tmp_path.chmod(0o700)

        with pytest.raises(CannotRun, match="is not a private folder"):
            private_folder(tmp_path, user_id=os.geteuid() + 1, group_id=os.getegid())


class TestStaleFolders:
    @pytest.fixture
    def made(self, monkeypatch, tmp_path):
        """Make the folder of a socket that was last used some time ago, and return its path."""
        monkeypatch.setattr(folders, "SOCKETS", tmp_path)

        def make(name, seconds, *, listening=False):
            folder = tmp_path / name
            folder.mkdir()
            server = socket.socket(socket.AF_UNIX)
            server.bind(str(folder / "socket"))
            if listening:
                server.listen()
                opened.append(server)
            else:
                server.close()  # its file stays, as after a kill
            os.utime(folder, (time.time() - seconds,) * 2)
            return folder

        opened = []
        yield make
        for server in opened:
            server.close()

    def test_what_killed_servers_left_is_removed(self, made):
        killed, live = made("billing-broker-1", 3_600), made("billing-broker-2", 3_600, listening=True)
        starting, other = made("billing-broker-3", 5), made("billing-postgres-4", 3_600)
        folders.remove_stale("broker")
        assert [folder.exists() for folder in (killed, live, starting, other)] == [False, True, True, True]

    def test_an_empty_one_is_removed(self, made):
        folder = made("billing-postgres-1", 3_600)
        (folder / "socket").unlink()
        os.utime(folder, (0, 0))
        folders.remove_stale("postgres")
        assert not folder.exists()


class TestPlaces:
    def test_a_socket_has_a_short_path_however_deep_the_data_lie(self, tmp_path):
        assert len(str(socket_folder("postgres", tmp_path / ("deep" * 50)) / ".s.PGSQL.5432")) < 60

    def test_roots_server_keeps_its_data_where_its_user_may_go(self, monkeypatch, tmp_path):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        tmp_path.chmod(0o700)

        assert str(Cluster(tmp_path).data).startswith("/var/tmp/billing-data-")
