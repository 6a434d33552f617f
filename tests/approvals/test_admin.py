import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from apps.approvals.models import Approval
from apps.approvals.templatetags.approvals import waiting_requests
from tests.approvals.factories import Rename, ask, create_person

pytestmark = pytest.mark.django_db


def page(approval, action):
    return reverse(f"admin:approvals_approval_{action}", args=[approval.pk])


def token_of(response):
    return re.search(r'name="token" value="([^"]+)"', response.content.decode()).group(1)


def sign_in(client, person):
    person.user_permissions.add(Permission.objects.get(codename="view_approval"))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


@pytest.fixture
def approval():
    return ask(create_person("maker"), now=timezone.now())


@pytest.fixture
def checker(client):
    person = create_person("checker", may_decide=True)
    sign_in(client, person)
    return person


class TestDecidingOnScreen:
    def test_shows_what_is_asked_and_for_how_much(self, client, checker, approval):
        text = client.get(page(approval, "approve")).content.decode()
        assert "5,000.00" in text
        assert "Goodwill after the outage" in text

    def test_shows_a_figure_that_stays_once(self, client, checker, approval):
        User.objects.filter(pk=approval.requested_by_id).update(last_name="Smith")
        text = client.get(page(approval, "approve")).content.decode()
        assert "Smith, unchanged" in text
        assert text.count("Smith,") == 1

    @pytest.mark.parametrize("note", ["", "Agreed"])
    def test_approves_with_or_without_a_note(self, client, checker, approval, note):
        token = token_of(client.get(page(approval, "approve")))
        answer = client.post(page(approval, "approve"), {"_step": "confirm", "token": token, "reason": note})
        assert answer.status_code == 302
        assert Approval.objects.get().status == "used"
        assert (Approval.objects.get().decided_by, Approval.objects.get().decision_note) == (checker, note)
        assert page(approval, "approve") not in client.get(page(approval, "change")).text

    def test_asks_for_the_reason_of_a_rejection(self, client, checker, approval):
        token = token_of(client.get(page(approval, "reject")))
        answer = client.post(page(approval, "reject"), {"_step": "confirm", "token": token, "reason": ""})
        assert answer.status_code == 422
        assert Approval.objects.get().status == "pending"

    def test_tells_the_maker_that_someone_else_decides(self, client, approval):
        maker = approval.requested_by
        maker.user_permissions.add(Permission.objects.get(codename="decide_approval"))
        sign_in(client, maker)
        opened = client.get(page(approval, "approve"), follow=True).content
        assert b"You cannot decide on your own request" in opened
        assert b'value="confirm"' not in opened

    def test_is_closed_to_those_who_may_only_look(self, client, approval):
        sign_in(client, create_person("viewer"))
        assert client.get(page(approval, "change")).status_code == 200
        assert client.get(page(approval, "approve")).status_code == 403


class TestTheRecord:
    @pytest.fixture
    def root(self, client):
        client.force_login(
            create_person("root", is_superuser=True), backend="django.contrib.auth.backends.ModelBackend"
        )

    @pytest.mark.parametrize("name", ["add", "change", "delete"])
    def test_is_read_only_for_a_superuser_too(self, client, root, approval, name):
        url = reverse("admin:approvals_approval_add") if name == "add" else page(approval, name)
        assert client.post(url, {"amount_micros": "1", "post": "yes"}).status_code == 403
        assert Approval.objects.get().amount_micros == 5_000_000_000

    def test_an_unknown_size_is_not_shown_as_nothing(self, client, root, monkeypatch):
        monkeypatch.setattr(Rename, "has_known_size", lambda self, now: False)
        unknown = ask(create_person("maker"), amount=0, now=timezone.now())
        lists = reverse("admin:approvals_approval_changelist")
        for address in (lists, page(unknown, "change"), page(unknown, "approve")):
            text = client.get(address).content.decode()
            assert "not known in advance" in text
            assert "0.00" not in text
        (banner,) = waiting_requests(None, User._meta)["requests"]
        assert banner["amount"] == "not known in advance"

    def test_lists_the_amount_as_money(self, client, root, approval):
        text = client.get(reverse("admin:approvals_approval_changelist")).content.decode()
        assert "5,000.00" in text
        assert "5000000000" not in text
