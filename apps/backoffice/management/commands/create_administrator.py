"""Create an administrator from the command line: the first ones of an installation, or more.

Since nobody who is signed in created it, such an account may decide on colleagues' requests at once.
"""

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

GROUP = "Administrator"


class Command(BaseCommand):
    help = (
        "Create a member of staff in the group Administrator. The password is prompted for, or read from standard "
        "input if that is not a terminal; the second factor is set up at the first sign-in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", default="")

    @transaction.atomic
    def handle(self, *args: Any, username: str, email: str, **options: Any) -> None:
        person = User(username=User.normalize_username(username), email=email, is_staff=True)
        try:
            person.full_clean(exclude=["password"])  # Refuse an existing name before asking for a password.
            password = _password()
            validate_password(password, person)
            person.set_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        person.save()
        person.groups.add(Group.objects.get(name=GROUP))
        self.stdout.write(f"{person} is an administrator and sets up a second factor at the first sign-in.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first, again = getpass("Password: "), getpass("Password (again): ")
    if first != again:
        raise CommandError("The two passwords differ.")
    return first
