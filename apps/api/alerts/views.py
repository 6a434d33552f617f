"""`/v1/billing/alerts/balance`: the amounts of credit, and of a plan's units, at which the customer gets a notice."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from apps.api.authentication import organization_of
from apps.api.budgets.views import BudgetView
from apps.api.fields import number
from apps.api.request_bodies import RequestBody, read_body
from apps.api.reservations.bodies import Amount, StrictBoolean
from apps.api.responses import Response
from apps.tenants.models import Organization
from apps.usage.selectors import unit_alerts
from apps.usage.services import set_unit_alerts
from apps.wallets.balance_alerts import MOST_THRESHOLDS, AlarmState
from apps.wallets.selectors import balance_alerts
from apps.wallets.services import set_balance_alerts


def _amounts(**options: Any) -> serializers.ListField:
    return serializers.ListField(child=Amount(may_be_zero=True), max_length=MOST_THRESHOLDS, **options)


class UnitsBody(RequestBody):
    """The numbers of units left at which the customer gets a notice."""

    explorer_units = _amounts(default=list)
    developer_units = _amounts(default=list)
    credits = _amounts(default=list)


class BalanceAlertsBody(RequestBody):
    """The amounts at which the customer gets a notice of low credit or few units, and whether email is sent too."""

    thresholds = _amounts()
    units = UnitsBody(default=dict)
    mail = StrictBoolean()


class BalanceAlerts(BudgetView):
    """The thresholds, read and changed by whoever may read and change budgets."""

    def get(self, request: Request) -> Response:
        """Return them."""
        organization = organization_of(request)
        return Response(_shown(organization, balance_alerts(organization)))

    def put(self, request: Request) -> Response:
        """Replace them; a threshold that is already reached sends its notice at once."""
        asked, organization, now = read_body(request, BalanceAlertsBody), organization_of(request), timezone.now()
        alarms = set_balance_alerts(
            organization=organization, thresholds=asked["thresholds"], by_mail=asked["mail"], now=now
        )
        set_unit_alerts(organization=organization, thresholds=asked["units"], now=now)
        return Response(_shown(organization, alarms))


def _shown(organization: Organization, alarms: AlarmState) -> dict[str, Any]:
    """Present the alerts so that the client can send them back: without the amount zero, which always exists."""
    units: dict[str, list[Any]] = {}
    for each in unit_alerts(organization):
        units.setdefault(each.unit, []).append(number(each.threshold_micros))
    thresholds = [number(each) for each in alarms.thresholds if each]
    return {"thresholds": thresholds, "units": units, "mail": alarms.by_mail}
