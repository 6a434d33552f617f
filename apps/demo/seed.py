"""Creates the demo once: its customers and first weeks, then the rest of its history in order of time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from apps.demo.models import History
from apps.demo.scenarios import SCENARIOS
from apps.demo.scenarios.main_customers import ACME, GLOBEX, HISTORY, INITECH, make_organizations
from apps.demo.timeline import Demo, Step
from apps.tenants.models import Organization

# What is created before the site can be used: the catalog, the plans, and the first month of usage.
BEGINNING = timedelta(days=70)


def seed(*, now: datetime) -> bool:
    """Create the history that leads up to `now`, or what is missing of it; return False if nothing was missing."""
    begun = make_beginning(now=now)
    return make_history() or begun


@transaction.atomic
def make_beginning(*, now: datetime) -> bool:
    """Create the customers and their first weeks, all or nothing; return False if they existed already."""
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
    """Create the missing part of the history; return False if nothing was missing.

    Each point in time is committed separately, so that nobody waits long for a lock and an interrupted run resumes
    where it stopped. `stop` is called before each; if it returns True, the rest is left for the next run.
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
    """Return whether all of the history has been created."""
    return not History.objects.filter(is_complete=False).exists()


def _moments(demo: Demo) -> list[tuple[datetime, list[Step]]]:
    """Return all steps of the history grouped by time, in order."""
    steps = [step for scenario in SCENARIOS for step in scenario(demo)]
    steps.sort(key=lambda step: step.at)
    return [(at, list(together)) for at, together in groupby(steps, key=lambda step: step.at)]


def _take(steps: list[Step], history: History) -> None:
    for step in steps:
        step.act(step.at)
        history.made_until = step.at
    history.save()
