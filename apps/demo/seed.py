"""Make the demo once: its customers with their first weeks, then everything that happened since, moment by moment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from apps.demo.models import History
from apps.demo.scenarios import SCENARIOS
from apps.demo.scenarios.organizations import ACME, GLOBEX, HISTORY, INITECH, make_organizations
from apps.demo.timeline import Demo, Step
from apps.tenants.models import Organization

# What is made before the site can be looked at: the catalog, the plans, and the first month of usage.
BEGINNING = timedelta(days=70)


def seed(*, now: datetime) -> bool:
    """Seed a history that leads up to `now`, or what is missing of one; False when all of it was there already."""
    begun = make_beginning(now=now)
    return make_history() or begun


@transaction.atomic
def make_beginning(*, now: datetime) -> bool:
    """Make the customers and what happened first, all of it or nothing; False when they were there already."""
    if Organization.objects.filter(slug=ACME).exists():
        return False
    demo = Demo(now=now, organizations=make_organizations(now))
    history = History(leads_up_to=now, made_until=now - HISTORY)
    for at, steps in _moments(demo):
        if at > now - HISTORY + BEGINNING:
            break
        _take(steps, history)
    return True


def make_history(*, stop: Callable[[], bool] = lambda: False) -> bool:
    """Make what is missing of the history; False when nothing was.

    Each moment is committed, so that nobody waits for long and that what is interrupted goes on where it stood. `stop`
    is asked before each, and True leaves the rest for the next time.
    """
    history = History.objects.filter(is_complete=False).first()
    if history is None:
        return False
    organizations = {slug: Organization.objects.get(slug=slug) for slug in (ACME, GLOBEX, INITECH)}
    demo = Demo(now=history.leads_up_to, organizations=organizations)
    for at, steps in _moments(demo):
        if stop():
            return True
        if at > history.made_until:
            with transaction.atomic():
                _take(steps, history)
    history.is_complete = True
    history.save()
    return True


def history_is_complete() -> bool:
    """Say whether all of the history is made."""
    return not History.objects.filter(is_complete=False).exists()


def _moments(demo: Demo) -> list[tuple[datetime, list[Step]]]:
    """Return all steps of the history by their moments, in order."""
    steps = [step for scenario in SCENARIOS for step in scenario(demo)]
    steps.sort(key=lambda step: step.at)
    return [(at, list(together)) for at, together in groupby(steps, key=lambda step: step.at)]


def _take(steps: list[Step], history: History) -> None:
    for step in steps:
        step.act(step.at)
        history.made_until = step.at
    history.save()
