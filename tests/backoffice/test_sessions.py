"""Who has signed in and what they may do, read by statements of our own: the same as by Django's."""

from datetime import timedelta

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.backoffice.sessions import StaffBackend
from tests.backoffice.people import client_of, create_staff

pytestmark = pytest.mark.django_db


def test_a_session_ends_at_its_time():
    client = client_of(create_staff())
    assert client.get("/admin/keys/").status_code == 200
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/admin/keys/").status_code == 302


def test_a_person_who_may_no_longer_sign_in_is_out_at_once():
    client = client_of(create_staff())
    User.objects.update(is_active=False)
    assert client.get("/admin/keys/").status_code == 302


@pytest.mark.parametrize(
    ("groups", "own"), [([], []), (["Viewer"], []), ([], ["add_note"]), (["Viewer", "Billing"], ["add_note"])]
)
def test_permissions_are_those_of_groups_and_own(groups, own):
    create_staff("bob", "Administrator")
    ann = create_staff("ann", *groups)
    ann.user_permissions.set(Permission.objects.filter(codename__in=own))
    held = StaffBackend().get_all_permissions(StaffBackend().get_user(ann.pk))
    assert held == ModelBackend().get_all_permissions(User.objects.get(pk=ann.pk))
    assert bool(held) == bool(groups or own)


def test_a_superuser_may_do_everything_and_who_left_nothing():
    root, left = create_staff("root", is_superuser=True), create_staff("left", "Viewer", is_active=False)
    assert StaffBackend().get_all_permissions(root) == ModelBackend().get_all_permissions(root)
    assert StaffBackend().get_all_permissions(left) == set()
