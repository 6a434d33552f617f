"""Only the database functions that end a movement write the books, and they decide nothing."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.apps import apps as registry

from tests.sources import modules_of_apps, nodes_of

ROOT = Path(__file__).resolve().parents[1]
SQL = sorted((ROOT / "apps").glob("*/sql/*.sql"))
FUNCTIONS = [file for file in SQL if file.stem.endswith(("_open", "_write", "_add", "_store", "_ids"))]
READERS = [file for file in SQL if file not in FUNCTIONS]
MODELS = {
    model.__name__: model._meta.db_table
    for app in ("ledger", "wallets")
    for model in registry.get_app_config(app).get_models()
}
MODEL_OF = {table: name for name, table in MODELS.items()}
WRITTEN_IN_SQL = re.compile(
    rf'\b(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+"?({"|".join(MODEL_OF)})\b', re.IGNORECASE
)
WRITES = {
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "update",
    "bulk_update",
    "save",
    "delete",
    "raw",
}
KIT = {"insert", "add", "put", "update", "delete_until"}
OUTSIDE_THE_KIT = {
    ("apps/ledger/services/books.py", "Account"): "a new account has no entries",
    ("apps/ledger/services/books.py", "Book"): "a new book has no transfers",
    ("apps/wallets/services/wallet_creation.py", "Wallet"): "a new wallet has empty accounts",
    ("apps/wallets/services/wallet_creation.py", "Budget"): "a new counter of resources is zero",
    (
        "apps/ledger/services/checkpoints.py",
        "Checkpoint",
    ): "the check stores the sum that it computed, even if the book has another",
    ("apps/ledger/services/checkpoints.py", "HoldTotal"): "as above",
    ("apps/wallets/services/rebuild.py", "DayTotal"): "as above",
    ("apps/wallets/services/old_buckets.py", "Bucket"): "old counters are deleted under the book's lock",
    ("apps/wallets/services/old_buckets.py", "BucketPeriod"): "as above",
    ("apps/wallets/services/old_buckets.py", "Budget"): "as above; the budget keeps the day from which it has counters",
    ("apps/wallets/services/refusals.py", "Refusal"): "counts refusals, which are not in the book",
}


class TestRowsOfTheBooks:
    def test_are_written_by_the_functions_alone(self) -> None:
        found = {
            (str(file.relative_to(ROOT)), model)
            for file in modules_of_apps()
            if "migrations" not in file.parts
            for model in written_in(nodes_of(file))
        }

        assert sorted(found - OUTSIDE_THE_KIT.keys()) == []
        assert sorted(OUTSIDE_THE_KIT.keys() - found) == [], "an exception that is no longer needed"

    @pytest.mark.parametrize(
        "text",
        [
            "Grant.objects.filter(pk=1).update(remaining_micros=0)",
            "Hold(key='x').save()",
            "row = Entry.objects.get()\nrow.amount_micros = 1\nrow.save()",
            "for row in Account.objects.all():\n    row.delete()",
            "writing.insert(Transfer, columns, rows)",
            "cursor.execute('UPDATE ledger_account SET balance_micros = 0')",
        ],
    )
    def test_are_recognized_however_they_are_written(self, text: str) -> None:
        assert list(written_in([*ast.walk(ast.parse(text))]))


def written_in(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the models of the books that a module writes, by the ORM, the kit for rows, or SQL."""
    rows_of = dict(variables(nodes))
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            name = root(node.func)
            yield from (each for each in (name, rows_of.get(name, "")) if each in MODELS)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in KIT:
            yield from (each.id for each in node.args if isinstance(each, ast.Name) and each.id in MODELS)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (MODEL_OF[found[1].lower()] for found in WRITTEN_IN_SQL.finditer(node.value))


def variables(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield the names that stand for rows of the books, and their models."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            yield from ((each.id, root(node.value)) for each in node.targets if isinstance(each, ast.Name))
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Name):
            yield node.target.id, root(node.iter)


