"""Every change of a colleague's rights or sign-in leaves a row, and makes the two people dependent."""

import ast
import io
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core import serializers
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from apps.approvals import services
from apps.approvals.errors import NotIndependent
from apps.approvals.models import AccessChange, Approval
from apps.backoffice import audit_trail, second_factor
from apps.common.admin.edit_conflicts import SEEN
from tests.approvals.factories import ask
from tests.backoffice.people import PASSWORD, client_of, create_staff
from tests.backoffice.test_sign_in import code_now, enroll
from tests.callgraph import product

pytestmark = pytest.mark.django_db
STALE_CHECKED = ("auth_user_change", "auth_group_change")


@pytest.fixture
def grace() -> User:
    return create_staff("grace", "Administrator", is_superuser=True)


@pytest.fixture
def ada() -> User:
    return create_staff("ada", "Billing", password=PASSWORD)


def rows(person: User) -> list[tuple[str, str, str]]:
    """Return the recorded changes of a person since creation: what, detail and by whom."""
    found = AccessChange.objects.filter(person=person, changed_by__isnull=False).order_by("pk")
    return [(row.what, row.detail, row.changed_by.username) for row in found]  # type: ignore[union-attr]


def signed_in(person: User, rf: Any, change: Callable[[], Any]) -> Any:
    """Make a change as a page of the back office would, signed in as this person."""
    request = rf.get("/admin/")
    request.user = person
    return audit_trail.within(request, lambda _: change())


def permission(codename: str) -> Permission:
    return Permission.objects.get(codename=codename)


class TestOnScreen:
    def post(self, grace: User, page_name: str, *args: Any, **data: Any) -> None:
        client, page = client_of(grace), reverse(f"admin:{page_name}", args=args)
        form = client.get(page).context["adminform"].form if page_name in STALE_CHECKED else None
        answer = client.post(page, data | ({SEEN: form.seen} if form else {}))
        assert answer.status_code == 302, answer.context["errors"]

    def test_an_account_that_is_made(self, grace: User) -> None:
        asked = {"token": str(uuid4()), "reason": "New here", "_step": "confirm"}
        groups = [Group.objects.get(name="Approver").pk]
        self.post(grace, "auth_user_invite", email="eve@bank.example", groups=groups, **asked)
        assert ("account", "eve@bank.example", "grace") in rows(User.objects.get(username="eve@bank.example"))

    def test_groups_and_rights_of_a_person(self, grace: User, ada: User) -> None:
        approver = Group.objects.get(name="Approver")
        self.post(
            grace, "auth_user_change", ada.pk, username="ada", is_active="on", is_staff="on", is_superuser="on",
            groups=[approver.pk], user_permissions=[permission("add_note").pk],
        )  # fmt: skip
        assert sorted(rows(ada)) == [
            ("groups", "added Approver", "grace"),
            ("groups", "removed Billing", "grace"),
            ("permissions", "added add_note", "grace"),
            ("status", "is_superuser True", "grace"),
        ]

    def test_a_password_that_is_reset(self, grace: User, ada: User) -> None:
        new = {"password1": PASSWORD + "!", "password2": PASSWORD + "!", "usable_password": "true"}
        self.post(grace, "auth_user_password_change", ada.pk, **new)
        assert rows(ada) == [("password", "", "grace")]

    def test_the_permissions_of_a_group_for_each_member(self, grace: User, ada: User) -> None:
        group = Group.objects.create(name="Night shift")
        ada.groups.add(group)
        self.post(grace, "auth_group_change", group.pk, name="Night shift", permissions=[permission("move_money").pk])
        assert rows(ada) == [("group permissions", "Night shift: added move_money", "grace")]
        assert rows(grace) == []

    def test_a_second_factor_that_is_reset(self, settings: Any, grace: User, ada: User) -> None:
        enroll(ada)
        settings.STAFF_SECOND_FACTOR = False
        client, page = client_of(grace), reverse("admin:auth_user_reset_second_factor", args=[ada.pk])
        token = client.get(page).context["form"]["token"].value()
        client.post(page, {"_step": "confirm", "token": token, "reason": "Telephone lost"})
        assert second_factor.confirmed_device(ada) is None
        assert ("second factor", "authenticator removed", "grace") in rows(ada)
        assert ("second factor", "recovery codes removed", "grace") in rows(ada)


