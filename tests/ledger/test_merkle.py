"""The Merkle tree over a day's heads."""

from uuid import UUID

import pytest

from apps.ledger.merkle import NO_LEAVES, Step, Tree, leaf, node, root_of_path

BOOK = str(UUID("9b2f6c1e-0d1a-4c55-8a2e-5f1f0a7b3c10"))
HEAD = bytes.fromhex("82134b2f70954f061f7a564d82818cc6ebed8431bfddac3e04aef1edaa3e2043")
LEAVES = [leaf(BOOK, 3, HEAD), leaf("audit", 41, b"\xaa" * 32), leaf("prices:1", 7, b"\xbb" * 32)]


def test_the_example() -> None:
    tree = Tree(LEAVES)
    assert tree.root.hex() == "66d181314869788628d66d5e62830b4a640e723ebfacf16c1ca1ea17dc50c361"
    path = tree.path(0)
    assert [(step.side, step.hash.hex()) for step in path] == [
        ("right", "96f8f87d033729f603bcfea7353fc48b0e31ddf7363457dd44eb56d08975190e"),
        ("right", "373dcbfcb424514e5264c81a0f4d642018905d72bb3f343bd8a67d2b26f1976f"),
    ]
    assert root_of_path(LEAVES[0], path) == tree.root


def test_no_leaf_has_a_root_too() -> None:
    assert Tree([]).root == NO_LEAVES
    assert NO_LEAVES.hex() == "dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 33])
def test_every_leaf_leads_to_the_root_and_no_other_leaf_does_by_its_path(count: int) -> None:
    leaves = [leaf("audit", number, bytes(32)) for number in range(count)]
    tree = Tree(leaves)
    for index, own in enumerate(leaves):
        assert root_of_path(own, tree.path(index)) == tree.root
        assert root_of_path(leaf("audit", count, bytes(32)), tree.path(index)) != tree.root


def test_an_odd_one_moves_up_as_it_is() -> None:
    assert Tree(LEAVES).root == node(node(LEAVES[0], LEAVES[1]), LEAVES[2])
    assert Tree(LEAVES).path(2) == [Step("left", node(LEAVES[0], LEAVES[1]))]


def test_a_node_never_passes_for_a_leaf() -> None:
    assert node(LEAVES[0], LEAVES[1]) not in LEAVES
