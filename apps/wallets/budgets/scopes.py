"""Which work a budget counts, in which of its buckets, and which budgets apply to it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace

from apps.common.values import value_class
from apps.wallets.budgets.state import ANY, MISSING_REFUSED, RESOURCES, BudgetState, Scope
from apps.wallets.errors import DimensionRequired

# The dimensions in the order in which limits are named.
NAMES = ("project", "key", "user", "agent", "tag", "meter", "model")


@value_class(frozen=True, slots=True)
class Dimensions:
    """The dimensions of a piece of work; empty where it names none.

    `key` is the key that the work names, `credential` is the prefix of the API key that sent it. `resource` is set if
    the meter counts persistent resources.
    """

    project: str = ""
    key: str = ""
    user: str = ""
    agent: str = ""
    tag: str = ""
    meter: str = ""
    model: str = ""
    credential: str = ""
    resource: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the members that are not empty."""
        return {name: value for name in FIELDS if (value := getattr(self, name))}

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values that a selector of this dimension may match; the first is the one that `"*"` uses."""
        value = getattr(self, name)
        if name == "key" and self.credential:
            return (value, self.credential) if value else (self.credential,)
        return (value,) if value else ()


FIELDS = tuple(field.name for field in fields(Dimensions))
NOWHERE = Dimensions()


def dimensions_of(given: Mapping[str, str]) -> Dimensions:
    """Return the dimensions stored by `as_json`."""
    return Dimensions(**{name: given[name] for name in FIELDS if name in given})


def labels_of(works: Iterable[Dimensions]) -> frozenset[str]:
    """Return the values of all buckets that may count work with these dimensions."""
    return frozenset({"", *(value for each in works for value in each.as_json().values())})


def bucket_value(budget: BudgetState, work: Dimensions) -> str | None:
    """Return the value of the bucket in which a budget counts work, or None if its scope does not match.

    Work without the dimension of a `"*"` counts in the bucket of the empty value.
    """
    if budget.kind == RESOURCES:
        return "" if work.resource else None
    value = ""
    for name, wanted in budget.scope:
        found = work.values(name)
        if wanted == ANY:
            value = found[0] if found else ""
        elif wanted not in found:
            return None
    return value


def counting(budgets: Iterable[BudgetState], work: Dimensions) -> Iterator[tuple[BudgetState, str]]:
    """Yield the budgets that count some work, each with the value of its bucket."""
    for budget in budgets:
        value = bucket_value(budget, work)
        if value is not None:
            yield budget, value


def is_replaced(budget: BudgetState, value: str, budgets: Iterable[BudgetState]) -> bool:
    """Return whether a budget for exactly this value replaces a `"*"` budget of otherwise the same scope and period.

    No budget names the value `*` itself, so nothing replaces it.
    """
    name = budget.any_dimension
    if not name or value in ("", ANY):
        return False
    exact = scope_of({**dict(budget.scope), name: value})
    return any(each.scope == exact and each.period == budget.period for each in budgets)


def rules_on(budget: BudgetState, value: str, budgets: Iterable[BudgetState]) -> bool:
    """Return whether a budget's limit applies to one of its buckets; `budgets` are those that have a period today.

    It does not apply to a value that has a budget of its own, nor to work without the dimension if the budget ignores
    such work.
    """
    if budget.any_dimension and not value:
        return budget.when_missing == MISSING_REFUSED
    return not is_replaced(budget, value, budgets)


def refuse_missing(budgets: Iterable[BudgetState], work: Dimensions) -> None:
    """Refuse work that lacks a dimension of a budget with `whenMissing: refuse`.

    Raises:
        DimensionRequired: the work lacks it; `field` names the dimension.
    """
    for budget in budgets:
        if budget.when_missing != MISSING_REFUSED:
            continue
        missing = [name for name, _ in budget.scope if not work.values(name)]
        known = replace(budget, scope=tuple(each for each in budget.scope if each[0] not in missing))
        if missing and bucket_value(known, work) is not None:
            raise DimensionRequired(f"The budget {budget.slug} requires it", field=f"body.dimensions.{missing[0]}")


def scope_of(selectors: Mapping[str, str]) -> Scope:
    """Return selectors in the fixed order of dimensions."""
    return tuple((name, selectors[name]) for name in NAMES if name in selectors)


def rank_of(budget: BudgetState) -> tuple[int, int, str]:
    """Return the sort key of budgets in errors: by number of selectors, by dimension, by id."""
    first = NAMES.index(budget.scope[0][0]) if budget.scope else -1
    return len(budget.scope), first if len(budget.scope) == 1 else 0, budget.slug
