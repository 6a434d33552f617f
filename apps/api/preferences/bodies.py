"""The request body of preferences."""

from apps.api.json_bodies import RequestBody
from apps.api.reservations.bodies import Amount, StrictBoolean


class BillingSwitches(RequestBody):
    """Whether usage beyond the included quota is charged."""

    usageBillingEnabled = StrictBoolean(required=False)


class UsageSwitches(RequestBody):
    """The monthly limit for persistent resources, in US dollars, and what happens at it; null removes the limit."""

    monthlyResourceSpendLimit = Amount(may_be_zero=True, required=False, allow_null=True)
    pauseOnLimit = StrictBoolean(required=False)
    resourceEmailAlerts = StrictBoolean(required=False)


class PreferencesBody(RequestBody):
    """The switches to change; members that are left out stay."""

    billing = BillingSwitches(required=False)
    usage = UsageSwitches(required=False)
