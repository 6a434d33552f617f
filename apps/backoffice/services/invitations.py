"""Invite colleagues by email: an account without a password, and a link on which its owner chooses one."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from apps.outbox.services import enqueue

SEND_INVITATION = "backoffice.send_invitation"


@transaction.atomic
def invite(*, email: str, first_name: str, last_name: str, groups: Iterable[Group], now: datetime) -> User:
    """Create a colleague's account, whose name is the email address, and queue the invitation; return the account."""
    name = email.lower()
    person = User(username=name, email=name, first_name=first_name, last_name=last_name, is_staff=True)
    person.set_unusable_password()
    person.save()
    person.groups.set(groups)
    ask_to_join(person=person, now=now)
    return person


def ask_to_join(*, person: User, now: datetime) -> None:
    """Queue an invitation for an account without a password, once a minute at most."""
    enqueue(
        SEND_INVITATION,
        now=now,
        key=f"invitation:{person.pk}:{now:%Y-%m-%dT%H:%M}",
        arguments={"user_id": person.pk},
    )


def send_invitation(*, user_id: int) -> None:
    """Email the link for choosing a password. Sends nothing if one has been chosen or the account was deactivated.

    The link works until the password is chosen, at most `PASSWORD_RESET_TIMEOUT`.

    Raises:
        OSError: the mail server could not be reached; the caller tries again later.
    """
    person = User.objects.get(pk=user_id)
    if person.has_usable_password() or not person.is_active:
        return
    identity = urlsafe_base64_encode(force_bytes(person.pk))
    address = reverse("admin:invitation", args=[identity, default_token_generator.make_token(person)])
    text = render_to_string(
        "admin/invitation_mail.txt",
        {
            "person": person,
            "link": f"{settings.PUBLIC_BASE_URL}{address}",
            "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        },
    )
    send_mail("Your account in the billing back office", text, None, [person.email])
