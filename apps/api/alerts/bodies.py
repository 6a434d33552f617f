"""The request body of the alerts about low credit."""

from rest_framework import serializers

from apps.api.json_bodies import RequestBody
from apps.api.reservations.bodies import Amount, StrictBoolean
from apps.wallets.alarms import MOST_THRESHOLDS


class BalanceAlertsBody(RequestBody):
    """The amounts at which the customer is told that credit is low, and whether by mail too."""

    thresholds = serializers.ListField(child=Amount(may_be_zero=True), max_length=MOST_THRESHOLDS)
    mail = StrictBoolean()
