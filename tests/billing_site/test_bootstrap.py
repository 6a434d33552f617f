"""The first run, before anything is installed: errors in one sentence, and defaults for unset settings."""

import ast
import hashlib
import io
import json
import socket
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from billing_site import bootstrap, installer, wheels
from billing_site.installer import InstallationStopped
from billing_site.wheels import NotFetched

ROOT = Path(__file__).resolve().parents[2]
MODULES = ("bootstrap", "embedded/folders", "installer", "wheels")
FIRST_RUN = [ROOT / "manage.py", *(ROOT / f"billing_site/{name}.py" for name in MODULES)]


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
        with pytest.raises(InstallationStopped, match=r"Python 3\.11 or newer is needed and this is 3\.10"):
            bootstrap.check_python((3, 10, 4))

    @pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 1), (4, 0, 0)])
    def test_a_new_python_will_do(self, version):
        bootstrap.check_python(version)

    @pytest.mark.parametrize("text", ["", "0", "65536", "http", "-1", "80 ", "٨٠"])
    def test_what_is_no_port_is_refused(self, text):
        with pytest.raises(InstallationStopped, match="PORT is a number"):
            bootstrap.checked_port(text)

    def test_a_taken_port_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with pytest.raises(
                InstallationStopped, match=f"port {port} on 127.0.0.1 cannot be used .address already in use"
            ):
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
        """A folder with pins and an environment that has a Python."""
        (tmp_path / "requirements.txt").write_text("django==5.2.19\n")
        python = tmp_path / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        return tmp_path

    @pytest.fixture
    def installed(self, monkeypatch):
        calls = []
        monkeypatch.setattr(installer, "install_pins", lambda _python, file: calls.append(file.name))
        return calls

    def test_a_second_run_installs_nothing(self, project, installed):
        installer.install(project, "requirements.txt")
        installer.install(project, "requirements.txt")

        assert installed == ["requirements.txt"]

    def test_changed_pins_are_installed(self, project, installed):
        installer.install(project, "requirements.txt")
        (project / "requirements.txt").write_text("django==5.2.20\n")

        installer.install(project, "requirements.txt")

        assert len(installed) == 2

    def test_a_half_made_environment_is_made_anew(self, project, installed):
        python = project / ".venv" / "bin" / "python"
        python.unlink()
        python.write_text("")

        installer.install(project, "requirements.txt")

        assert installer.runs(python)


class TestReason:
    def test_names_a_missing_wheel(self):
        output = "ERROR: Could not find a version\nERROR: No matching distribution found for psycopg-binary==3.3.9\n"

        assert installer.reason(output).startswith("there is no wheel of psycopg-binary==3.3.9 for Python 3.")

    def test_tells_an_unreachable_index_from_a_missing_wheel(self):
        output = (
            "WARNING: Retrying after connection broken by 'NewConnectionError(... Name or service not known)'\n"
            "ERROR: No matching distribution found for amqp==5.4.2\n"
        )

        assert installer.reason(output).startswith("the package index cannot be reached")

    def test_gives_the_last_line_of_anything_else(self):
        assert installer.reason("one\ntwo\n\n") == "pip could not install the requirements: two"


class TestPipSettings:
    def file(self, folder, name, text):
        (folder / name).write_text(text)
        return folder / name

    def test_reads_indexes_and_certificates(self, tmp_path):
        text = (
            "[global]\ncert = /etc/ca.crt\nextra-index-url =\n    file:///a\n    file:///b\n[install]\nfind_links=/w\n"
        )

        assert installer.pip_settings({}, [self.file(tmp_path, "pip.conf", text)]) == {
            "cert": "/etc/ca.crt",
            "extra-index-url": "file:///a file:///b",
            "find-links": "/w",
        }

    def test_the_nearest_setting_wins(self, tmp_path):
        machine = self.file(tmp_path, "machine", "[global]\nindex-url=https://a\ncert=/a\n")
        user = self.file(tmp_path, "user", "[global]\nindex-url=https://b\n")
        environment = {"PIP_INDEX_URL": "https://c", "PIP_CERT": "", "HOME": "/"}

        assert installer.pip_settings({}, [machine, user])["index-url"] == "https://b"
        assert installer.pip_settings(environment, [machine, user]) == {"index-url": "https://c", "cert": "/a"}


