"""The figures of `make figures` count what they say."""

import ast
from pathlib import Path

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


def test_helpers_used_once_and_parameters() -> None:
    tree = ast.parse(
        "def _a():\n    return 1\n\ndef _b(self, x, *, y):\n    return _a()\n\ndef c():\n    return _b, _b\n"
    )
    assert figures.private_and_called_once({Path("m.py"): tree}) == (2, 1, 1)
    assert [figures.parameters(node) for node in figures.functions_of({Path("m.py"): tree})] == [0, 2, 0]


def test_names_in_ing_are_told_by_the_last_word() -> None:
    assert figures.named_in_ing(["late_rating", "wallet_posting", "posting_undoing", "sealing", "ping_pong"]) == [
        "posting_undoing",
        "sealing",
    ]


def test_every_figure_is_measured() -> None:
    assert all(figure.value for figure in figures.figures())
