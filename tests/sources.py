"""The source of the product, parsed once in a process for all tests that read it."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@cache
def modules_of_apps() -> tuple[Path, ...]:
    """Return the files of all apps, in order."""
    return tuple(sorted((ROOT / "apps").rglob("*.py")))


@cache
def tree_of(file: Path) -> ast.Module:
    """Return the syntax tree of a file; nobody may change it."""
    return ast.parse(file.read_text())


@cache
def nodes_of(file: Path) -> tuple[ast.AST, ...]:
    """Return all nodes of a file: walking through them costs as much as parsing it."""
    return tuple(ast.walk(tree_of(file)))