class Index(BaseHTTPRequestHandler):
    """A package index with one wheel in it."""

    name = content = digest = ""

    def do_GET(self):
        files = [{"filename": self.name, "url": f"../../files/{self.name}", "hashes": {"sha256": self.digest}}]
        listing = json.dumps({"files": files}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.content if self.path == f"/files/{self.name}" else listing)

    def log_message(self, *_args):
        pass


@pytest.fixture
def index():
    """Serve a wheel; the address of the index."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:

        def serve(name, content, digest=None):
            Index.name, Index.content = name, content
            Index.digest = digest or hashlib.sha256(content).hexdigest()
            return f"http://127.0.0.1:{server.server_port}/simple/"

        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield serve
        server.shutdown()


class TestWheels:
    pip = f"pip-{wheels.PIP_VERSION}-py3-none-any.whl"

    def test_pip_is_the_wheel_that_the_index_describes(self, tmp_path, index):
        fetched = wheels.fetch_pip(tmp_path, index(self.pip, b"wheel"))

        assert (fetched.name, fetched.read_bytes()) == (self.pip, b"wheel")

    def test_another_one_is_refused(self, tmp_path, index):
        with pytest.raises(NotFetched, match=r"is not the one that http:.*/simple/pip/ describes"):
            wheels.fetch_pip(tmp_path, index(self.pip, b"wheel", digest="0" * 64))

    def test_a_missing_one_is_named(self, tmp_path, index):
        with pytest.raises(NotFetched, match=f"lists no pip {wheels.PIP_VERSION} for this machine"):
            wheels.fetch_pip(tmp_path, index("pip-1-py3-none-any.whl", b"wheel"))

    def test_no_network_is_told(self, tmp_path):
        with pytest.raises(NotFetched, match=r"could not be read .URLError"):
            wheels.fetch_pip(tmp_path, "http://127.0.0.1:9/simple/")

    def test_a_machine_without_any_pip_is_told_what_to_install(self, tmp_path, monkeypatch):
        def unreachable(_folder):
            raise NotFetched("PyPI could not be used")

        monkeypatch.setattr(installer, "fetch_pip", unreachable)
        monkeypatch.setattr(installer, "runs_pip", lambda _command: False)
        monkeypatch.setattr(installer.importlib.util, "find_spec", lambda _name: None)

        with pytest.raises(
            InstallationStopped, match="neither pip nor ensurepip, and PyPI could not be used; install python3-venv"
        ):
            installer.pip_command(tmp_path / "bin" / "python")

    def test_uv_is_taken_out_of_its_wheel_and_kept(self, tmp_path, monkeypatch, index):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(f"uv-{wheels.UV_VERSION}.data/scripts/uv", "#!/bin/sh\necho uv\n")
        address = index(f"uv-{wheels.UV_VERSION}-py3-none-{wheels.uv_platform()}.whl", packed.getvalue())
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

        program = wheels.fetch_uv(address)
        assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "uv\n"
        assert wheels.fetch_uv("http://127.0.0.1:9/simple/") == program
        assert [each.name for each in program.parent.iterdir()] == [program.name]

    def test_pypi_is_not_asked_where_pip_has_another_index(self, tmp_path, monkeypatch):
        asked, commands = [], []
        monkeypatch.setattr(installer, "fetch_uv", lambda: asked.append("pypi"))
        monkeypatch.setattr(installer.shutil, "which", lambda _name, path=None: None)
        monkeypatch.setattr(installer, "call", commands.append)
        monkeypatch.setattr(installer, "pip_command", lambda _python: ["pip"])

        assert installer.uv_command(tmp_path / "python", {"index-url": "https://mirror.example"}) is None
        assert asked == []
        assert commands == [["pip", "install", "--quiet", "--no-compile", "uv"]]
