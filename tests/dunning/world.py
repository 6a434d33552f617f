"""A row for every page of dunning, in the customer's own currency."""

from datetime import datetime, timedelta

from apps.billing_profiles.selectors import seller_of
from apps.dunning import services
from apps.dunning.models import DunningCase
from apps.dunning.rules import Letter, Restriction, Step
from apps.tenants.models import Organization
from tests.dunning.factories import create_policy
from tests.invoices import factories


def create_dunning_rows(organization: Organization, now: datetime) -> None:
    """A policy that the customer has, a case whose first step was skipped, and a disputed invoice."""
    seller = seller_of(organization.pk)
    steps = (Step(3, Letter.NONE, restriction=Restriction.PAUSE), Step(90, Letter.FINAL, fee_micros=5_000_000))
    policy = create_policy(seller, now, currency=organization.currency, steps=steps, is_automatic=False)
    services.assign_policy(organization_id=organization.pk, policy_id=policy.pk, follows_seller=False, now=now)
    factories.invoice(organization, now, "500")
    disputed = factories.invoice(organization, now, "600")
    services.dispute_invoice(document_id=disputed.pk, reason="Twice", created_by="staff:test", now=now)
    later = now + timedelta(days=60)
    services.run(now=later)
    case = organization_case(organization)
    services.skip_step(case_id=case.pk, position=0, reason="Agreed", created_by="staff:test", now=later)


def organization_case(organization: Organization) -> DunningCase:
    """The open case of a customer."""
    return DunningCase.objects.get(organization=organization, closed_at=None)
