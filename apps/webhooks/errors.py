"""Errors of webhooks."""

from apps.common.errors import Conflict, NotFound, Rejected


class EndpointNotFound(NotFound):
    code = "endpoint_not_found"
    title = "There is no such endpoint"


class EventNotFound(NotFound):
    code = "event_not_found"
    title = "There is no such event"


class DeliveryNotFound(NotFound):
    code = "delivery_not_found"
    title = "There is no such delivery"


class TooManyEndpoints(Conflict):
    code = "too_many_endpoints"
    title = "An organization can have at most 20 endpoints"


class RotationUnderWay(Conflict):
    code = "rotation_under_way"
    title = "The previous secret is still valid; wait for its end or set expirePrevious"


class EndpointDisabled(Conflict):
    code = "endpoint_disabled"
    title = "The endpoint is disabled; enable it first"


class DeliveryPending(Conflict):
    code = "delivery_pending"
    title = "The delivery is already waiting to be sent"


class InvalidEndpoint(Rejected):
    code = "invalid_endpoint"
    title = "The endpoint's values are invalid"


class ReplayTooLarge(Rejected):
    code = "replay_too_large"
    title = "A replay sends at most 10,000 events; choose a shorter interval"