def root(node: ast.AST) -> str:
    """Return the name that a chain of attributes and calls begins with."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


class TestFunctions:
    """The functions read and write the rows that the call names; Python makes every choice and every sum."""

    # Parts of a line that look like a rule, and why they are not.
    ALLOWED = {
        "version + 1": "counts the writes of a book, in the condition that guards them",
        "kept.hold_count + EXCLUDED.hold_count": "adds a difference that Python computed to a stored total",
        "kept.amount_micros + EXCLUDED.amount_micros": "the same",
        "kept.entry_count + EXCLUDED.entry_count": "the same",
        "c.entries_micros + (": "advances a checkpoint by the entries since; no other code does that",
        "SELECT sum(e.amount_micros)": "the same",
        "sum(s.remaining_micros)": "the total shortfall, of which only the oldest rows are read",
        "sum(a.amount_micros)": "the used part of the caps, where only the live attempt is read",
        "count(*)": "the number of rows, of which only the first are read",
        "jsonb_array_length(listed) - 1 LOOP": "updates each changed row, taken from the JSON by its place",
        "') LOOP": "updates each changed row by its primary key; a join with the JSON would scan",
        "END LOOP": "the same",
        "t.number + 1": "the record after a charge, which has the part of it that became a debt",
    }
    CHOICES = re.compile(r"\b(CASE|ELSIF|ELSE|LOOP|GREATEST|LEAST|ROUND|MIN|MAX|SUM|COUNT|AVG)\b\s*\(?", re.IGNORECASE)
    SUMS = re.compile(r"(?<=[\w)])\s*(?<![-/*])[-+*/%](?![->*/])\s*(?=[\w(])")
    CONDITION = re.compile(r"\bIF\b(.*?)\bTHEN\b", re.DOTALL)
    CONDITIONS = re.compile(
        r"(lock|(NOT )?FOUND|(posted|moved|wallet) IS NULL|ledger +'holds' IS NOT NULL|"
        r"(query|changes) \? '\w+'( OR (query|changes) \? '\w+')*|changes \?\| ARRAY\[(\s*'\w+',?)+\s*\]|"
        # These only skip statements that would find nothing: without `is_short` there is no shortfall, without
        # `next_key` no open grant beyond the first ones. A book that has changed meanwhile is read again.
        r"\w+ <> '{}'|present\.(has_buckets|is_short)|query \? 'first_grants' AND present\.next_key IS NOT NULL|"
        r"lock OR opened\.version = \(ledger +'version'\)::bigint)"
    )

    @pytest.mark.parametrize("file", FUNCTIONS, ids=lambda file: file.stem)
    def test_choose_nothing(self, file: Path) -> None:
        assert self.rules_in(file.read_text()) == []

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("SELECT CASE WHEN a THEN b END;", "CASE"),
            ("SET remaining_micros = g.remaining_micros - r.amount_micros;", "-"),
            ("SELECT least(a, b);", "least("),
            ("IF r.amount_micros > 0 THEN RETURN NULL; END IF;", "r.amount_micros > 0"),
        ],
    )
    def test_would_be_seen_choosing(self, text: str, rule: str) -> None:
        assert self.rules_in(text) == [rule]

    @pytest.mark.parametrize("file", READERS, ids=lambda file: file.stem)
    def test_that_answers_read_cannot_write(self, file: Path) -> None:
        """PostgreSQL refuses a STABLE function that writes.

        They add up rows, so two of them repeat one rule of Python: `wallet_unread_grants` and `wallet_figures` say
        which grants have started and not expired, as `GrantState.counts` does, because reading all grants of a large
        wallet would cost more than the movement. `test_first_grants` and `test_any_history` compare them with Python.
        """
        assert re.search(r"^LANGUAGE plpgsql STABLE\b", file.read_text(), re.MULTILINE)

    def test_the_exceptions_are_needed(self) -> None:
        texts = " ".join(file.read_text() for file in FUNCTIONS)

        assert [part for part in self.ALLOWED if part not in texts] == []

    def rules_in(self, text: str) -> list[str]:
        body = re.sub(r"--.*", "", text).replace("END IF", "END")
        body = re.sub(r"->>?", " ", body).replace("SELECT *", "SELECT")
        for part in self.ALLOWED:
            body = body.replace(part, "0")
        conditions = [found.strip() for found in self.CONDITION.findall(body)]
        choices = [found.group().strip() for found in self.CHOICES.finditer(body)]
        sums = [found.group().strip() for found in self.SUMS.finditer(re.sub(r"'[^']*'", "''", body))]
        return [*choices, *sums, *(each for each in conditions if not self.CONDITIONS.fullmatch(each))]
