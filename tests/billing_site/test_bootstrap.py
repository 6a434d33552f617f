"""What runs before anything is installed: refusals in one sentence, and defaults only for what is unset."""

import ast
import hashlib
import json
import socket
import sys
from pathlib import Path

import pytest

from billing_site import bootstrap, installing
from billing_site.installing import Stop

ROOT = Path(__file__).resolve().parents[2]
FIRST_RUN = [ROOT / "manage.py", ROOT / "billing_site/bootstrap.py", ROOT / "billing_site/installing.py"]


class TestCode:
    @pytest.mark.parametrize("file", FIRST_RUN, ids=lambda file: file.name)
    def test_an_old_python_can_read_it(self, file):
        ast.parse(file.read_text(), feature_version=(3, 7))

    @pytest.mark.parametrize("file", FIRST_RUN[1:], ids=lambda file: file.name)
    def test_needs_the_standard_library_alone(self, file):
        nodes = list(ast.walk(ast.parse(file.read_text())))
        plain = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        from_modules = {str(node.module).split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}

        assert plain | from_modules <= set(sys.stdlib_module_names) | {"billing_site"}


class TestRefusals:
    def test_an_old_python_is_named(self):
        with pytest.raises(Stop, match=r"Python 3\.11 or newer is needed and this is 3\.10"):
            bootstrap.check_python((3, 10, 4))

    @pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 1), (4, 0, 0)])
    def test_a_new_python_will_do(self, version):
        bootstrap.check_python(version)

    @pytest.mark.parametrize("text", ["", "0", "65536", "http", "-1", "80 ", "٨٠"])
    def test_what_is_no_port_is_refused(self, text):
        with pytest.raises(Stop, match="PORT is a number"):
            bootstrap.checked_port(text)

    def test_a_taken_port_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with pytest.raises(Stop, match=f"port {port} on 127.0.0.1 cannot be used .address already in use"):
                bootstrap.check_port_is_free("127.0.0.1", port)

    def test_a_free_port_will_do(self):
        bootstrap.check_port_is_free("127.0.0.1", 0)


class TestDevelopmentEnvironment:
    def test_has_a_default_for_everything_needed(self):
        environment = bootstrap.development_environment({})

        assert environment["DEVELOPMENT"] == "1"
        assert environment["PUBLIC_BASE_URL"] == "http://127.0.0.1:8000"

    def test_keeps_what_is_set(self):
        given = {"DEVELOPMENT": "0", "PORT": "9000", "PUBLIC_BASE_URL": "https://tunnel.example", "DATABASE_URL": "x"}

        assert bootstrap.development_environment(given).items() >= given.items()

    def test_the_address_follows_the_port(self):
        assert bootstrap.development_environment({"PORT": "9000"})["PUBLIC_BASE_URL"] == "http://127.0.0.1:9000"

    def test_reads_a_dotenv_file(self, tmp_path):
        file = tmp_path / ".env"
        file.write_text("# NO=1\nSECRET_KEY='a=b'\n\nexport PORT=9000\n")

        assert bootstrap.read_dotenv(file) == {"SECRET_KEY": "a=b", "PORT": "9000"}

    def test_no_dotenv_file_says_nothing(self, tmp_path):
        assert bootstrap.read_dotenv(tmp_path / ".env") == {}


class TestLocalStripePort:
    def test_stays_the_same_for_a_site(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            free = server.getsockname()[1]

        assert bootstrap.port_of_local_stripe(free - bootstrap.LOCAL_STRIPE_PORTS_AHEAD) == free

    def test_is_another_one_where_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            taken = server.getsockname()[1]

            assert bootstrap.port_of_local_stripe(taken - bootstrap.LOCAL_STRIPE_PORTS_AHEAD) != taken

    def test_is_a_port(self):
        assert 0 < bootstrap.port_of_local_stripe(65535) < 65536


class TestInstall:
    @pytest.fixture
    def project(self, tmp_path):
        """A folder with pins and an environment whose Python is there."""
        (tmp_path / "requirements.txt").write_text("django==5.2.19\n")
        python = tmp_path / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        return tmp_path

    @pytest.fixture
    def installed(self, monkeypatch):
        calls = []
        monkeypatch.setattr(installing, "install_pins", lambda _python, file: calls.append(file.name))
        return calls

    def test_a_second_run_installs_nothing(self, project, installed):
        installing.install(project, "requirements.txt")
        installing.install(project, "requirements.txt")

        assert installed == ["requirements.txt"]

    def test_changed_pins_are_installed(self, project, installed):
        installing.install(project, "requirements.txt")
        (project / "requirements.txt").write_text("django==5.2.20\n")

        installing.install(project, "requirements.txt")

        assert len(installed) == 2

    def test_a_half_made_environment_is_made_anew(self, project, installed):
        python = project / ".venv" / "bin" / "python"
        python.unlink()
        python.write_text("")

        installing.install(project, "requirements.txt")

        assert installing.runs(python)


class TestReason:
    def test_names_a_missing_wheel(self):
        output = "ERROR: Could not find a version\nERROR: No matching distribution found for psycopg-binary==3.3.9\n"

        assert installing.reason(output).startswith("there is no wheel of psycopg-binary==3.3.9 for Python 3.")

    def test_tells_an_unreachable_index_from_a_missing_wheel(self):
        output = (
            "WARNING: Retrying after connection broken by 'NewConnectionError(... Name or service not known)'\n"
            "ERROR: No matching distribution found for amqp==5.4.2\n"
        )

        assert installing.reason(output).startswith("the package index cannot be reached")

    def test_gives_the_last_line_of_anything_else(self):
        assert installing.reason("one\ntwo\n\n") == "pip could not install the requirements: two"


class TestPipSettings:
    def test_reads_indexes_and_certificates(self):
        listing = "global.cert='/etc/ca.crt'\nglobal.extra-index-url='file:///a file:///b'\nuser.find-links='/w'\n"

        assert installing.pip_settings(listing) == {
            "cert": "/etc/ca.crt",
            "extra-index-url": "file:///a file:///b",
            "find-links": "/w",
        }

    def test_the_nearest_setting_wins(self):
        listing = "global.index-url='https://a'\n:env:.index-url='https://b'\n"

        assert installing.pip_settings(listing) == {"index-url": "https://b"}


class TestFetchPip:
    def release(self, folder, digest):
        wheel = folder / "index" / "pip-1-py3-none-any.whl"
        wheel.parent.mkdir()
        wheel.write_bytes(b"wheel")
        file = {"filename": wheel.name, "url": wheel.as_uri(), "digests": {"sha256": digest}}
        listing = folder / "index" / "json"
        listing.write_text(json.dumps({"urls": [file]}))
        return listing.as_uri()

    def test_brings_the_wheel_that_the_index_describes(self, tmp_path):
        address = self.release(tmp_path, hashlib.sha256(b"wheel").hexdigest())

        assert installing.fetch_pip(tmp_path, address).read_bytes() == b"wheel"

    def test_refuses_another_one(self, tmp_path):
        with pytest.raises(Stop, match="not the one PyPI describes"):
            installing.fetch_pip(tmp_path, self.release(tmp_path, "0" * 64))

    def test_says_what_to_install_when_there_is_no_network(self, tmp_path):
        with pytest.raises(Stop, match="install python3-venv or uv"):
            installing.fetch_pip(tmp_path, (tmp_path / "nothing").as_uri())
