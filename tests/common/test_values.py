"""Values are compared, hashed and replaced as frozen dataclasses are."""

from dataclasses import dataclass, replace

from apps.common.values import value_class


@value_class(frozen=True, slots=True)
class Sum:
    amount: int
    unit: str = "USD"


@value_class(frozen=True, eq=False)
class Step:
    name: str


@dataclass(frozen=True, slots=True)
class Frozen:
    amount: int
    unit: str = "USD"


def test_equal_values_are_one_member_of_a_set_with_the_hash_of_a_frozen_dataclass():
    assert {Sum(1), Sum(1, "USD"), replace(Sum(2), amount=1)} == {Sum(1)}
    assert hash(Sum(1)) == hash(Frozen(1))
    assert not hasattr(Sum(1), "__dict__")


def test_without_comparison_each_value_is_one_of_its_own():
    assert len({Step("a"), Step("a")}) == 2
