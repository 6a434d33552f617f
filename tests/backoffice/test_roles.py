import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from apps.backoffice import roles
from tests.backoffice.people import client_of, create_staff

pytestmark = pytest.mark.django_db


def may(group: str, permission: str) -> bool:
    return create_staff(f"one of {group}", group).has_perm(permission)


class TestGroups:
    def test_are_there_after_migrating(self):
        assert set(roles.ROLES) == set(Group.objects.values_list("name", flat=True))

    @pytest.mark.parametrize(
        ("group", "permission", "allowed"),
        [
            ("Viewer", "tenants.view_organization", True),
            ("Viewer", "tenants.change_organization", False),
            ("Viewer", "backoffice.move_money", False),
            ("Viewer", "auth.view_user", False),
            ("Support", "backoffice.add_note", True),
            ("Support", "backoffice.move_money", False),
            ("Billing", "backoffice.move_money", True),
            ("Billing", "tenants.change_organization", True),
            ("Billing", "approvals.decide_approval", False),
            ("Billing", "auth.change_user", False),
            ("Approver", "approvals.decide_approval", True),
            ("Approver", "backoffice.move_money", False),
            ("Administrator", "auth.change_user", True),
            ("Administrator", "auth.add_group", True),
        ],
    )
    def test_may_do_their_work_and_no_more(self, group, permission, allowed):
        assert may(group, permission) is allowed

    def test_lose_what_was_ticked_by_hand(self):
        viewer = Group.objects.get(name="Viewer")
        viewer.permissions.add(Permission.objects.get(codename="move_money"))
        roles.grant_permissions()
        assert not viewer.permissions.filter(codename="move_money").exists()


class TestPeople:
    @pytest.fixture
    def administrator(self):
        return create_staff("grace", "Administrator")

    def page(self, person: User) -> str:
        return reverse("admin:auth_user_change", args=[person.pk])

    def test_nobody_gives_rights_to_themselves(self, administrator):
        form = client_of(administrator).get(self.page(administrator)).context["adminform"].form
        assert not {"groups", "is_superuser", "user_permissions", "is_active"} & set(form.fields)

    def test_only_a_superuser_makes_another(self, administrator):
        form = client_of(administrator).get(self.page(create_staff("new"))).context["adminform"].form
        assert "groups" in form.fields
        assert "is_superuser" not in form.fields

    def test_an_administrator_does_not_touch_a_superuser(self, administrator):
        root = create_staff("root", is_superuser=True)
        assert client_of(administrator).post(self.page(root), {"username": "gone"}).status_code == 403
        reset = reverse("admin:auth_user_reset_second_factor", args=[root.pk])
        assert client_of(administrator).get(reset).status_code == 403

    def test_are_deactivated_never_erased(self):
        root = create_staff("root", is_superuser=True)
        delete = reverse("admin:auth_user_delete", args=[create_staff("left").pk])
        assert client_of(root).post(delete, {"post": "yes"}).status_code == 403
