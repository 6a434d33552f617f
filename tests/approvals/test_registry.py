"""Every registered action is restored unchanged from its request, and is complete."""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.approvals.actions import REGISTRY, Action, action_of, request_of
from apps.approvals.arguments import decode, encode

KINDS = sorted(REGISTRY)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))
VALUES = {
    "reason": TEXTS.map(lambda text: f"x{text}x"),
    "key": TEXTS,
    "currency": st.from_regex(r"[A-Z]{3}", fullmatch=True),
    "amount_micros": st.integers(0, 2**62),
}


@cache
def values_of(cls: type[Action]) -> st.SearchStrategy[Any]:
    """Return a strategy for any value of an action: each field as its annotation says."""
    hints = {field.name: _hint(cls, field.name) for field in fields(cls)}
    return st.builds(cls, **{name: VALUES[name] if name in VALUES else _strategy(hint) for name, hint in hints.items()})


def _hint(cls: type[Any], name: str) -> Any:
    return get_type_hints(cls)[name]


def _strategy(hint: Any) -> st.SearchStrategy[Any]:
    if hint is str:
        return TEXTS
    if hint is datetime:
        return st.datetimes(timezones=st.just(UTC))
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*map(_strategy, get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(_strategy(get_args(hint)[0]), max_size=3).map(tuple)
    if isinstance(hint, type) and is_dataclass(hint):
        return st.builds(hint, **{field.name: _strategy(_hint(hint, field.name)) for field in fields(hint)})
    return st.from_type(hint)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_comes_back_from_its_request_as_it_was(kind: str, data: st.DataObject) -> None:
    cls = REGISTRY[kind]
    action = data.draw(values_of(cls))
    request = request_of(action)
    request.arguments = json.loads(json.dumps(request.arguments))
    assert cls.from_approval(request) == action
    assert action_of(request) == action


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=1, deadline=None)
@given(data=st.data())
def test_says_what_it_is_and_is_about_a_model_there_is(kind: str, data: st.DataObject) -> None:
    cls = REGISTRY[kind]
    action = data.draw(values_of(cls))
    assert (cls.kind, bool(cls.title), bool(cls.__doc__)) == (kind, True, True)
    assert apps.get_model(action.subject.type)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_needs_a_permission_that_exists(kind: str) -> None:
    label, codename = REGISTRY[kind].permission.split(".")
    assert Permission.objects.filter(content_type__app_label=label, codename=codename).exists()


@pytest.mark.parametrize("value", [0.5, {1}, [1], object()])
def test_what_is_not_exact_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)


@pytest.mark.parametrize(("hint", "value"), [(int, "1"), (int, True), (tuple[int, int], [1]), (bool, 1)])
def test_what_is_of_another_type_is_refused(hint: Any, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        decode(hint, value)
