"""Make the demo once: its customers, then what happened to them, all of it or nothing."""

from datetime import datetime

from django.db import transaction

from apps.demo.scenarios import SCENARIOS
from apps.demo.scenarios.organizations import ACME, make_organizations
from apps.demo.timeline import Demo, Step, play
from apps.tenants.models import Organization


@transaction.atomic
def seed(*, now: datetime) -> bool:
    """Seed a history that leads up to `now`; False when it was there already."""
    if Organization.objects.filter(slug=ACME).exists():
        return False
    demo = Demo(now=now, organizations=make_organizations(now))
    steps: list[Step] = [step for scenario in SCENARIOS for step in scenario(demo)]
    play(steps)
    return True
