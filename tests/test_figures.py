"""`make figures` measures correctly."""

import ast
from pathlib import Path

import pytest

from tools import figures, repeats

SIX_LINES = (
    "def {name}(a, b):\n    c = a + b\n    d = c * {number}\n    if d > c:\n        return d\n    return call(c)\n"
)


def test_same_shape_with_other_names_is_a_repeat(tmp_path: Path) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text(SIX_LINES.format(name="first", number=2))
    other.write_text('"""Docstrings do not count."""\nimport x\n' + SIX_LINES.format(name="second", number=33))
    assert repeats.repeated_pairs([one, other]) == {(one, other)}


def test_five_lines_are_no_repeat(tmp_path: Path) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text(SIX_LINES.format(name="first", number=2))
    other.write_text(SIX_LINES.format(name="second", number=2).replace("return call(c)", "yield c"))
    assert repeats.repeated_pairs([one, other]) == set()


DECLARATIONS = """
import {a}
from {b} import (
    {a}1, {a}2,
    {a}3,
    {a}4,
    {a}5,
    {a}6,
    {a}7,
)

class {a}:
    {a}: int
    {b}: str
    {a}1: int
    {a}2: bool
    {a}3: int | None
    {a}4: int
    {a}5: str = "{b}"

def {a}():
    return {a}(
        {a}={b},
        {a}1={b},
        {a}2={b}.{a},
        {a}3={b}.{a},
        {a}4={b}.{a},
        {a}5={b}.{a},
    )
"""


def _files(tmp_path: Path, *texts: str) -> list[Path]:
    paths = [tmp_path / f"m{number}.py" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return paths


def test_declarations_of_the_same_shape_are_no_repeat(tmp_path: Path) -> None:
    paths = _files(tmp_path, DECLARATIONS.format(a="a", b="b"), DECLARATIONS.format(a="c", b="d"))
    assert repeats.repeated_pairs(paths) == set()


def test_declarations_that_are_copied_to_the_letter_are_a_repeat(tmp_path: Path) -> None:
    fields = "class {name}:\n" + "".join(f"    field_{each}: int\n" for each in range(6))
    one, other = _files(tmp_path, fields.format(name="A"), fields.format(name="B"))
    assert repeats.repeated_pairs([one, other]) == {(one, other)}


def test_imports_are_no_repeat(tmp_path: Path) -> None:
    names = "from x import (\n" + "".join(f"    name_{each},\n" for each in range(8)) + ")\n"
    assert repeats.repeated_pairs(_files(tmp_path, names, names)) == set()


def test_short_methods_of_several_classes_are_no_repeat(tmp_path: Path) -> None:
    method = "    def __str__(self):\n        return self.name\n"
    classes = "".join(f"class {name}:\n    {name} = 1\n{method}" for name in ("{a}1", "{a}2", "{a}3"))
    paths = _files(tmp_path, classes.format(a="A"), classes.format(a="B"))
    assert repeats.repeated_pairs(paths) == set()


def test_a_module_can_repeat_itself(tmp_path: Path) -> None:
    (path,) = _files(tmp_path, SIX_LINES.format(name="first", number=2) + SIX_LINES.format(name="second", number=3))
    assert repeats.repeated_pairs([path]) == {(path, path)}


def test_helpers_used_once_and_parameters() -> None:
    tree = ast.parse(
        "def _a():\n    return 1\n\ndef _b(self, x, *, y):\n    return _a()\n\ndef c():\n    return _b, _b, _d\n\n"
        "def _d():\n    return 2\n"
    )
    assert figures.private_and_called_once({Path("m.py"): tree}) == (3, 1, 1)
    assert [figures.parameters(node) for node in figures.functions_of({Path("m.py"): tree})] == [0, 2, 0, 0]


def test_names_in_ing_are_told_by_the_last_word() -> None:
    assert figures.named_in_ing(["late_rating", "wallet_posting", "posting_undoing", "sealing", "ping_pong"]) == [
        "posting_undoing",
        "sealing",
    ]


def test_every_figure_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured for one app, because all apps take seconds."""
    tracked = figures.tracked
    monkeypatch.setattr(figures, "tracked", lambda pattern: tracked(pattern.replace("apps/", "apps/wallets/")))
    assert all(figure.value for figure in figures.figures())
