"""Every registered action is reviewed before it moves: whom it concerns, how much, before and after, who must agree."""

import ast
from collections.abc import Mapping
from functools import cache

import pytest
from django.conf import settings as django_settings

from apps.approvals.actions import REGISTRY
from apps.approvals.pages import review_of
from apps.common.changes import Change
from tests.approvals.factories import NOW, create_person, rename
from tests.factories import create_organization
from tests.sources import modules_of_apps, nodes_of

KINDS = sorted(kind for kind in REGISTRY if not kind.startswith("test."))
REVIEWERS = {"confirm_action", "confirm_row_action", "confirm_row_actions", "review_of"}
# Stored by the pages of an action on each row, whose review shows the rows and their sum.
OF_ROWS = {"approvals.perform_run"}
# Its page shows the terms and their consequences as they are typed, with the same figures.
WHILE_TYPED = {"contracts.edit": "contract_pages", "contracts.amend": "contract_pages"}


@cache
def pages() -> Mapping[str, set[str]]:
    """The names that each module with pages of staff uses, by the module's path."""
    found = {}
    for path in modules_of_apps():
        if "admin" in path.relative_to(django_settings.BASE_DIR).as_posix() or "views" in path.parts:
            names = {node.id for node in nodes_of(path) if isinstance(node, ast.Name)}
            found[path.as_posix()] = names | {node.attr for node in nodes_of(path) if isinstance(node, ast.Attribute)}
    return found


@pytest.mark.parametrize("kind", sorted(set(KINDS) - OF_ROWS))
def test_has_a_page_with_a_review(kind: str) -> None:
    name = REGISTRY[kind].__name__
    own = {path: names for path, names in pages().items() if name in names}
    if kind in WHILE_TYPED:
        assert any(WHILE_TYPED[kind] in path for path in own)
    else:
        assert any(names & REVIEWERS for names in own.values()), f"{name} is used on {sorted(own)} without a review"


@pytest.mark.django_db
@pytest.mark.parametrize(("limit", "word"), [(1_000, "is not needed"), (1, "must approve")])
def test_names_whom_how_much_and_who_must_agree(settings, limit: int, word: str) -> None:
    settings.APPROVAL_LIMIT_MICROS = limit * 10**6
    ann, acme = create_person("ann"), create_organization(NOW)
    action = rename(25, key="a", token="a", organization_id=acme.pk)
    review = review_of([Change("Balance", "1", "26")], [action], by=ann, now=NOW)
    rows = {row.what: (row.before, row.after) for row in review.changes}
    assert rows["Balance"] == ("1", "26")
    assert rows["About"] == ("", action.about())
    assert "25" in rows["Amount"][1]
    assert rows["A second person"] == ("", word)


@pytest.mark.django_db
def test_names_each_of_several() -> None:
    ann = create_person("ann")
    actions = [rename(amount, key=str(amount), token=str(amount)) for amount in (3, 4)]
    texts = [row.after for row in review_of([], actions, by=ann, now=NOW).changes]
    assert any("3" in text for text in texts)
    assert any("4" in text for text in texts)
