"""Contacts, and the emails to them."""

from apps.mail.services.contacts import ContactValues, erase_contact, lift_bounce, replace_contacts, unsubscribe
from apps.mail.services.delivery import REPORT, SEND, record_report, send
from apps.mail.services.messages import mark_handled, queue_mail, send_again

__all__ = [
    "REPORT",
    "SEND",
    "ContactValues",
    "erase_contact",
    "lift_bounce",
    "mark_handled",
    "queue_mail",
    "record_report",
    "replace_contacts",
    "send",
    "send_again",
    "unsubscribe",
]
