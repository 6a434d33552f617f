"""Errors of the usage app."""

from apps.common.errors import BillingError, Conflict, NotFound, Rejected, Unauthenticated, Unavailable


class EventsRefused(Rejected):
    """An all-or-nothing batch had an event that cannot be accepted, so none was. `refusals` lists them."""

    code = "events_refused"
    title = "No event was accepted, since some are invalid"


class TotalsTooLarge(Rejected):
    code = "totals_too_large"
    title = "A total would exceed 64 bits with this batch; no event was accepted"


class BreakdownNotKept(Rejected):
    code = "breakdown_not_kept"
    title = "No totals are kept for this combination of dimensions"


class CostRunRefused(Rejected):
    code = "cost_run_refused"
    title = "These costs cannot be corrected"


class UnknownReportEndpoint(NotFound):
    code = "report_endpoint_not_found"
    title = "There is no such endpoint for reports, or it is closed"


class ReportEndpointClosed(Conflict):
    code = "report_endpoint_closed"
    title = "The endpoint is closed"


class ReportUnsigned(Unauthenticated):
    """The signature headers are missing or malformed, or the signature was not made from this body with a secret of the
    endpoint.
    """

    code = "bad_signature"
    title = "The report is not signed with a secret of this endpoint"


class ReportOutOfTime(BillingError):
    code = "timestamp_out_of_tolerance"
    title = "The report was signed more than five minutes ago, or ahead of our clock"


class MonthNotOver(Conflict):
    code = "month_not_over"
    title = "The month has not ended yet"


class MonthIsClosed(Conflict):
    code = "month_is_closed"
    title = "The month is closed already"


class MonthNotClosed(Conflict):
    """`organizations` lists some whose month is open; without it, the month ended too recently."""

    code = "month_not_closed"
    title = "The month is not closed for every organization, or corrections may still reach it"


class MonthHasQuarantined(Conflict):
    code = "month_has_quarantined"
    title = "Events of the month still wait for a price"


class ArchiveDiffers(Conflict):
    """The events to archive do not match their totals, or the file does not match the database."""

    code = "archive_differs"
    title = "The events of the month do not match their totals or their file"


class ArchiveUnavailable(Unavailable):
    """The file of an archived month is missing or changed, or this process cannot read one."""

    code = "archive_unavailable"
    title = "The file of an archived month cannot be read"


class CloseIncomplete(BillingError):
    """The month could not be closed for some organizations; it is closed for the others."""

    code = "close_incomplete"
    title = "The month could not be closed for some organizations; run it again to retry them"


class MeterNotNamed(Rejected):
    """An estimate names an unknown meter, or names none and there is not exactly one meter that counts tokens."""

    code = "meter_not_named"
    title = "Name the meter: no meter has this name, or several count tokens"


class EventIdReused(Conflict):
    """The id and source of an event were already used with other content; the reservation is unchanged."""

    code = "id_reused"
    title = "This id and source were already used with different content"


class DimensionMismatch(Rejected):
    """A usage event names other work than the reservation that it captures."""

    code = "dimension_mismatch"
    title = "The event names another project, user, agent or tag than the reservation"


class EventRefused(Rejected):
    """A usage event for capturing a reservation cannot be accepted; the detail gives ingestion's reason."""

    code = "event_refused"
    title = "The event cannot be accepted"


class UsageNotPriced(Rejected):
    """An event for this work could not be rated; the detail gives the reason that ingestion would give."""

    code = "usage_not_priced"
    title = "This usage has no price"


class UnknownEvent(NotFound):
    """There is no event with this source and id. If the event is still being sent, the sender should try again."""

    code = "unknown_event"
    title = "There is no event of this source and id"


class AmbiguousEvent(Conflict):
    """No source was named, and events of several sources have the id; the detail names some of them."""

    code = "ambiguous_event"
    title = "Events of several sources have this id; name the source"


class AlreadyVoided(Conflict):
    code = "already_voided"
    title = "The event was already voided"


class ChargeReversed(Conflict):
    """Staff reversed the charge of the event; correcting the event too would credit it a second time."""

    code = "charge_reversed"
    title = "Staff already reversed the charge of the event"


class EventTooOld(Conflict):
    code = "too_old"
    title = "An event can be corrected up to 35 days after it was received"


class NotVoidable(Rejected):
    code = "not_voidable"
    title = "The number of a month's active characters never falls, so their events cannot be voided"
