"""Every route against every kind of credential, generated from the URL conf.

Signed reports carry no credential; tests/usage/test_signed_reports.py has them.
"""

import pytest
from django.test import Client
from django.utils import timezone

from apps.api.authentication import ADMIN_ROLE, ReportSignature
from apps.api.operators.views import OperatorView
from apps.api.permissions import IsOrgAdmin
from apps.api.reservations.views import ReservationView
from apps.tenants import services
from apps.tenants.models import ApiKey, Organization
from tests.api.callers import as_bearer, as_header, key_of, session_of
from tests.api.routes import CALLS
from tests.cases import for_each

SCOPES = ("billing:read", "usage:write", "usage:correct", "reservations:write")
CLOSED = [
    (route, method) for route, method in CALLS if route.view.authentication_classes not in ((), (ReportSignature,))
]
closed_call = for_each({f"{method} {route.path}": {"route": route, "method": method} for route, method in CLOSED})


@pytest.fixture
def acme(kept_acme, db, frozen):
    return Organization.objects.get(pk=kept_acme.pk)


def call(route, method, headers=None):
    return Client(headers=headers or {}).generic(method, route.url, b"{}", content_type="application/json")


def own(route, organization, role=ADMIN_ROLE):
    """Return headers with the credential that the route takes."""
    takes = route.view.authentication_classes[0]
    if takes is ReportSignature:
        return {}  # these tests sign nothing
    if issubclass(route.view, OperatorView):
        return as_bearer(key_of(None, "platform:ledger"))
    if takes.takes_sessions and not issubclass(route.view, ReservationView):
        return as_bearer(session_of(organization, role))
    key = key_of(organization, *SCOPES)
    return as_header(key) if takes.takes_keys_in_header else as_bearer(key)


@closed_call
def test_no_credential(route, method, acme):
    answer = call(route, method)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"]


@closed_call
def test_credential_of_another_surface(route, method, acme):
    takes = route.view.authentication_classes[0]
    wrong = [as_header(session_of(acme))]
    wrong += [] if takes.takes_sessions else [as_bearer(session_of(acme))]
    wrong += [] if takes.takes_keys_as_bearer else [as_bearer(key_of(acme, *SCOPES))]
    wrong += [] if takes.takes_keys_in_header else [as_header(key_of(acme, *SCOPES))]
    assert {call(route, method, headers).status_code for headers in wrong} == {401}


@closed_call
def test_revoked_key(route, method, acme):
    issued = services.issue_api_key(organization=acme, name="x", scopes=SCOPES, created_by="x", now=timezone.now())
    services.revoke_api_key(key_id=issued.key.pk, revoked_by="x", now=timezone.now())
    assert call(route, method, as_bearer(issued.text)).status_code == 401
    assert call(route, method, as_header(issued.text)).status_code == 401


@closed_call
def test_key_without_a_scope(route, method, acme):
    key = key_of(acme, "billing:read")
    ApiKey.objects.update(scopes=[])
    assert call(route, method, as_bearer(key)).status_code in (401, 403)
    assert call(route, method, as_header(key)).status_code in (401, 403)


@closed_call
def test_suspended_organization(route, method, acme):
    headers = own(route, acme)
    Organization.objects.update(status=Organization.Status.SUSPENDED)
    answers_anyway = route.view.finishes_work or issubclass(route.view, OperatorView)
    assert (call(route, method, headers).status_code == 403) != answers_anyway


@closed_call
def test_person_without_an_organization(route, method, acme):
    headers = as_bearer(session_of(None, external_id="org_nobody_knows"))
    assert call(route, method, headers).status_code in (401, 403)


@closed_call
def test_member_where_an_administrator_is_needed(route, method, acme):
    needs_admin = any(permission is IsOrgAdmin for permission in route.view.permission_classes)
    answer = call(route, method, own(route, acme, role="org:member"))
    assert not needs_admin or answer.status_code == 403


@closed_call
def test_own(route, method, acme):
    assert call(route, method, own(route, acme)).status_code not in (401, 500)


@closed_call
def test_other_organization_sees_nothing_of_ours(route, method, acme, globex):
    headers = as_bearer(key_of(globex, *SCOPES)) if issubclass(route.view, OperatorView) else own(route, globex)
    answer = call(route, method, headers)
    assert str(acme.pk) not in answer.content.decode()