class TestFromEitherSide:
    @pytest.mark.parametrize(
        "change",
        [
            lambda person, group: person.groups.add(group),
            lambda person, group: group.user_set.add(person),
            lambda person, group: person.groups.set([group]),
            lambda person, group: group.user_set.set([person]),
        ],
    )
    def test_joining_a_group(self, rf: Any, grace: User, ada: User, change: Any) -> None:
        signed_in(grace, rf, lambda: change(ada, Group.objects.get(name="Approver")))
        assert ("groups", "added Approver", "grace") in rows(ada)

    @pytest.mark.parametrize(
        "change",
        [
            lambda person, group: person.groups.remove(group),
            lambda person, group: person.groups.clear(),
            lambda person, group: group.user_set.remove(person),
            lambda person, group: group.user_set.clear(),
            lambda person, group: group.delete(),
        ],
    )
    def test_leaving_a_group(self, rf: Any, grace: User, ada: User, change: Any) -> None:
        signed_in(grace, rf, lambda: change(ada, Group.objects.get(name="Billing")))
        assert rows(ada) == [("groups", "removed Billing", "grace")]

    @pytest.mark.parametrize(
        "change",
        [
            lambda group, right: group.permissions.add(right),
            lambda group, right: right.group_set.add(group),
        ],
    )
    def test_what_a_group_may_do(self, rf: Any, grace: User, ada: User, change: Any) -> None:
        billing = Group.objects.get(name="Billing")
        signed_in(grace, rf, lambda: change(billing, permission("decide_approval")))
        assert rows(ada) == [("group permissions", "Billing: added decide_approval", "grace")]

    @pytest.mark.parametrize(
        "change",
        [
            lambda person, right: person.user_permissions.add(right),
            lambda person, right: right.user_set.add(person),
        ],
    )
    def test_a_persons_own_permissions(self, rf: Any, grace: User, ada: User, change: Any) -> None:
        signed_in(grace, rf, lambda: change(ada, permission("decide_approval")))
        assert rows(ada) == [("permissions", "added decide_approval", "grace")]

    @pytest.mark.parametrize("field", ["is_active", "is_staff", "is_superuser"])
    def test_being_let_in_or_kept_out(self, rf: Any, grace: User, ada: User, field: str) -> None:
        value = not getattr(ada, field)
        setattr(ada, field, value)
        signed_in(grace, rf, lambda: ada.save(update_fields=[field]))
        assert rows(ada) == [("status", f"{field} {value}", "grace")]

    @pytest.mark.parametrize("change", [User.set_unusable_password, lambda person: person.set_password("x" * 12)])
    def test_a_password(self, rf: Any, grace: User, ada: User, change: Any) -> None:
        change(ada)
        signed_in(grace, rf, ada.save)
        assert rows(ada) == [("password", "", "grace")]

    def test_an_authenticator_that_is_put_in_place_or_changed_for_another(
        self, rf: Any, grace: User, ada: User
    ) -> None:
        def change() -> None:
            device = TOTPDevice.objects.create(user=ada, confirmed=False)
            assert rows(ada) == [], "it lets nobody in"
            device.confirmed = True
            device.save()
            device.key = default_key()
            device.save()

        signed_in(grace, rf, change)
        assert rows(ada) == [("second factor", "authenticator set up", "grace")] * 2

    @pytest.mark.parametrize("device", [TOTPDevice, StaticDevice])
    def test_a_second_factor_of_ones_own_that_is_given_to_another(
        self, rf: Any, grace: User, ada: User, device: Any
    ) -> None:
        mine = device.objects.create(user=grace, confirmed=True)
        mine.user = ada
        signed_in(grace, rf, mine.save)
        assert [(what, by) for what, _, by in rows(ada)] == [("second factor", "grace")]

    def test_recovery_codes_for_another(self, rf: Any, grace: User, ada: User) -> None:
        signed_in(grace, rf, lambda: second_factor.renew_recovery_codes(user=ada))
        assert rows(ada) == [("second factor", "recovery codes set up", "grace")]

    def test_a_recovery_code_among_those_of_another(self, rf: Any, grace: User, ada: User) -> None:
        second_factor.renew_recovery_codes(user=ada)
        device = StaticDevice.objects.get(user=ada)
        signed_in(grace, rf, lambda: StaticToken.objects.create(device=device, token=second_factor.digest("mine")))
        assert rows(ada) == [("second factor", "recovery code added", "grace")]

    def test_what_changes_nothing_is_not_written(self, rf: Any, grace: User, ada: User) -> None:
        def nothing() -> None:
            ada.groups.add(Group.objects.get(name="Billing"))
            ada.groups.remove(Group.objects.get(name="Viewer"))
            ada.save()

        signed_in(grace, rf, nothing)
        assert rows(ada) == []

    def test_signing_in_is_no_change(self, ada: User) -> None:
        device, _ = enroll(ada)
        before = AccessChange.objects.count()
        ada.last_login = timezone.now()
        ada.save(update_fields=["last_login"])
        device.verify_token(code_now(device))
        assert AccessChange.objects.count() == before


