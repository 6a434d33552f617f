"""The Merkle tree of RFC 9162: the root over many leaves, and the path from a leaf to the root.

The last node of an odd level moves up unchanged. Leaves and nodes have different prefixes, so no node can pass as a
leaf.
"""

import hashlib
from collections.abc import Sequence
from typing import Literal

from apps.common.values import value_class
from apps.ledger.records import canonical

NO_LEAVES = hashlib.sha256(b"\x02").digest()

Side = Literal["left", "right"]


@value_class(frozen=True, slots=True)
class Step:
    """A sibling hash on the path from a leaf to the root, and its side."""

    side: Side
    hash: bytes


def leaf(chain: str, number: int, head: bytes) -> bytes:
    """Return the leaf hash of a chain (named by its book's id or a word), from its last record's number and hash."""
    return hashlib.sha256(b"\x00" + canonical(["h1", chain, number, head.hex()])).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the parent of two siblings."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A Merkle tree over ordered leaf hashes."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            self._levels.append(_level_above(self._levels[-1]))

    @property
    def root(self) -> bytes:
        """The hash over all leaves; a fixed hash if there are none."""
        return self._levels[-1][0] if self._levels[0] else NO_LEAVES

    def path(self, index: int) -> list[Step]:
        """Return the siblings on the way from one leaf to the root, the leaf's own first."""
        steps: list[Step] = []
        for level in self._levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                steps.append(Step("left" if beside < index else "right", level[beside]))
            index //= 2
        return steps


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    above = [node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return above if len(level) % 2 == 0 else [*above, level[-1]]


def root_of_path(own: bytes, path: Sequence[Step]) -> bytes:
    """Return the root computed from a leaf and its path."""
    found = own
    for step in path:
        found = node(step.hash, found) if step.side == "left" else node(found, step.hash)
    return found
