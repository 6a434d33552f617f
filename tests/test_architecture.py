"""Rules of the code: import layers, no floats near money, the clock passed in, settings documented."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from importlinter.cli import lint_imports

from apps.outbox.delivery import OUTBOX_TASKS
from billing_site.celery import app
from tests.sources import nodes_of, tree_of

ROOT = Path(__file__).resolve().parents[1]
MODULES = [
    file
    for folder in ("apps", "billing_site")
    for file in (ROOT / folder).rglob("*.py")
    if "migrations" not in file.parts
]
APP_MODULES = [file for file in MODULES if file.is_relative_to(ROOT / "apps")]
# A DecimalField without decimals is an integer beyond 64 bits.
FLOATS = {"float", "FloatField", "DecimalField"}
# Their floats are seconds to wait.
SECONDS = {Path("apps/outbox/dispatcher.py"), Path("apps/tenants/jwks.py")}
# Entry points: they read the clock and pass it on. Ruff draws the line more finely (TID251).
EDGES = re.compile(
    r"apps/(api|backoffice)/|apps/approvals/(pages|templatetags/)|apps/payments/pages|/(tasks|views|webhooks|delivery)\.py"
    r"|/(admin|commands|views)/|/admin\.py"
)
LONGEST_MODULE = 400


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    """Yield every node of the apps with its module."""
    for file in APP_MODULES:
        place = file.relative_to(ROOT)
        yield from ((place, node) for node in nodes_of(file))


def named(node: ast.AST) -> str:
    """Return the name that a call or attribute ends with."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


class TestImports:
    def test_the_contracts_hold(self, capsys):
        broken = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

        assert broken == 0, capsys.readouterr().out


class TestTexts:
    """The meaning of a key, a subject or a code is stored in columns; no text is parsed to find it."""

    TAKEN_APART = frozenset(
        {"split", "rsplit", "partition", "rpartition", "startswith", "endswith", "removeprefix", "removesuffix"}
    )
    LOOKUPS = ("__startswith", "__endswith", "__contains")
    FORMATS = {
        Path("apps/bank/readers/mt940.py"): "the tags of MT940 are between colons",
        Path("apps/payments/references.py"): "references come back from Stripe, even if our row is gone",
        Path("apps/backoffice/explain/links.py"): "addresses of explanations, which the module also builds",
        Path("apps/tenants/session_claims.py"): "the actors of sessions, which the module also builds",
        Path("apps/common/admin/actors.py"): "who acted, reworded for display only",
        Path("apps/tenants/local_issuer.py"): "the session token's own format of roles",
    }
    KEYS = frozenset({"key", "code", "subject", "reference", "created_by", "call_id", "order_key"})

    def test_none_is_taken_apart_at_a_colon(self):
        found = [
            f"{file}:{node.lineno} {ast.unparse(node)}"
            for file, node in nodes()
            if isinstance(node, ast.Call) and file not in self.FORMATS and self.is_cut(node, tree_of(ROOT / file))
        ]

        assert found == []

    def test_no_key_is_taken_apart_or_looked_up_by_a_part(self):
        found = [
            f"{file}:{node.lineno} {ast.unparse(node)}"
            for file, node in nodes()
            if isinstance(node, ast.Call) and (self.is_of_key(node) or self.looks_up_by_a_part(node))
        ]

        assert found == []

    def test_the_exceptions_are_needed(self):
        for file, reason in self.FORMATS.items():
            tree, own = tree_of(ROOT / file), nodes_of(ROOT / file)
            assert any(isinstance(node, ast.Call) and self.is_cut(node, tree) for node in own), (file, reason)

    def is_cut(self, node: ast.Call, tree: ast.Module) -> bool:
        """Return whether a text is split at a colon, as a literal or a constant of the module; `//` is allowed."""
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in self.TAKEN_APART or not node.args:
            return False
        at = node.args[0]
        if isinstance(at, ast.Name):
            values = [
                each.value for each in tree.body if isinstance(each, ast.Assign) and at.id in map(named, each.targets)
            ]
            at = values[0] if values else at
        texts = [each.value for each in ast.walk(at) if isinstance(each, ast.Constant)]
        return any(isinstance(text, str) and ":" in text and "//" not in text for text in texts)

    def is_of_key(self, node: ast.Call) -> bool:
        """Return whether an attribute with the name of a key is split, at any separator."""
        cut = isinstance(node.func, ast.Attribute) and node.func.attr in self.TAKEN_APART
        return cut and isinstance(node.func.value, ast.Attribute) and node.func.value.attr in self.KEYS

    def looks_up_by_a_part(self, node: ast.Call) -> bool:
        """Return whether rows are looked up by a part of a column with the name of a key."""
        names = [word.arg for word in node.keywords if word.arg]
        return any(name.endswith(self.LOOKUPS) and name.rsplit("__", 2)[-2] in self.KEYS - {"code"} for name in names)


def is_whole(call: ast.Call) -> bool:
    """Return whether a call declares a field of whole numbers: `decimal_places=0`."""
    return any(
        each.arg == "decimal_places" and isinstance(each.value, ast.Constant) and each.value.value == 0
        for each in call.keywords
    )


# Lengths on a page, in points.
LENGTHS = Path("apps/common/papers/layout.py")


class TestMoney:
    def test_no_float_comes_near_it(self):
        found = [
            f"{file}:{node.lineno}"
            for file, node in nodes()
            if isinstance(node, ast.Call) and named(node.func) in FLOATS and not is_whole(node) and file != LENGTHS
        ]

        assert found == []

    def test_no_float_is_written_down(self):
        found = [
            f"{file}:{node.lineno}"
            for file, node in nodes()
            if isinstance(node, ast.Constant) and isinstance(node.value, float) and file not in (*SECONDS, LENGTHS)
        ]

        assert found == []


class TestClock:
    def test_is_read_at_the_edges_only(self):
        found = [
            f"{file}:{node.lineno}"
            for file, node in nodes()
            if isinstance(node, ast.Attribute)
            and (named(node.value), node.attr) in {("timezone", "now"), ("datetime", "now"), ("date", "today")}
            and not EDGES.search(str(file))
        ]

        assert found == []


class TestMigrations:
    @pytest.mark.django_db
    def test_none_is_missing(self):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)


class TestSettings:
    def test_every_one_is_in_the_example(self):
        read = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "billing_site/settings.py").read_text())
        documented = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

        assert sorted(set(read) - set(documented)) == []

    def test_the_example_names_no_setting_twice(self):
        documented = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

        assert len(documented) == len(set(documented))


class TestTasks:
    @pytest.mark.django_db  # the first import in a process checks the configuration with the database
    def test_every_enqueued_task_exists(self):
        app.loader.import_default_modules()
        enqueued = {
            call.args[0].value: f"{file}:{call.lineno}"
            for file, call in nodes()
            if isinstance(call, ast.Call) and named(call.func) == "enqueue" and isinstance(call.args[0], ast.Constant)
        }

        assert {name: place for name, place in enqueued.items() if name not in OUTBOX_TASKS} == {}


class TestSize:
    def test_no_module_outgrows_its_topic(self):
        long = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in APP_MODULES}

        assert {file: lines for file, lines in long.items() if lines > LONGEST_MODULE} == {}
