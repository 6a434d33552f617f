"""Staff actions of dunning: set a policy, assign one to a customer, and take a step before it is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import Action, Scope, Subject, person, register
from apps.common.admin import money_text
from apps.dunning import services
from apps.dunning.models import CustomerPolicy, DunningCase, DunningEvent, DunningPolicy, DunningStep
from apps.dunning.rules import Letter, Restriction, Step
from apps.dunning.selectors import customers_of, find_case
from apps.wallets.actions import CustomerAction


@dataclass(frozen=True, slots=True)
class StepTerms:
    """A step as an approval request stores it; the fee is in micros."""

    days: int
    letter: Letter
    fee_micros: int
    restriction: Restriction


@register
@dataclass(frozen=True, kw_only=True)
class SetPolicy(Action):
    """Create or change a dunning policy. The amount: its fees times the customers covered (at least 1)."""

    kind: ClassVar[str] = "dunning.set_policy"
    title: ClassVar[str] = "Set a dunning policy"
    permission: ClassVar[str] = "dunning.change_dunningpolicy"
    subject_model: ClassVar[type[Model]] = DunningPolicy
    pool: ClassVar[Scope] = Scope.PRICES
    varying: ClassVar[frozenset[str]] = frozenset({"amount_micros"})

    policy_id: int | None
    name: str
    seller_id: int
    is_default: bool
    minimum_micros: int
    grace_days: int
    is_automatic: bool
    is_used: bool
    steps: tuple[StepTerms, ...]

    @property
    def subject(self) -> Subject:
        return Subject(DunningPolicy._meta.label_lower, str(self.policy_id or ""))

    def about(self) -> str:
        return self.name

    def perform(self, *, by: User, now: datetime) -> None:
        terms = services.PolicyTerms(
            name=self.name,
            seller_id=self.seller_id,
            currency=self.currency,
            is_default=self.is_default,
            minimum_micros=self.minimum_micros,
            grace_days=self.grace_days,
            is_automatic=self.is_automatic,
            is_used=self.is_used,
            steps=[Step(each.days, each.letter, each.fee_micros, each.restriction) for each in self.steps],
        )
        services.set_policy(policy_id=self.policy_id, terms=terms, now=now)

    def figures(self, now: datetime) -> Mapping[str, str]:
        rows = DunningPolicy.objects.filter(seller=self.seller_id, currency=self.currency, name=self.name)
        policy = rows.first() if self.policy_id is None else DunningPolicy.objects.filter(pk=self.policy_id).first()
        return policy_texts(policy) if policy else {"Steps": "none"}


@register
@dataclass(frozen=True, kw_only=True)
class AssignPolicy(CustomerAction):
    """Give a customer its own dunning policy, the default, or no dunning. The amount is the sum of the fees."""

    kind: ClassVar[str] = "dunning.assign_policy"
    title: ClassVar[str] = "Choose the dunning policy"
    permission: ClassVar[str] = "dunning.change_customerpolicy"

    policy_id: int | None
    follows_seller: bool

    def perform(self, *, by: User, now: datetime) -> None:
        services.assign_policy(
            organization_id=self.customer().pk,
            policy_id=self.policy_id,
            follows_seller=self.follows_seller,
            now=now,
        )

    def figures(self, now: datetime) -> Mapping[str, str]:
        own = CustomerPolicy.objects.select_related("policy").filter(pk=self.organization_id).first()
        return {"Dunning policy": str(own) if own else "The seller's default"}


@register
@dataclass(frozen=True, kw_only=True)
class TakeStep(CustomerAction):
    """Take the next step of a dunning case before it is due. The amount is its fee."""

    kind: ClassVar[str] = "dunning.take_step"
    title: ClassVar[str] = "Take the next dunning step"
    permission: ClassVar[str] = "dunning.change_dunningcase"
    subject_model: ClassVar[type[Model]] = DunningCase
    subject_field: ClassVar[str] = "case_id"

    case_id: UUID
    position: int

    @classmethod
    def of(cls, row: DunningCase, **given: object) -> Self:
        """Return the action on a case, with its customer and currency filled in."""
        owner = {"organization_id": row.organization_id, "currency": row.currency}
        return cls(case_id=row.pk, **owner, **given)  # type: ignore[arg-type]

    def perform(self, *, by: User, now: datetime) -> None:
        services.take_step_now(
            case_id=self.case_id,
            position=self.position,
            fee=self.amount,
            reason=self.reason,
            created_by=person(by),
            now=now,
        )

    def figures(self, now: datetime) -> Mapping[str, str]:
        case = find_case(self.case_id)
        taken = case.events.filter(outcome=DunningEvent.Outcome.TAKEN).select_related("fee").order_by("position")
        letters = [each.get_letter_display() for each in taken if each.letter != Letter.NONE]
        fees = sum(each.fee.total_micros for each in taken if each.fee)
        return {
            "Letters sent": ", ".join(letters) or "none",
            "Late fees": money_text(fees, case.currency),
            "Steps done": str(case.steps_done),
            "Next step": f"{case.next_on or 'none'}",
            "Pauses postpaid use": "yes" if case.paused_postpaid else "no",
            "Pauses new work": "yes" if case.suspended_work else "no",
        }


def policy_texts(policy: DunningPolicy) -> dict[str, str]:
    """Return the terms of a policy as texts, by name."""
    steps = {
        f"Step {step.position + 1}": step_text(step, policy.currency) for step in policy.steps.order_by("position")
    }
    return {
        "Steps": str(len(steps)),
        "Name": policy.name,
        "Default": "yes" if policy.is_default else "no",
        "In use": "yes" if policy.is_used else "no",
        "Automatic": "yes" if policy.is_automatic else "no",
        "Minimum": money_text(policy.minimum_micros, policy.currency),
        "Grace": f"{policy.grace_days} days",
        "Customers": str(customers_of(policy)),
        **steps,
    }


def step_text(step: DunningStep, currency: str) -> str:
    """Describe a step: its day, letter, fee and pause."""
    does = [step.get_letter_display()] if step.letter != Letter.NONE else []
    does += [f"fee of {money_text(step.fee_micros, currency)}"] if step.fee_micros else []
    does += [step.get_restriction_display().lower()] if step.restriction != Restriction.NONE else []
    return f"{step.days} days after the due date: {', '.join(does)}"
