"""What metering refuses."""

from apps.common.errors import BillingError, Conflict, Rejected


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


class CloseIncomplete(BillingError):
    """Some organizations' months could not be closed; the others are."""

    code = "close_incomplete"
    title = "Some organizations could not be closed; running it again tries those"
