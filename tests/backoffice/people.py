"""Staff for the tests; plain functions."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

PASSWORD = "a long enough password"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def create_staff(username: str = "ada", *groups: str, **fields: Any) -> User:
    person = User.objects.create_user(username, is_staff=True, **fields)
    person.groups.set(Group.objects.filter(name__in=groups))
    return person


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client
