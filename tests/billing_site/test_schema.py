"""`schema.sql` fills an empty database exactly as `migrate` does."""

import re
from difflib import unified_diff

import psycopg
import pytest

from billing_site import schema
from billing_site.management.commands.write_schema import empty_database, migrated_schema


@pytest.fixture
def empty():
    """A URL of an empty database."""
    with empty_database("test") as url:
        yield url


def fill(url: str) -> bool:
    with psycopg.connect(url, autocommit=True) as connection:
        return schema.fill(connection)


def differences(text: str) -> list[str]:
    """The first lines in which a text differs from the file."""
    return list(unified_diff(schema.FILE.read_text().splitlines(), text.splitlines(), "schema.sql", lineterm=""))[:60]


@pytest.mark.timeout(600)  # it migrates
def test_the_file_is_what_migrate_makes():
    assert differences(migrated_schema()) == [], "run manage.py write_schema"


def test_what_it_fills_is_what_it_says(empty):
    assert fill(empty)
    assert differences(schema.dump(empty)) == []


def test_a_database_that_is_not_empty_is_left_alone(empty):
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("CREATE TABLE somebodys (id int)")
    assert not fill(empty)


def test_a_file_of_other_migrations_is_not_used(empty, monkeypatch, tmp_path):
    text = schema.FILE.read_text()
    monkeypatch.setattr(schema, "FILE", tmp_path / "schema.sql")
    schema.FILE.write_text(text.replace(schema.fingerprint(), "0" * 64))
    assert not fill(empty)


def test_what_cannot_be_filled_whole_is_not_filled(empty, monkeypatch, tmp_path):
    text = schema.FILE.read_text()
    monkeypatch.setattr(schema, "FILE", tmp_path / "schema.sql")
    schema.FILE.write_text(f"{text}\nSELECT 1 / 0;\n")
    with pytest.raises(psycopg.errors.DivisionByZero):
        fill(empty)
    schema.FILE.write_text(text)
    assert fill(empty)


def test_only_what_is_searched_by_its_beginning_has_an_index_for_that():
    """Django would add a second index to every indexed text column, which each write would have to keep."""
    found = re.findall(r"^CREATE INDEX (\w+) .*pattern_ops", schema.FILE.read_text(), re.MULTILINE)
    assert found == ["ledger_account_by_code"]
