"""What keeps spending in bounds: Acme's contacts, alerts, budgets and endpoint for events; Globex's alerts in units."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from uuid import uuid4

from django.conf import settings

from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.demo.scenarios.main_customers import ACME, GLOBEX
from apps.demo.timeline import CREATED_BY, Demo, Step
from apps.mail.services import ContactValues, replace_contacts
from apps.mail.templates import Purpose
from apps.tenants.models import Organization
from apps.usage.services import add_to_budget, put_budget, review_unit_alerts, set_unit_alerts
from apps.wallets import services
from apps.wallets.budgets.scopes import Dimensions, scope_of
from apps.wallets.budgets.state import DAY, HARD, MONTH, SOFT, WEEK, BudgetState
from apps.wallets.decisions.budget_changes import CUSTOMER, STAFF, AddToBudget
from apps.webhooks.services import create_endpoint

UNIT = 1_000_000
EVENT_TYPES = ("budget.exceeded", "budget.recovered", "budget.threshold_reached", "month.closed", "top_up.succeeded")


def steps(demo: Demo) -> Iterator[Step]:
    acme = demo.organizations[ACME]
    yield Step(demo.ago(days=35), partial(_name_contacts, acme))
    yield Step(demo.ago(days=35), partial(_ask_for_alerts, acme))
    for budget in (
        _budget("everything", {}, MONTH, 150, SOFT, CUSTOMER),
        _budget("robotics", {"project": "robotics"}, MONTH, 60, HARD, CUSTOMER),
        _budget("each-project", {"project": "*"}, DAY, 5, SOFT, CUSTOMER),
        _budget("gpu", {"meter": "gpu-hours"}, WEEK, 25, HARD, STAFF),
    ):
        yield Step(demo.ago(days=34), partial(_put_budget, acme, budget))
    yield Step(demo.ago(days=2), partial(_receive_events, acme))
    yield Step(demo.ago(days=1), partial(_add_to_robotics, acme))
    yield Step(demo.ago(hours=2), partial(_try_too_much, acme))
    yield from _alerts_in_units(demo)


def _alerts_in_units(demo: Demo) -> Iterator[Step]:
    """Notify Globex when half and when a tenth of its annual credits are left; the first is reached by the end."""
    yield Step(demo.ago(days=120), partial(_ask_for_unit_alerts, demo.organizations[GLOBEX]))
    for days in range(119, -1, -1):
        yield Step(demo.ago(days=days, hours=1), _review_unit_alerts)


def _name_contacts(organization: Organization, at: datetime) -> None:
    contacts = (
        ContactValues(name="Ada Lang", email="ada@acme.example", purposes=(Purpose.BILLING, Purpose.ALERTS)),
        ContactValues(name="On call", email="oncall@acme.example", purposes=(Purpose.TECHNICAL,)),
    )
    replace_contacts(organization_id=organization.pk, contacts=contacts, now=at)


def _ask_for_alerts(organization: Organization, at: datetime) -> None:
    services.set_balance_alerts(organization=organization, thresholds=(50 * UNIT, 20 * UNIT), by_mail=True, now=at)


def _ask_for_unit_alerts(organization: Organization, at: datetime) -> None:
    set_unit_alerts(organization=organization, thresholds={"credits": (5_000 * UNIT, 1_000 * UNIT)}, now=at)


def _review_unit_alerts(at: datetime) -> None:
    review_unit_alerts(now=at)


def _budget(slug: str, scope: Mapping[str, str], period: str, limit: int, mode: str, set_by: str) -> BudgetState:
    return BudgetState(
        id=uuid4(),
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        scope=scope_of(scope),
        period=period,
        limit_micros=limit * UNIT,
        mode=mode,
        thresholds=(50, 80, 100),
        counts_from=date.min,
        set_by=set_by,
        created_by=CREATED_BY,
    )


def _put_budget(organization: Organization, budget: BudgetState, at: datetime) -> None:
    put_budget(organization=organization, budget=budget, now=at)


def _receive_events(organization: Organization, at: datetime) -> None:
    create_endpoint(
        organization=organization,
        url=f"{settings.PUBLIC_BASE_URL}/try/events",
        types=EVENT_TYPES,
        description="The demo's own receiver",
        created_by=CREATED_BY,
        now=at,
    )


def _add_to_robotics(organization: Organization, at: datetime) -> None:
    call = AddToBudget(
        slug="robotics",
        bucket="",
        amount=Micros(20 * UNIT),
        reason="A trial run for a customer",
        created_by=CREATED_BY,
        set_by=CUSTOMER,
    )
    add_to_budget(organization=organization, call=call, now=at)


def _try_too_much(organization: Organization, at: datetime) -> None:
    """Reserve more than the project's budget allows, so that staff see what was refused and why."""
    try:
        services.reserve(
            organization=organization,
            reservation=services.NewReservation(
                amount=Micros(90 * UNIT),
                key=f"demo:{organization.slug}:reservation:too-much",
                expires_at=at + timedelta(minutes=10),
                created_by=CREATED_BY,
                work=Dimensions(project="robotics", meter="chat"),
            ),
            now=at,
        )
    except BillingError:
        services.write_refusals()
