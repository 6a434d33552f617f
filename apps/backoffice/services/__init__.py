"""What staff do with money by hand: rehearsed before, carried out once, above a limit only after a second person."""

from apps.backoffice.services.archiving import StillRunning, change_status
from apps.backoffice.services.moving import Done, Rehearsal, carry_out, needs_second_person, rehearse, submit
from apps.backoffice.services.orders import TITLES, Kind, Order, order_of

__all__ = [
    "TITLES",
    "Done",
    "Kind",
    "Order",
    "Rehearsal",
    "StillRunning",
    "carry_out",
    "change_status",
    "needs_second_person",
    "order_of",
    "rehearse",
    "submit",
]
