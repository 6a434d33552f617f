"""What metering refuses."""

from apps.common.errors import BillingError, Conflict, Rejected, Unavailable


class EventsRefused(Rejected):
    """An all-or-nothing batch held an event that cannot be taken; nothing of it was. `refusals` names each."""

    code = "events_refused"
    title = "Nothing was taken, since some events cannot be"


class TotalsTooLarge(Rejected):
    code = "totals_too_large"
    title = "With this batch a total would leave 64 bits; nothing was taken"


class MonthNotOver(Conflict):
    code = "month_not_over"
    title = "The month has not ended yet"


class MonthNotClosed(Conflict):
    """`organizations` names some whose month is open; without them the month ended too short a time ago."""

    code = "month_not_closed"
    title = "The month is not closed for everybody, or corrections may still reach it"


class MonthHasQuarantined(Conflict):
    code = "month_has_quarantined"
    title = "Events of the month still wait for a price"


class ArchiveDiffers(Conflict):
    """What is to be archived does not add up, or the file does not say what the database does."""

    code = "archive_differs"
    title = "The events of the month do not equal what is kept of them"


class ArchiveUnavailable(Unavailable):
    """The file of an archived month is missing or changed, or this process cannot read one."""

    code = "archive_unavailable"
    title = "The file of an archived month cannot be read"


class CloseIncomplete(BillingError):
    """Some organizations' months could not be closed; the others are."""

    code = "close_incomplete"
    title = "Some organizations could not be closed; running it again tries those"


class MeterNotNamed(Rejected):
    """An estimate names no meter that exists, and not exactly one meter counts tokens."""

    code = "meter_not_named"
    title = "Name the meter: there is none of that name, or several count tokens"


class UsageNotPriced(Rejected):
    """An event of this work could not be rated: its detail names the reason that ingest would give."""

    code = "usage_not_priced"
    title = "This usage has no price"
