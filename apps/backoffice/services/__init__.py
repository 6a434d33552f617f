"""Services on customers and on colleagues' accounts. Money is moved by actions instead."""

from apps.backoffice.services.archival import StillRunning, change_status
from apps.backoffice.services.invitations import SEND_INVITATION, ask_to_join, invite, send_invitation
from apps.backoffice.services.new_customers import NewCustomer, create_customer

__all__ = [
    "SEND_INVITATION",
    "NewCustomer",
    "StillRunning",
    "ask_to_join",
    "change_status",
    "create_customer",
    "invite",
    "send_invitation",
]
