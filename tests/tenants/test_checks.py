"""System checks of the settings of identity."""

import pytest

from apps.tenants.checks import check_identity

GOOD = {"issuer": "https://id.example", "jwks_url": "https://id.example/jwks", "authorized_parties": ["app"]}


@pytest.fixture
def production(settings):
    settings.DEVELOPMENT = settings.LOCAL_ISSUER = False
    settings.CLERK_ISSUER = "https://clerk.acme.example"
    settings.CLERK_JWKS_URL = ""
    settings.CLERK_AUTHORIZED_PARTIES = ["https://dashboard.acme.example"]
    settings.OIDC_ISSUERS = [GOOD]
    return settings


def found():
    return [message.id for message in check_identity()]


def test_is_silent_where_all_is_said(production):
    assert found() == []


def test_is_silent_in_development_as_it_comes(settings):
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("LOCAL_ISSUER", True, "tenants.E001"),
        ("CLERK_AUTHORIZED_PARTIES", [], "tenants.E002"),
        ("OIDC_ISSUERS", [{**GOOD, "authorized_parties": []}], "tenants.E002"),
        ("CLERK_JWKS_URL", "http://clerk.acme.example/jwks", "tenants.E003"),
        ("CLERK_JWKS_URL", "/var/jwks.json", "tenants.E003"),
        ("OIDC_ISSUERS", [{**GOOD, "jwks_url": "http://id.example"}], "tenants.E003"),
        ("OIDC_ISSUERS", {"issuer": "https://id.example"}, "tenants.E004"),
        ("OIDC_ISSUERS", ["https://id.example"], "tenants.E004"),
        ("OIDC_ISSUERS", [{**GOOD, "azp_optional": "false"}], "tenants.E005"),
    ],
)
def test_names_what_is_wrong(production, name, value, message):
    setattr(production, name, value)

    assert found() == [message]


def test_a_site_without_any_issuer_is_told_that_no_session_token_works(production):
    production.CLERK_ISSUER, production.OIDC_ISSUERS = "", []
    assert found() == ["tenants.W006"]

    production.OIDC_ISSUERS = [GOOD]
    assert found() == []


def test_an_issuer_that_may_leave_the_party_out_needs_none(production):
    production.OIDC_ISSUERS = [{**GOOD, "authorized_parties": [], "azp_optional": True}]

    assert found() == []
