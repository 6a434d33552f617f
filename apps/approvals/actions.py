"""Staff actions that create credit, give up a debt, or charge a customer, each as a value: an `Action`.

One person submits an action. Above the limit for one person it becomes a request; once a second person approves,
`execute` performs it in the name of the first. The app that owns the money defines the action in its module `actions`
and registers it. Only `submit` and `execute`, in `submission`, perform actions.
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, Final, Self, TypeVar
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Model, QuerySet

from apps.approvals.arguments import decode_fields, encode
from apps.approvals.causes import ACTION
from apps.approvals.errors import (
    ApprovalForSomethingElse,
    UnknownAction,
)
from apps.approvals.models import Approval, SoloAction
from apps.common.causes import Cause
from apps.common.changes import Change
from apps.common.errors import BillingError
from apps.common.transactions import serialized
from apps.tenants.models import Organization

Scope = SoloAction.Scope
# Shown for actions of unknown size, which always need a second person.
UNKNOWN_SIZE: Final = "not known in advance"
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Subject:
    """The target of an action: a model label and a row's key, which is empty for the model's whole list."""

    type: str
    id: str = ""

    @classmethod
    def of(cls, row: Model) -> "Subject":
        """Return the subject that stands for a row."""
        return cls(row._meta.label_lower, str(row.pk))

    def row(self) -> Model | None:
        """Return the row, or None if there is none."""
        rows = apps.get_model(self.type)._default_manager
        return rows.filter(pk=self.id).first() if self.id else None


@dataclass(frozen=True, kw_only=True)
class Action(ABC):
    """One action with money and everything needed to perform it.

    `amount_micros` is its size in micros of `currency`, never negative; it is compared with the limit.
    `organization_id` is the customer, or None if it concerns no single one. `key` is an idempotency key: an action
    submitted twice is performed once. `approval_id` is the request that the action was read from, None where one person
    acts alone. Subclasses add fields, which become the request's arguments.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    permission: ClassVar[str] = "backoffice.move_money"
    # The target: a model and the field that holds the row's key; without a field, the model's list.
    subject_model: ClassVar[type[Model]]
    subject_field: ClassVar[str] = ""
    danger: ClassVar[bool] = False
    # The pool that adds up a day's amounts of actions without a customer.
    pool: ClassVar[Scope] = Scope.CUSTOMER
    # True if the action does not permanently change what the customer owns.
    is_free_of_limit: ClassVar[bool] = False
    # True if a second person must approve it, whatever its amount.
    always_approved: ClassVar[bool] = False
    # True if the second person must have the action's permission too.
    is_decided_alike: ClassVar[bool] = False
    # Derived fields that change with time; they do not make an action different.
    varying: ClassVar[frozenset[str]] = frozenset()
    # Own fields hidden from the audit trail and from the request's page.
    hidden: ClassVar[frozenset[str]] = frozenset()

    organization_id: UUID | None
    amount_micros: int
    currency: str
    reason: str
    key: str
    approval_id: int | None = field(default=None, compare=False)

    @property
    def subject(self) -> Subject:
        """The target of the action."""
        key = str(getattr(self, self.subject_field)) if self.subject_field else ""
        return Subject(self.subject_model._meta.label_lower, key)

    @abstractmethod
    def perform(self, *, by: User, now: datetime) -> None:
        """Perform the action in the name of `by`, who requested it; the caller holds a transaction.

        Raises:
            BillingError: it cannot be performed now.
        """

    @abstractmethod
    def figures(self, now: datetime) -> Mapping[str, str]:
        """Return the current figures that it affects; the first one is shown even if it does not change."""

    def about(self) -> str:
        """Return the target as text."""
        row, owner = self.subject.row(), self.organization()
        names = [str(each) for each in (owner, row) if each is not None]
        return ": ".join(dict.fromkeys(names))

    def row_among(self, rows: QuerySet[M], missing: type[BillingError]) -> M:
        """Return the target's row, with the relations that `rows` selects.

        Raises:
            missing: there is none.
        """
        found = rows.filter(pk=getattr(self, self.subject_field)).first()
        if found is None:
            raise missing
        return found

    def organization(self) -> Organization | None:
        """Return the customer as currently stored, or None."""
        return Organization.objects.filter(pk=self.organization_id).first() if self.organization_id else None

    def overlaps(self, other: Self) -> bool:
        """Return whether another action of the same kind and currency overlaps with it; only one may be requested."""
        return self.fingerprint == other.fingerprint

    def has_known_size(self, now: datetime) -> bool:
        """Return whether the amount is known or estimated; if not, a second person must always approve."""
        return True

    @property
    def cause(self) -> Cause:
        """The cause of the transfers that it posts."""
        return ACTION.of(self.key)

    @property
    def scope(self) -> Scope:
        """The scope in which a day's amounts are added up."""
        return Scope.CUSTOMER if self.organization_id else self.pool

    def arguments(self) -> dict[str, Any]:
        """Return the subclass's own fields as JSON."""
        return {name: encode(getattr(self, name)) for name in own_fields(type(self))}

    @property
    def fingerprint(self) -> str:
        """A hash of the exact action: everything but the reason, the key, and the `varying` fields."""
        size = None if "amount_micros" in self.varying else self.amount_micros
        arguments = {name: value for name, value in self.arguments().items() if name not in self.varying}
        facts = [self.kind, encode(self.organization_id), size, self.currency, arguments]
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def from_approval(cls, approval: Approval) -> Self:
        """Return the action of a request; the inverse of `request_of`."""
        return cls(
            organization_id=approval.organization_id,
            amount_micros=approval.amount_micros,
            currency=approval.currency,
            reason=approval.reason,
            key=approval.key,
            approval_id=approval.pk,
            **decode_fields(cls, approval.arguments),
        )

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        """Perform the action, compare the figures, and roll back.

        Raises:
            BillingError: whatever performing it would raise.
        """
        return _rehearse(self, by, now)

    def refusal(self, *, by: User, now: datetime) -> str:
        """Perform the action, roll back, and return why it would be refused; empty if it would not."""
        return _refusal(self, by, now)


