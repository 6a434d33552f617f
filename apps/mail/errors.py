"""Errors of this app."""

from apps.common.errors import Conflict, NotFound


class ContactNotFound(NotFound):
    """The customer has no such contact."""

    code = "contact_not_found"
    title = "No such contact"


class MessageIsUnderWay(Conflict):
    """The email has not been sent yet, so there is nothing to send again."""

    code = "mail_under_way"
    title = "The email is still being sent"


class NobodyToMail(Conflict):
    """The customer has no contact whose address works."""

    code = "no_contact"
    title = "The customer has no contact for this email whose address works"
