"""`Idempotency-Key` on POST: repeated calls have one effect and one response."""

import pytest
from django.test import Client
from django.urls import path
from rest_framework.authentication import BaseAuthentication

from apps.api.authentication import Credential
from apps.api.permissions import Public
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.common.errors import Conflict, TooManyRequests
from apps.idempotency.models import IdempotentCall
from apps.tenants.models import Organization
from billing_site import urls as site
from billing_site.urls import handler400, handler403, handler404, handler500  # noqa: F401

calls = []


class ByName(BaseAuthentication):
    def authenticate(self, request):
        slug, user = request.headers["X-Test-Caller"].split("/")
        credential = Credential(Organization.objects.get(slug=slug), "session", created_by=f"user:{user}")
        return credential, credential


class Acting(ApiView):
    authentication_classes = (ByName,)
    permission_classes = (Public,)

    def post(self, request):
        calls.append(self.call_id)
        raised = {
            "refuse": Conflict(),
            "break": ZeroDivisionError(),
            "slow-down": TooManyRequests(retry_after_seconds=1),
        }
        if request.data["do"] in raised:
            raise raised[request.data["do"]]
        return Response({"call": len(calls)}, status=201)


class Open(Acting):
    authentication_classes = ()


urlpatterns = [path("acting", Acting.as_view()), path("open", Open.as_view()), *site.urlpatterns]


@pytest.fixture
def act(organization):
    calls.clear()
    http = Client(raise_request_exception=False)

    def post(do="work", key="k-1", caller="acme/1", where="/acting"):
        headers = {"X-Test-Caller": caller} | ({"Idempotency-Key": key} if key is not None else {})
        return http.post(where, {"do": do}, content_type="application/json", headers=headers)

    return post


@pytest.mark.urls(__name__)
class TestIdempotencyKey:
    def test_replays_the_first_answer(self, act):
        first, second = act(), act()
        assert (second.status_code, second.content, second["Content-Type"]) == (
            201,
            first.content,
            first["Content-Type"],
        )
        assert second["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first
        assert len(calls) == 1

    def test_replays_a_refusal(self, act):
        assert [act("refuse").status_code, act("refuse").status_code] == [409, 409]
        assert len(calls) == 1

    def test_refuses_another_body(self, act):
        act()
        assert act("other").json()["code"] == "idempotency_key_reused"
        assert len(calls) == 1

    def test_refuses_while_the_first_is_running(self, act):
        act()
        IdempotentCall.objects.update(state="running", status=None, completed_at=None)
        answer = act()
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (409, "call_in_progress", "2")

    @pytest.mark.parametrize("do", ["break", "slow-down"])
    def test_lets_a_failure_be_tried_again_under_the_same_id(self, act, do):
        act(do), act(do)
        assert len(calls) == 2
        assert calls[0] == calls[1]

    def test_belongs_to_one_person_of_one_organization(self, act, now):
        Organization.objects.create(name="Other", slug="other", created_at=now, updated_at=now)
        act(), act(caller="acme/2"), act(caller="other/1")
        assert len(calls) == 3

    def test_is_not_needed(self, act):
        act(key=None), act(key=None)
        assert calls[0] != calls[1]
        assert not IdempotentCall.objects.exists()

    def test_means_nothing_where_nobody_is_known(self, act):
        act(where="/open"), act(where="/open")
        assert len(calls) == 2

    @pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "é", "\x00"])
    def test_must_be_plain(self, act, key):
        answer = act(key=key)
        assert answer.status_code == 422
        error = answer.json()["errors"][0]
        assert error["location"] == "header.Idempotency-Key"
        assert "visible ASCII characters, without spaces" in error["message"]
        assert not calls
