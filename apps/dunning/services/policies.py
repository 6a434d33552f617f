"""Create and change policies, and assign them to customers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from apps.billing_profiles.models import Seller
from apps.billing_profiles.selectors import seller_of
from apps.common.money import money_text, payable_step
from apps.common.transactions import serialized
from apps.dunning.errors import InvalidPolicy, PolicyNotFound
from apps.dunning.models import CustomerPolicy, DunningPolicy, DunningStep
from apps.dunning.rules import Letter, Restriction, Step
from apps.tenants.models import Organization
from apps.tenants.services import lock_organization

MOST_STEPS = 10
LONGEST_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTerms:
    """A policy as staff write it; amounts in micros of its currency."""

    name: str
    seller_id: int
    currency: str
    is_default: bool = False
    minimum_micros: int = 0
    grace_days: int = 0
    is_automatic: bool = True
    is_used: bool = True
    steps: Sequence[Step] = field(default_factory=tuple)


@serialized
def set_policy(*, policy_id: int | None, terms: PolicyTerms, now: datetime) -> DunningPolicy:
    """Create a policy, or replace the terms of one; open cases continue with the new steps.

    Raises:
        PolicyNotFound: there is none. InvalidPolicy: a step breaks a rule, another policy has the name, another one is
            the default already, or the seller or currency would change.
    """
    _refuse_invalid(terms)
    Seller.objects.select_for_update(no_key=True).get(pk=terms.seller_id)
    policy = DunningPolicy(created_at=now) if policy_id is None else _found(policy_id)
    others = DunningPolicy.objects.filter(seller=terms.seller_id, currency=terms.currency).exclude(pk=policy.pk)
    if others.filter(name=terms.name).exists():
        raise InvalidPolicy("Another policy of the seller in this currency has this name.", field="name")
    if terms.is_default and terms.is_used and others.filter(is_default=True, is_used=True).exists():
        raise InvalidPolicy("Another policy is already the default for all customers.", field="is_default")
    if policy_id is not None and (policy.seller_id, policy.currency) != (terms.seller_id, terms.currency):
        raise InvalidPolicy("The seller and the currency of a policy cannot change.", field="seller")
    for name in ("name", "seller_id", "currency", "is_default", "minimum_micros", "grace_days", "is_automatic"):
        setattr(policy, name, getattr(terms, name))
    policy.is_used, policy.updated_at = terms.is_used, now
    policy.save()
    policy.steps.all().delete()
    for position, step in enumerate(terms.steps):
        DunningStep.objects.create(
            policy=policy,
            position=position,
            days=step.days,
            letter=step.letter.value,
            fee_micros=step.fee_micros,
            restriction=step.restriction.value,
        )
    return policy


@serialized
def assign_policy(*, organization_id: UUID, policy_id: int | None, follows_seller: bool, now: datetime) -> None:
    """Give a customer a policy of its own or no dunning (`policy_id` None), or with `follows_seller` the default.

    Raises:
        OrganizationNotFound: there is no such customer.
        PolicyNotFound: there is no such policy of its seller in its currency.
        ProfileIncomplete: it has no billing profile, and so no seller.
    """
    organization = lock_organization(organization_id)
    if follows_seller:
        CustomerPolicy.objects.filter(pk=organization_id).delete()
        return
    if policy_id is not None:
        _refuse_foreign(_found(policy_id), organization)
    CustomerPolicy.objects.update_or_create(
        organization=organization, defaults={"policy_id": policy_id, "updated_at": now}
    )


def _found(policy_id: int) -> DunningPolicy:
    policy = DunningPolicy.objects.filter(pk=policy_id).first()
    if policy is None:
        raise PolicyNotFound
    return policy


def _refuse_foreign(policy: DunningPolicy, organization: Organization) -> None:
    if policy.currency != organization.currency:
        raise PolicyNotFound(f"The policy is not in {organization.currency}.", field="policy")
    if policy.seller_id != seller_of(organization.pk).pk:
        raise PolicyNotFound("The policy belongs to another seller.", field="policy")


def _refuse_invalid(terms: PolicyTerms) -> None:
    if not terms.name.strip():
        raise InvalidPolicy("Enter a name.", field="name")
    if not 0 < len(terms.steps) <= MOST_STEPS:
        raise InvalidPolicy(f"Enter 1 to {MOST_STEPS} steps.", field="days_1")
    if not 0 <= terms.grace_days <= LONGEST_DAYS:
        raise InvalidPolicy(f"The grace must be 0 to {LONGEST_DAYS} days.", field="grace_days")
    if terms.minimum_micros < 0:
        raise InvalidPolicy("The minimum must not be negative.", field="minimum_micros")
    smallest = payable_step(terms.currency)
    before = 0
    for number, step in enumerate(terms.steps, 1):
        if not before < step.days <= LONGEST_DAYS:
            raise InvalidPolicy(
                f"Step {number}: the days must be 1 to {LONGEST_DAYS}, and more than those of the step before.",
                field=f"days_{number}",
            )
        if step.fee_micros < 0 or step.fee_micros % smallest:
            least = money_text(smallest, terms.currency)
            raise InvalidPolicy(f"Step {number}: the fee must be a multiple of {least}.", field=f"fee_{number}")
        if (step.letter, step.fee_micros, step.restriction) == (Letter.NONE, 0, Restriction.NONE):
            raise InvalidPolicy(f"Step {number} does nothing.", field=f"letter_{number}")
        before = step.days
