"""`/v1/billing/alerts/balance`: the amounts at which the customer gets a notice of low credit."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.authentication import organization_of
from apps.api.budgets.views import BudgetView
from apps.api.fields import number
from apps.api.json_bodies import RequestBody, read_body
from apps.api.reservations.bodies import Amount, StrictBoolean
from apps.wallets.balance_alerts import MOST_THRESHOLDS, AlarmState
from apps.wallets.selectors import balance_alerts
from apps.wallets.services import set_balance_alerts


class BalanceAlertsBody(RequestBody):
    """The amounts at which the customer gets a notice of low credit, and whether mail is sent too."""

    thresholds = serializers.ListField(child=Amount(may_be_zero=True), max_length=MOST_THRESHOLDS)
    mail = StrictBoolean()


class BalanceAlerts(BudgetView):
    """The thresholds, read and changed by whoever may read and change budgets."""

    def get(self, request: Request) -> Response:
        """Return them."""
        return Response(_shown(balance_alerts(organization_of(request))))

    def put(self, request: Request) -> Response:
        """Replace them; a threshold that is already reached sends its notice at once."""
        asked = read_body(request, BalanceAlertsBody)
        alarms = set_balance_alerts(
            organization=organization_of(request),
            thresholds=asked["thresholds"],
            by_mail=asked["mail"],
            now=timezone.now(),
        )
        return Response(_shown(alarms))


def _shown(alarms: AlarmState) -> dict[str, Any]:
    """Present the alerts without the threshold zero, which always exists, so that the client can send them back
    unchanged.
    """
    return {"thresholds": [number(each) for each in alarms.thresholds if each], "mail": alarms.by_mail}
