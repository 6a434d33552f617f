"""Staff for the tests; plain functions."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string

PASSWORD = "a long enough password"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def create_staff(username: str = "ada", *groups: str, **fields: Any) -> User:
    person = User.objects.create_user(username, is_staff=True, **fields)
    person.groups.set(Group.objects.filter(name__in=groups))
    return person


def client_of(person: User) -> Client:
    """Return a browser in which a person is signed in, by a session alone: signing in takes eighteen statements."""
    values = {
        SESSION_KEY: str(person.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: person.get_session_auth_hash(),
    }
    session = Session.objects.create(
        session_key=get_random_string(32),
        session_data=SessionStore().encode(values),
        expire_date=timezone.now() + timedelta(days=1),
    )
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client