def own_fields(cls: type[Action]) -> list[str]:
    """Return the names of the fields that an action class adds to `Action`."""
    shared = {field.name for field in fields(Action)}
    return [field.name for field in fields(cls) if field.name not in shared]


REGISTRY: dict[str, type[Action]] = {}
A = TypeVar("A", bound=type[Action])


def register(action: A) -> A:
    """Register an action class by its kind; a class decorator.

    Raises:
        ValueError: another class has the same kind.
    """
    if REGISTRY.setdefault(action.kind, action) is not action:
        raise ValueError(f"two actions have the kind {action.kind}")
    return action


def person(user: User | AnonymousUser) -> str:
    """Return a staff member's name as `created_by` columns store it."""
    return f"staff:{user.get_username()}"


def action_of(approval: Approval) -> Action:
    """Return the action of a request.

    Raises:
        UnknownAction: no app has registered its kind.
        ApprovalForSomethingElse: its arguments do not fit the kind or its fingerprint.
    """
    if approval.kind not in REGISTRY:
        raise UnknownAction(f"No action is registered as {approval.kind}.")
    try:
        action = REGISTRY[approval.kind].from_approval(approval)
    except (KeyError, TypeError, ValueError) as error:
        raise ApprovalForSomethingElse from error
    if action.fingerprint != approval.fingerprint:
        raise ApprovalForSomethingElse
    return action


def request_of(action: Action) -> Approval:
    """Return the unsaved request for an action; the inverse of `from_approval`."""
    return Approval(
        kind=action.kind,
        subject_type=action.subject.type,
        subject_id=action.subject.id,
        organization_id=action.organization_id,
        arguments=action.arguments(),
        fingerprint=action.fingerprint,
        key=action.key,
        amount_micros=action.amount_micros,
        currency=action.currency,
        reason=action.reason.strip(),
    )


@serialized
def _refusal(action: Action, by: User, now: datetime) -> str:
    with transaction.atomic():
        try:
            action.perform(by=by, now=now)
        except BillingError as error:
            return error.detail or error.title
        finally:
            transaction.set_rollback(True)
    return ""


@serialized
def _rehearse(action: Action, by: User, now: datetime) -> list[Change]:
    with transaction.atomic():
        before = action.figures(now)
        action.perform(by=by, now=now)
        after = action.figures(now)
        transaction.set_rollback(True)
    names = list(dict.fromkeys([*before, *after]))
    return [
        Change(name, before.get(name, ""), after.get(name, ""))
        for number, name in enumerate(names)
        if number == 0 or before.get(name) != after.get(name)
    ]
