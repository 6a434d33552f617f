"""Finds repeated code.

Two places repeat each other if they share six identical lines, or three or more statements of the same shape (equal
except for names, strings and numbers) that take six lines. Imports and docstrings never count. Declarations (fields,
options, choices and decorators of a class, a function's signature) and the arguments of one call count only if they are
identical: two dataclasses with six fields, or two calls with six keywords, are similar without repeating anything.
"""

import ast
import io
import itertools
import keyword
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

RUN = 6  # A repeat takes at least this many lines.
STATEMENTS = 3  # A repeat by shape has at least this many statements.
TOO_COMMON = 8  # A run that occurs in more places than this is an idiom.
_CLASSES = itertools.count()  # Each class gets a unique shape, so that no run goes across it.
_PASSED_OVER = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)

Pair = tuple[Path, Path]


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement or a line: what is compared, where it begins, and how many lines it takes."""

    text: str
    line: int
    lines: int = 1


def repeated_pairs(paths: Sequence[Path]) -> set[Pair]:
    """Return the pairs of files (or a file with itself) that repeat each other."""
    texts = {path: path.read_text() for path in paths}
    by_shape = _sharing({path: statements(text) for path, text in texts.items()}, STATEMENTS)
    return by_shape | _sharing({path: lines(text) for path, text in texts.items()}, RUN)


def statements(text: str) -> list[Piece]:
    """Return the shapes of the statements that are not declarations; no run goes across the beginning of a class."""
    declared = _lines_of(_declarations(ast.parse(text)))
    found: list[Piece] = []
    tokens: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NEWLINE:
            if tokens and tokens[0].string == "class":
                found.append(Piece(f"class {next(_CLASSES)}", tokens[0].start[0]))
            elif tokens and tokens[0].start[0] not in declared:
                found.append(_piece(tokens))
            tokens = []
        elif token.type not in _PASSED_OVER:
            tokens.append(token)
    return found


def lines(text: str) -> list[Piece]:
    """Return the lines as they are written, without imports, docstrings, comments and bare brackets."""
    passed_over = _lines_of(node for node in ast.walk(ast.parse(text)) if _is_import_or_docstring(node))
    return [
        Piece(line.strip(), number)
        for number, line in enumerate(text.splitlines(), 1)
        if number not in passed_over and any(c.isalnum() for c in line) and not line.lstrip().startswith("#")
    ]


def _sharing(pieces_of: dict[Path, list[Piece]], least: int) -> set[Pair]:
    """Return the pairs of files that share a run of at least `least` pieces that takes six lines."""
    places: dict[tuple[str, ...], list[tuple[Path, int, int]]] = defaultdict(list)
    for path, pieces in pieces_of.items():
        for start in range(len(pieces)):
            run = _run(pieces[start:], least)
            if run:
                places[tuple(piece.text for piece in run)].append((path, run[0].line, run[-1].line))
    return {
        (one, other)
        for found in places.values()
        if len(found) <= TOO_COMMON
        for (one, _, ends), (other, begins, _) in itertools.combinations(found, 2)
        if one != other or begins > ends
    }


def _run(pieces: Sequence[Piece], least: int) -> Sequence[Piece]:
    """Return the shortest beginning that is long enough for a repeat; nothing if there are too few lines."""
    taken = 0
    for count, piece in enumerate(pieces, 1):
        taken += piece.lines
        if taken >= RUN and count >= least:
            return pieces[:count]
    return ()


def _piece(tokens: Sequence[tokenize.TokenInfo]) -> Piece:
    is_signature = tokens[0].string in ("def", "async")
    taken = {token.start[0] for token in tokens if token.string not in ")]},"}
    return Piece(" ".join(map(_shape, tokens)), tokens[0].start[0], 1 if is_signature else len(taken))


def _shape(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        return token.string if keyword.iskeyword(token.string) else "n"
    return {tokenize.STRING: "s", tokenize.NUMBER: "0"}.get(token.type, token.string)


def _declarations(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield imports, docstrings, decorators, the headers of classes, and assignments outside functions."""
    for node in ast.walk(tree):
        if _is_import_or_docstring(node):
            yield node
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from node.decorator_list
        if isinstance(node, ast.ClassDef):
            yield ast.Pass(lineno=node.lineno, end_lineno=node.body[0].lineno - 1)
        if isinstance(node, (ast.Module, ast.ClassDef)):
            yield from (each for each in node.body if isinstance(each, (ast.Assign, ast.AnnAssign)))


def _is_import_or_docstring(node: ast.AST) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _lines_of(nodes: Iterable[ast.AST]) -> set[int]:
    return {number for node in nodes for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)}  # type: ignore[attr-defined]