class TestByCommand:
    """Changes by a command are recorded, too; they have no author, so they exclude no approver."""

    def test_a_password(self, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("getpass.getpass", lambda prompt: PASSWORD + "!")
        call_command("changepassword", "ada", stdout=io.StringIO())
        assert by_nobody(ada)[-1] == "password"

    def test_an_account(self) -> None:
        call_command("createsuperuser", username="eve", email="", interactive=False, stdout=io.StringIO())
        assert by_nobody(User.objects.get()) == ["account"]

    def test_rights_from_a_file(self, ada: User, tmp_path: Path) -> None:
        ada.groups.clear()
        file = tmp_path / "people.json"
        file.write_text(serializers.serialize("json", [ada]))
        before = len(by_nobody(ada))
        ada.groups.add(Group.objects.get(name="Approver"))
        call_command("loaddata", str(file), stdout=io.StringIO())
        assert by_nobody(ada)[before:] == ["groups", "groups"]


def by_nobody(person: User) -> list[str]:
    found = AccessChange.objects.filter(person=person, changed_by__isnull=True).order_by("pk")
    return list(found.values_list("what", flat=True))


def test_no_code_of_ours_changes_access_past_the_signals() -> None:
    """A queryset's `update`, bulk writes and rows of a relation's own table send no signal."""
    watched = {"User", "Group", "TOTPDevice", "StaticDevice", "get_user_model"}
    past = set()
    for name, module in product().modules.items():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Attribute) or node.attr not in (
                "update",
                "bulk_create",
                "bulk_update",
                "through",
            ):
                continue
            if watched & {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}:
                past.add(f"{name}: {ast.unparse(node)}")
    listening = "apps.backoffice.access_changes: "
    assert {each for each in past if not each.startswith(listening)} == set()


class TestDeciding:
    def test_between_accounts_that_one_person_let_in_again_is_refused(self, rf: Any, grace: User, ada: User) -> None:
        eve = create_staff("eve", "Approver")
        User.objects.update(is_active=False)

        def let_in() -> None:
            for person in (ada, eve):
                person.is_active = True
                person.save(update_fields=["is_active"])

        for person in (ada, eve):
            person.refresh_from_db()
        signed_in(grace, rf, let_in)
        with pytest.raises(NotIndependent):
            services.approve(approval_id=ask(ada, now=timezone.now()).pk, by=eve, now=timezone.now())

    def test_is_refused_on_screen_before_anything_is_typed(self, rf: Any, grace: User, ada: User) -> None:
        signed_in(grace, rf, lambda: ada.groups.add(Group.objects.get(name="Support")))
        approval = ask(ada, now=timezone.now())
        page = reverse("admin:approvals_approval_approve", args=[approval.pk])
        answer = client_of(grace).get(page, follow=True)
        assert "Someone else must decide." in answer.content.decode()
        assert page not in [url for url, _ in answer.redirect_chain]
        assert Approval.objects.get().status == "pending"

    def test_by_an_approver_whom_the_maker_made_is_refused(self, rf: Any, grace: User) -> None:
        eve = signed_in(grace, rf, lambda: create_staff("eve", "Approver"))
        with pytest.raises(NotIndependent):
            services.approve(approval_id=ask(grace, now=timezone.now()).pk, by=eve, now=timezone.now())


class TestCreateAdministrator:
    def create(self, monkeypatch: pytest.MonkeyPatch, username: str, password: str = PASSWORD) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        call_command("create_administrator", username, stdout=io.StringIO())

    def test_makes_people_who_may_decide_for_one_another_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("first", "second"):
            self.create(monkeypatch, name)
        first, second = User.objects.order_by("pk")
        assert (first.is_staff, first.is_superuser, first.check_password(PASSWORD)) == (True, False, True)
        now = timezone.now() + timedelta(minutes=1)
        assert services.approve(approval_id=ask(first, now=now).pk, by=second, now=now).status == "approved"
        assert services.approve(approval_id=ask(second, now=now, key="staff:2", name="Jones").pk, by=first, now=now)

    def test_a_name_that_exists_is_refused_before_a_password_is_asked_for(
        self, monkeypatch: pytest.MonkeyPatch, ada: User
    ) -> None:
        monkeypatch.setattr(sys, "stdin", None)
        with pytest.raises(CommandError, match="already exists"):
            call_command("create_administrator", "ada")

    @pytest.mark.parametrize(
        ("name", "password", "reason"),
        [("ada", PASSWORD, "already exists"), ("b d", PASSWORD, "valid username"), ("bob", "short", "too short")],
    )
    def test_refuses_and_makes_nobody(
        self, monkeypatch: pytest.MonkeyPatch, ada: User, name: str, password: str, reason: str
    ) -> None:
        with pytest.raises(CommandError, match=reason):
            self.create(monkeypatch, name, password)
        assert User.objects.count() == 1
