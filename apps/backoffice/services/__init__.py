"""Services on customers and on colleagues' accounts. Money is moved by actions instead."""

from apps.backoffice.services.archival import OpenDocuments, StillRunning, change_status
from apps.backoffice.services.invitations import SEND_INVITATION, ask_to_join, invite, send_invitation
from apps.backoffice.services.new_customers import NewCustomer, create_customer
from apps.backoffice.services.notes import SEND_MENTION, mention, mentioned_in, send_mention
from apps.backoffice.services.saved_views import SEND_VIEW, queue_saved_views, save_view

__all__ = [
    "SEND_INVITATION",
    "SEND_MENTION",
    "SEND_VIEW",
    "NewCustomer",
    "OpenDocuments",
    "StillRunning",
    "ask_to_join",
    "change_status",
    "create_customer",
    "invite",
    "mention",
    "mentioned_in",
    "queue_saved_views",
    "save_view",
    "send_invitation",
    "send_mention",
]
