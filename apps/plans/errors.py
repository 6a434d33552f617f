"""Errors that plans raise."""

from apps.common.errors import Conflict, Forbidden, NotFound, Rejected


class PlanNotOffered(Rejected):
    """The plan is retired: existing subscribers keep it, nobody new gets it."""

    code = "plan_not_offered"
    title = "This plan is no longer offered"


class PlanCurrencyMismatch(Rejected):
    """The plan's quota is not in the organization's currency."""

    code = "plan_currency_mismatch"
    title = "The plan is in another currency than the organization"


class PlanInvalid(Rejected):
    """The plan's terms contradict each other."""

    code = "plan_invalid"
    title = "The plan's terms contradict each other"


class PlanExists(Conflict):
    """Another plan has that slug."""

    code = "plan_exists"
    title = "Another plan has this slug"


class AlreadySubscribed(Conflict):
    """The organization has a current subscription; it can have only one."""

    code = "already_subscribed"
    title = "The organization already has a current subscription"


class NotSubscribed(NotFound):
    """The organization has no current subscription."""

    code = "not_subscribed"
    title = "The organization has no current subscription"


class TransitionNotAllowed(Conflict):
    """The subscription's status does not allow the transition."""

    code = "subscription_transition_not_allowed"
    title = "The subscription's state does not allow this"


class UnitUsageNotIncluded(Forbidden):
    """The organization has no plan, or its plan does not include reading unit usage."""

    code = "unit_usage_not_included"
    title = "Your organization's plan does not include this endpoint"
