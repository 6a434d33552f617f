"""Which credentials each surface accepts, and the responses to all others."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.tenants import issuers, services
from apps.tenants.models import ApiKey, IdentityLink, Organization
from apps.wallets.models import Grant, Wallet
from tests.api.callers import as_bearer, as_header, key_of, session_of
from tests.tenants.tokens import ISSUER, PARTY, claims, flat_claims, key_server, rs_token

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.credential_urls")]
SURFACES = ["/session", "/bearer", "/header", "/platform"]


@pytest.fixture
def session(organization):
    return session_of(organization)


@pytest.fixture
def key(organization):
    return key_of(organization)


class TestWhichCredentialOpensWhich:
    @pytest.mark.parametrize(
        ("surface", "way", "kind", "status"),
        [
            ("/session", as_bearer, "session", 200),
            ("/session", as_header, "session", 401),
            ("/session", as_bearer, "key", 401),
            ("/session", as_header, "key", 401),
            ("/bearer", as_bearer, "session", 200),
            ("/bearer", as_header, "session", 401),
            ("/bearer", as_bearer, "key", 200),
            ("/bearer", as_header, "key", 401),
            ("/header", as_bearer, "session", 401),
            ("/header", as_header, "session", 401),
            ("/header", as_bearer, "key", 401),
            ("/header", as_header, "key", 200),
            ("/platform", as_bearer, "session", 401),
            ("/platform", as_header, "session", 401),
            ("/platform", as_bearer, "key", 200),
            ("/platform", as_header, "key", 200),
        ],
    )
    def test_answers(self, client, request, surface, way, kind, status):
        text = request.getfixturevalue(kind)

        assert client.get(surface, headers=way(text)).status_code == status

    @pytest.mark.parametrize("surface", SURFACES)
    def test_challenges_whoever_brings_nothing(self, client, surface):
        answer = client.get(surface)

        assert answer.status_code == 401
        assert 'realm="billing"' in answer["WWW-Authenticate"]
        assert answer["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize("surface", SURFACES)
    def test_refuses_two_credentials_though_both_are_good(self, client, session, key, surface):
        assert client.get(surface, headers=as_bearer(session) | as_header(key)).status_code == 401
        assert client.get(surface, headers=as_bearer(key) | as_header(key)).status_code == 401

    @pytest.mark.parametrize(
        "authorization",
        [
            "",
            "Bearer",
            "Bearer ",
            "Basic dXNlcjpwYXNz",
            "Token {}",
            "{}",
            "Bearer {} {}",
            "Bearer {},Bearer {}",
            "Bearer é",
        ],
    )
    def test_refuses_what_is_not_one_bearer_token(self, client, session, authorization):
        assert (
            client.get("/session", headers={"Authorization": authorization.format(session, session)}).status_code == 401
        )

    @pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer", "Bearer  "])
    def test_takes_the_scheme_in_any_case(self, client, session, scheme):
        assert client.get("/session", headers={"Authorization": f"{scheme} {session}"}).status_code == 200

    @pytest.mark.parametrize("name", ["x-api-key", "X-Api-Key", "X-API-KEY"])
    def test_takes_header_names_in_any_case(self, client, key, name):
        assert client.get("/header", headers={name: key}).status_code == 200

    @pytest.mark.parametrize("place", ["?token={}", "?access_token={}", "?api_key={}", "?X-API-KEY={}"])
    def test_looks_nowhere_but_in_headers(self, client, session, key, place):
        assert client.get("/bearer" + place.format(session)).status_code == 401
        assert client.get("/header" + place.format(key)).status_code == 401


class TestWhoIsSeen:
    def test_a_session_is_its_user_and_role(self, client, organization):
        seen = client.get("/session", headers=as_bearer(session_of(organization, "org:member"))).json()

        assert seen == {
            "organization": "acme",
            "kind": "session",
            "user": "user_1",
            "actor": "user_1",
            "role": "org:member",
            "scopes": ["billing:read"],
            "created_by": "user:user_1",
        }

    def test_a_key_is_its_prefix_and_scopes(self, client, organization):
        text = key_of(organization, "billing:read", "usage:write")
        seen = client.get("/bearer", headers=as_bearer(text)).json()

        assert seen == {
            "organization": "acme",
            "kind": "api_key",
            "user": "",
            "actor": "",
            "role": "",
            "scopes": ["billing:read", "usage:write"],
            "created_by": f"key:{text.rpartition('_')[0]}",
        }

    @pytest.mark.parametrize(("role", "status"), [("org:admin", 200), ("org:member", 403), ("", 403)])
    def test_only_an_admin_does_what_admins_do(self, client, organization, role, status):
        assert client.get("/admins", headers=as_bearer(session_of(organization, role))).status_code == status

    @pytest.mark.parametrize(
        ("scope", "surface", "status"),
        [
            ("usage:write", "/usage", 200),
            ("billing:read", "/usage", 403),
            ("usage:write", "/reading", 403),
            ("billing:read", "/reading", 200),
        ],
    )
    def test_a_key_does_what_its_scopes_say(self, client, organization, scope, surface, status):
        assert client.get(surface, headers=as_bearer(key_of(organization, scope))).status_code == status

    def test_a_platform_key_is_let_in_only_where_it_belongs(self, client):
        text = key_of(None)

        assert client.get("/platform", headers=as_bearer(text)).json()["organization"] == ""
        refused = [client.get("/bearer", headers=as_bearer(text)), client.get("/header", headers=as_header(text))]
        assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [
            (403, "key_without_organization")
        ] * 2
        assert all("session" not in answer.content.decode() for answer in refused)


class TestWhoIsRefused:
    @pytest.mark.parametrize(
        ("status", "code"), [("suspended", "organization_suspended"), ("archived", "organization_inactive")]
    )
    def test_an_organization_that_is_not_active(self, client, organization, session, key, status, code):
        services.set_status(organization_id=organization.pk, status=status, now=timezone.now())

        for headers in (as_bearer(session), as_bearer(key)):
            answer = client.get("/bearer", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, code)

    def test_an_organization_without_an_account(self, client):
        answer = client.get("/session", headers=as_bearer(session_of(None, external_id="org_unknown")))

        assert (answer.status_code, answer.json()["code"]) == (403, "organization_unknown")

    def test_a_revoked_key_from_its_next_request_on(self, client, key):
        assert client.get("/bearer", headers=as_bearer(key)).status_code == 200
        services.revoke_api_key(key_id=ApiKey.objects.get().pk, revoked_by="staff:bob", now=timezone.now())

        assert client.get("/bearer", headers=as_bearer(key)).status_code == 401

    def test_tells_nothing_of_a_key_beyond_that_it_is_not_good(self, client, organization, key):
        wrong = [key[:-1] + ("a" if key[-1] != "a" else "b"), key_of(organization)[:-32] + "x" * 32, "bk_nonsense"]
        answers = [client.get("/bearer", headers=as_bearer(text)).json() for text in wrong]

        assert len({(one["status"], one["code"], one["title"], one["detail"]) for one in answers}) == 1


@pytest.fixture
def clerk(settings, monkeypatch):
    monkeypatch.setattr(issuers, "_caches", {})
    with key_server() as server:
        settings.CLERK_ISSUER, settings.CLERK_JWKS_URL = ISSUER, server.url
        settings.CLERK_AUTHORIZED_PARTIES = [PARTY]
        yield server


def clerk_token(**changed):
    now = int(time.time())
    return rs_token(claims(**{"iat": now, "nbf": now, "exp": now + 60, **changed}))


class TestClerk:
    def _link(self, organization):
        services.link_identity(
            organization=organization, issuer=ISSUER, external_organization_id="org_1", now=timezone.now()
        )

    def test_a_token_of_either_form_opens_its_organization(self, client, clerk, organization):
        self._link(organization)
        flat = flat_claims(iat=int(time.time()), nbf=0, exp=int(time.time()) + 60)

        for token in (clerk_token(), rs_token(flat)):
            assert client.get("/session", headers=as_bearer(token)).json()["organization"] == "acme"

    def test_costs_one_query(self, client, clerk, organization, django_assert_num_queries):
        self._link(organization)
        headers = as_bearer(clerk_token())

        with django_assert_num_queries(1):
            client.get("/session", headers=headers)

    def test_the_impersonator_is_who_did_it(self, client, clerk, organization):
        self._link(organization)
        seen = client.get("/session", headers=as_bearer(clerk_token(act={"sub": "user_support"}))).json()

        assert (seen["user"], seen["actor"], seen["created_by"]) == ("user_1", "user_support", "user:user_support")

    @pytest.mark.parametrize("changed", [{"o": ...}, {"o": None}, {"o": ..., "org_id": ""}])
    def test_a_token_without_an_organization_is_403(self, client, clerk, organization, changed):
        self._link(organization)
        answer = client.get("/session", headers=as_bearer(clerk_token(**changed)))

        assert (answer.status_code, answer.json()["code"]) == (403, "organization_missing")

    @pytest.mark.parametrize(
        "changed",
        [{"exp": 1}, {"exp": "99999999999"}, {"azp": "https://evil.example"}, {"sid": ...}, {"sts": "pending"}],
    )
    def test_a_bad_claim_is_401(self, client, clerk, organization, changed):
        self._link(organization)

        assert client.get("/session", headers=as_bearer(clerk_token(**changed))).status_code == 401

    def test_the_same_id_at_another_issuer_is_another_organization(self, client, clerk, organization):
        services.link_identity(
            organization=organization, issuer="https://other", external_organization_id="org_1", now=timezone.now()
        )

        assert client.get("/session", headers=as_bearer(clerk_token())).status_code == 403

    def test_is_503_while_keys_were_never_seen_and_401_once_they_were(self, client, clerk, organization):
        clerk.status = 500
        answer = client.get("/session", headers=as_bearer(clerk_token()))

        assert (answer.status_code, answer["Retry-After"]) == (503, "1")


class TestAutoProvision:
    @pytest.fixture(autouse=True)
    def _on(self, settings, clerk):
        settings.CLERK_AUTO_PROVISION = True
        settings.SIGNUP_CREDIT_MICROS = 5_000_000

    def test_makes_the_organization_with_wallet_and_credit_once(self, client):
        for _ in range(3):
            assert client.get("/session", headers=as_bearer(clerk_token())).status_code == 200

        made = Organization.objects.get()
        assert (made.slug, made.name, made.currency) == ("acme", "acme", "USD")
        assert Grant.objects.values_list("source", "amount_micros").get() == ("signup", 5_000_000)

    def test_gives_no_credit_where_none_is_configured(self, client, settings):
        settings.SIGNUP_CREDIT_MICROS = 0
        client.get("/session", headers=as_bearer(clerk_token()))

        assert Wallet.objects.count() == 1
        assert not Grant.objects.exists()

    def test_finds_another_slug_where_the_name_is_taken(self, client, organization):
        client.get("/session", headers=as_bearer(clerk_token()))

        made = Organization.objects.exclude(pk=organization.pk).get()
        assert made.slug.startswith("acme-")
        assert made.identity_links.get().external_organization_id == "org_1"

    @pytest.mark.parametrize("slug", ["", "Ünïcode & Söhne", "x" * 200, "../../etc"])
    def test_takes_whatever_name_the_token_has(self, client, slug):
        assert client.get("/session", headers=as_bearer(clerk_token(o={"id": "org_9", "slg": slug}))).status_code == 200

    def test_makes_none_for_a_token_without_an_organization(self, client):
        assert client.get("/session", headers=as_bearer(clerk_token(o=...))).status_code == 403
        assert not Organization.objects.exists()

    def test_does_not_reopen_an_archived_organization(self, client):
        client.get("/session", headers=as_bearer(clerk_token()))
        services.set_status(organization_id=Organization.objects.get().pk, status="archived", now=timezone.now())

        assert client.get("/session", headers=as_bearer(clerk_token())).status_code == 403
        assert Organization.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_many_first_requests_make_one_organization(self, clerk, settings, client):
        settings.CLERK_AUTO_PROVISION, settings.SIGNUP_CREDIT_MICROS = True, 5_000_000
        headers = as_bearer(clerk_token())

        def call(_number):
            try:
                return client_class().get("/session", headers=headers).status_code
            finally:
                connection.close()

        client_class = type(client)
        with ThreadPoolExecutor(16) as pool:
            assert set(pool.map(call, range(48))) == {200}
        assert (Organization.objects.count(), IdentityLink.objects.count(), Grant.objects.count()) == (1, 1, 1)

    def test_many_requests_with_one_key_write_its_use_once(self, organization):
        issued = services.issue_api_key(
            organization=organization, name="x", scopes=["billing:read"], created_by="x", now=timezone.now()
        )
        moment = timezone.now()

        def use(number):
            try:
                return services.note_key_use(key=issued.key, now=moment + timedelta(seconds=number))
            finally:
                connection.close()

        with ThreadPoolExecutor(16) as pool:
            assert sum(pool.map(use, range(48))) == 1
