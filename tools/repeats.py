"""Finds repeated code: runs of six lines of the same shape, whatever their names, strings and numbers."""

import io
import itertools
import keyword
import tokenize
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

RUN = 6  # Lines that make a repeat.
TOO_COMMON = 8  # A run that occurs in more places than this is an idiom.
_PASSED_OVER = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE, tokenize.ENDMARKER)


def repeated_pairs(paths: Sequence[Path]) -> set[tuple[Path, Path]]:
    """Return the pairs of files (or a file with itself) that share at least one run of lines of the same shape."""
    places: dict[tuple[str, ...], list[tuple[Path, int]]] = defaultdict(list)
    for path in paths:
        shapes = line_shapes(path.read_text())
        for start in range(len(shapes) - RUN + 1):
            places[tuple(shapes[start : start + RUN])].append((path, start))
    pairs: set[tuple[Path, Path]] = set()
    for found in places.values():
        if 1 < len(found) <= TOO_COMMON:
            pairs.update(
                (one, other)
                for (one, at), (other, there) in itertools.combinations(found, 2)
                if one != other or abs(at - there) >= RUN
            )
    return pairs


def line_shapes(text: str) -> list[str]:
    """Return code lines with names, strings and numbers replaced; imports, docstrings and bare brackets are dropped."""
    lines: dict[int, list[str]] = defaultdict(list)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _PASSED_OVER:
            lines[token.start[0]].append(_shape(token))
    shapes = [" ".join(parts) for _, parts in sorted(lines.items())]
    return [shape for shape in shapes if any(c.isalpha() for c in shape) and not shape.startswith(("import", "from"))]


def _shape(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        return token.string if keyword.iskeyword(token.string) else "n"
    if token.type == tokenize.STRING:
        return "" if token.string.startswith('"""') else "s"
    return "0" if token.type == tokenize.NUMBER else token.string
