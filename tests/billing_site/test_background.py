"""`make run` prepares the database once, by a stamp, and reports why it cannot."""

import json

import psycopg
import pytest
from django.db import OperationalError, connection

from billing_site import background, preparation_stamp, schema
from billing_site.background import CannotPrepare


class TestStamp:
    @pytest.fixture
    def database(self, django_db_setup):
        """A psycopg connection to the test's database, which is left unchanged."""
        with psycopg.connect(**connection.get_connection_params()) as own:
            yield own
            own.rollback()

    def test_is_current_once_written_and_until_a_file_changes(self, database, monkeypatch):
        assert not preparation_stamp.is_current(database)
        preparation_stamp.write(database)
        preparation_stamp.write(database)
        assert preparation_stamp.is_current(database)

        monkeypatch.setattr(preparation_stamp, "MADE_OF", (*preparation_stamp.MADE_OF, "Procfile"))
        assert not preparation_stamp.is_current(database)
        preparation_stamp.write(database)
        assert preparation_stamp.is_current(database)

    @pytest.mark.parametrize(
        "name",
        ["apps/demo/scenarios/usage.py", "apps/ledger/migrations/0001_initial.py", "requirements.txt"],
    )
    def test_changes_with_what_the_database_is_prepared_from(self, tmp_path, monkeypatch, name):
        monkeypatch.setattr(schema, "ROOT", tmp_path)
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("one")
        before = schema.digest_of(preparation_stamp.MADE_OF)
        file.write_text("two")
        assert schema.digest_of(preparation_stamp.MADE_OF) != before


class TestPrepare:
    def test_nothing_is_done_where_the_stamp_is_current(self, db, settings, tmp_path, monkeypatch):
        settings.VAR_DIR = tmp_path
        done = []
        monkeypatch.setattr(background, "connected", lambda _url: psycopg.connect(**connection.get_connection_params()))
        monkeypatch.setattr(preparation_stamp, "is_current", lambda _connection: True)
        monkeypatch.setattr("django.core.management.call_command", lambda name, **_options: done.append(name))
        monkeypatch.setattr("apps.demo.seed.make_beginning", lambda now: done.append("demo"))
        monkeypatch.setattr("apps.demo.access.demo_access", lambda now: {"username": "admin"})

        assert background.prepare() == {"username": "admin", "history_is_complete": True}
        assert done == []

    def test_is_for_development(self, settings):
        settings.DEVELOPMENT = False
        with pytest.raises(CannotPrepare, match="DEVELOPMENT is off"):
            background.prepare()

    def test_a_database_that_never_answers_is_named(self, monkeypatch):
        monkeypatch.setattr(background, "DATABASE_SECONDS", 0)
        with pytest.raises(CannotPrepare, match=r"The database did not answer: .*refused"):
            background.connected("postgres://billing@127.0.0.1:9/billing")

    def test_what_the_database_refused_is_one_sentence(self, monkeypatch, tmp_path):
        def refuse():
            raise OperationalError("permission denied:\n\ttable ledger")

        monkeypatch.setattr(background, "prepare", refuse)
        with pytest.raises(OperationalError):
            background.tell(tmp_path / "access.json")
        assert json.loads((tmp_path / "access.json").read_text()) == {"error": "permission denied: table ledger"}
        assert oct((tmp_path / "access.json").stat().st_mode)[-3:] == "600"
