"""Inviting a colleague, from the form to the first sign-in."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.approvals.models import AccessChange
from tests.backoffice.people import client_of, create_staff
from tests.outbox.deliveries import deliver_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]

PASSWORD = "winter-harbor-31-lamps"


@pytest.fixture
def client() -> Client:
    return client_of(create_staff("root", "Administrator"))


def invite(client: Client, **fields: Any) -> Any:
    page = "/admin/auth/user/invite/"
    token = client.get(page).context["form"]["token"].initial
    group = Group.objects.get(name="Billing")
    given = {"email": "Grace@Example.com", "first_name": "Grace", "groups": [group.pk], "reason": "New", **fields}
    return client.post(page, {"_step": "do", "token": str(token), **given})


def links() -> list[str]:
    deliver_due(timezone.now())
    return [re.search(r"https://billing.example(/\S+)", str(each.body))[1] for each in mail.outbox]  # type: ignore[index]


def test_leads_from_the_mail_to_a_password_and_the_sign_in(client: Client) -> None:
    assert invite(client).status_code == 302
    person = User.objects.get(username="grace@example.com")
    assert (person.email, person.is_staff, person.is_superuser) == ("grace@example.com", True, False)
    assert [group.name for group in person.groups.all()] == ["Billing"]
    assert AccessChange.objects.filter(person=person, changed_by__username="root").exists()

    (link,) = links()
    assert mail.outbox[0].to == ["grace@example.com"]
    stranger = Client()
    page = stranger.get(link, follow=True)
    assert "grace@example.com" in page.content.decode()
    form = page.request["PATH_INFO"]
    assert link.rsplit("/", 2)[1] not in form, "the address no longer contains the token"
    assert stranger.post(form, {"new_password1": "short", "new_password2": "short"}).status_code == 200
    answer = stranger.post(form, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert answer.headers["Location"] == "/admin/login/"
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert "has already been used or has expired" in Client().get(link, follow=True).content.decode()


def test_is_sent_again_until_a_password_is_chosen(client: Client) -> None:
    invite(client)
    person = User.objects.get(username="grace@example.com")
    page = f"/admin/auth/user/{person.pk}/invite-again/"
    links()
    token = client.get(page).context["form"]["token"].initial
    with pytest.MonkeyPatch.context() as patch:
        later = timezone.now() + timezone.timedelta(minutes=2)
        patch.setattr("apps.backoffice.admin.people.timezone.now", lambda: later)
        assert client.post(page, {"_step": "do", "token": str(token), "reason": "Lost"}).status_code == 302
    person.set_password(PASSWORD)
    person.save()
    assert len(links()) == 1, "nothing is sent once there is a password"
    assert client.get(page).status_code == 403


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"email": "ROOT@example.com"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "o'brien@example.com"}, "email"),
        ({"groups": []}, "groups"),
    ],
)
def test_names_what_is_wrong_and_makes_nobody(client: Client, fields: dict[str, Any], named: str) -> None:
    User.objects.filter(username="root").update(email="root@example.com")
    assert named in invite(client, **fields).context["form"].errors
    assert User.objects.count() == 1


def test_is_for_those_who_may_make_accounts() -> None:
    assert client_of(create_staff("ada", "Billing")).get("/admin/auth/user/invite/").status_code == 403


def test_are_the_only_way_to_an_account() -> None:
    administrator = client_of(create_staff("grace", "Administrator"))
    answer = administrator.get("/admin/auth/user/add/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/auth/user/invite/")
    administrator.post("/admin/auth/user/add/", {"username": "eve", "password1": "x" * 20, "password2": "x" * 20})
    assert not User.objects.filter(username="eve").exists()
    assert client_of(create_staff("bill", "Billing")).get("/admin/auth/user/add/").status_code == 403
