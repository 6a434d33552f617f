"""`make figures`: measure the code against the goals in CONTRIBUTING.md, and print a table.

Reads the Python files under apps/ that git tracks, without migrations. Nothing is imported or run.
"""

import ast
import re
import statistics
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.repeats import repeated_pairs

ROOT = Path(__file__).resolve().parent.parent
TRADE_WORDS_IN_ING = {"pricing", "rating", "billing", "posting", "dunning", "aging", "metering", "reporting"}
LINES_NOTE = (
    "Lines of apps have no goal: 40,000 was the goal for the 42,149 lines before reservations by API, budgets, model\n"
    "calls, invoices, webhooks, email and automatic top-up were added."
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and its goal."""

    name: str
    goal: str
    value: str


def tracked(pattern: str) -> list[Path]:
    """Return the files that git tracks under a pattern, without migrations."""
    listed = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607
    return [ROOT / name for name in listed.stdout.splitlines() if "/migrations/" not in name]


def functions_of(trees: dict[Path, ast.Module]) -> Iterator[Function]:
    """Return every function and method, including nested ones."""
    for tree in trees.values():
        yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def length(node: Function) -> int:
    """Return the lines from `def` to the last one, docstring included, decorators not."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def parameters(node: Function) -> int:
    """Return the number of parameters of a function without `self` and `cls`."""
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return sum(each.arg not in ("self", "cls") for each in every)


def private_and_called_once(trees: dict[Path, ast.Module]) -> tuple[int, int, int]:
    """Return the numbers of private module functions, of those called once, and of the short ones among these.

    A function that is passed as a value (a signal's receiver, a cell of a table, a sort key) needs its name, and one
    with a decorator or a docstring has content besides its body; neither counts as short.
    """
    helpers = once = short = 0
    for tree in trees.values():
        used = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
        called = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        for node in tree.body:
            if isinstance(node, Function) and node.name.startswith("_"):
                helpers += 1
                if used[node.name] == 1 and node.name in called:
                    once += 1
                    short += length(node) <= 4 and not node.decorator_list and ast.get_docstring(node) is None
    return helpers, once, short


def documented(trees: dict[Path, ast.Module]) -> str:
    """Return the share of public service functions that have a docstring."""
    services = {path: tree for path, tree in trees.items() if "services" in path.as_posix()}
    public = [
        node
        for tree in services.values()
        for node in tree.body
        if isinstance(node, Function) and not node.name.startswith("_")
    ]
    return f"{sum(ast.get_docstring(node) is not None for node in public)} of {len(public)}"


def named_in_ing(names: Iterable[str]) -> list[str]:
    """Return the module names whose last word ends in -ing, except terms of the trade such as `rating`."""
    last_words = {name: name.rpartition("_")[2] for name in names}
    return sorted(name for name, word in last_words.items() if word.endswith("ing") and word not in TRADE_WORDS_IN_ING)


def figures() -> list[Figure]:
    """Measure everything once."""
    paths = [path for path in tracked("apps/*.py") if path.stat().st_size]
    trees = {path: ast.parse(path.read_text()) for path in paths}
    every = list(functions_of(trees))
    lengths = sorted(length(node) for node in every)
    modules = sorted(len(path.read_text().splitlines()) for path in paths)
    named = [path for path in paths if path.name != "__init__.py"]  # a package's `__init__` may have one line
    small = sum(len(path.read_text().splitlines()) < 30 for path in named)
    helpers, once, short = private_and_called_once(trees)
    in_ing = named_in_ing([path.stem for path in paths])
    prose = "".join(path.read_text() for path in [*paths, *tracked("docs/*.md"), ROOT / "README.md"])
    return [
        Figure("lines of apps", "-", f"{sum(modules):,}"),
        Figure("function: median lines", "≤ 7", f"{statistics.median(lengths):.0f}"),
        Figure("function: 90 of 100 have at most", "≤ 20", f"{lengths[len(lengths) * 9 // 10]}"),
        Figure("function: longest", "-", f"{lengths[-1]}"),
        Figure("module: longest", "≤ 400", f"{modules[-1]}"),
        Figure("modules under 30 lines", "≤ 12 %", f"{100 * small / len(named):.1f} % ({small} of {len(named)})"),
        Figure("functions with 7 or more parameters", "0", f"{sum(parameters(node) >= 7 for node in every)}"),
        Figure("private helpers called once, of up to 4 lines", "-", f"{short} ({once} called once, of {helpers})"),
        Figure("public functions of services with a docstring", "all", documented(trees)),
        Figure("modules named by a word in -ing", "0", " ".join([f"{len(in_ing)}", *in_ing])),
        Figure("pairs of modules that repeat six lines", "≤ 25", f"{len(repeated_pairs(paths))}"),
        Figure("spelled with one l: instalment", "0", f"{len(re.findall('(?i)instal' + 'ment', prose))}"),
        Figure("lines of README.md", "≤ 250", f"{len((ROOT / 'README.md').read_text().splitlines())}"),
    ]


def main() -> None:
    """Print the table."""
    for figure in figures():
        print(f"{figure.name:<48} {figure.goal:>9}   {figure.value}")
    print(LINES_NOTE)


if __name__ == "__main__":
    main()
