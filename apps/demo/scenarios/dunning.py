"""A dunning policy, and a customer who was reminded of an overdue invoice and promises to pay."""

from datetime import datetime, timedelta
from functools import partial

from apps.billing_profiles.selectors import seller_of
from apps.common.money import Micros, to_micros
from apps.demo.scenarios.invoices import only_invoice
from apps.demo.scenarios.main_customers import GLOBEX
from apps.demo.timeline import Demo, Step
from apps.dunning import services
from apps.dunning.models import DunningCase
from apps.dunning.rules import Letter, Restriction
from apps.dunning.rules import Step as DunningStep
from apps.dunning.selectors import Debtor

STEPS = (
    DunningStep(3),
    DunningStep(14, Letter.DEMAND, fee_micros=to_micros("5")),
    DunningStep(28, Letter.FINAL, restriction=Restriction.PAUSE),
)


def steps(demo: Demo) -> list[Step]:
    """Return the policy, the first letter, and the promise."""
    return [
        Step(demo.ago(days=30), partial(_policy, demo)),
        Step(demo.ago(days=6), partial(_review, demo)),
        Step(demo.ago(days=2), partial(_promise, demo)),
    ]


def _policy(demo: Demo, at: datetime) -> None:
    terms = services.PolicyTerms(
        name="Standard",
        seller_id=seller_of(demo.organizations[GLOBEX].pk).pk,
        currency=demo.organizations[GLOBEX].currency,
        is_default=True,
        steps=STEPS,
    )
    services.set_policy(policy_id=None, terms=terms, now=at)


def _review(demo: Demo, at: datetime) -> None:
    globex = demo.organizations[GLOBEX]
    services.review(debtor=Debtor(globex.pk, seller_of(globex.pk).pk, globex.currency), now=at)


def _promise(demo: Demo, at: datetime) -> None:
    case = DunningCase.objects.get(organization=demo.organizations[GLOBEX])
    left = Micros(only_invoice(demo, GLOBEX).left_micros)
    services.note_promise(case_id=case.pk, on=at.date() + timedelta(days=5), amount=left, now=at)
