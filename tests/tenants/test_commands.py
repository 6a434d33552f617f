"""The two commands that print only a credential on standard output."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.tenants import selectors, services
from apps.tenants.errors import InvalidCredential
from apps.tenants.models import ApiKey, IdentityLink
from apps.tenants.session_tokens import verify_session_token


def run(capsys, *arguments):
    call_command(*arguments)
    printed = capsys.readouterr()
    assert printed.err == ""
    (line,) = printed.out.splitlines()
    return line


class TestIssueToken:
    def test_prints_a_token_of_the_organization(self, organization, capsys):
        token = run(capsys, "issue_token", "--organization", "acme")
        found = verify_session_token(token, now=timezone.now())

        assert selectors.organization_for_identity(found.issuer, found.external_organization_id) == organization
        assert (found.user_id, found.role, found.organization_slug) == ("user_local", "org:admin", "acme")

    def test_takes_user_role_and_lifetime(self, organization, capsys):
        arguments = ["--organization", "acme", "--user", "user_7", "--role", "org:member", "--ttl", "60"]
        token = run(capsys, "issue_token", *arguments)
        found = verify_session_token(token, now=timezone.now())

        assert (found.user_id, found.role) == ("user_7", "org:member")
        with pytest.raises(InvalidCredential):
            verify_session_token(token, now=timezone.now() + timedelta(seconds=66))

    def test_links_the_organization_once(self, organization, capsys):
        run(capsys, "issue_token", "--organization", "acme")
        run(capsys, "issue_token", "--organization", "acme")

        assert IdentityLink.objects.count() == 1

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--organization", "nobody"],
            ["--organization", "acme", "--role", "owner"],
            ["--organization", "acme", "--ttl", "0"],
            ["--organization", "acme", "--ttl", "-5"],
            ["--organization", "acme", "--ttl", "99999999999"],
            [],
        ],
    )
    def test_refuses_in_one_sentence(self, organization, arguments):
        with pytest.raises(CommandError):
            call_command("issue_token", *arguments)

    def test_refuses_in_production(self, organization, settings):
        settings.DEVELOPMENT = False

        with pytest.raises(CommandError, match="development only"):
            call_command("issue_token", "--organization", "acme")


class TestCreateApiKey:
    def test_prints_a_key_that_reads_billing(self, organization, capsys):
        key = selectors.authenticate_api_key(run(capsys, "create_api_key", "--organization", "acme"), timezone.now())

        assert (key.organization, key.scopes) == (organization, ["billing:read"])

    @pytest.mark.parametrize(
        "scopes",
        [["--scope", "billing:read", "usage:write"], ["--scope", "billing:read", "--scope", "usage:write"]],
    )
    def test_takes_several_scopes(self, organization, capsys, scopes):
        text = run(capsys, "create_api_key", "--organization", "acme", *scopes)

        assert selectors.authenticate_api_key(text, timezone.now()).scopes == ["billing:read", "usage:write"]

    def test_makes_a_platform_key(self, db, capsys):
        key = selectors.authenticate_api_key(run(capsys, "create_api_key", "--platform"), timezone.now())

        assert (key.organization, key.scopes) == (None, ["platform:usage"])

    def test_gives_it_an_expiry(self, organization, capsys):
        run(capsys, "create_api_key", "--organization", "acme", "--days", "30")
        key = ApiKey.objects.get()

        assert key.expires_at - key.created_at == timedelta(days=30)

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--organization", "nobody"],
            ["--organization", "acme", "--scope", "everything"],
            ["--organization", "acme", "--days", "0"],
            ["--organization", "acme", "--platform"],
            ["--platform", "--scope", "usage:write"],
            [],
        ],
    )
    def test_refuses_in_one_sentence_and_makes_none(self, organization, arguments):
        with pytest.raises(CommandError):
            call_command("create_api_key", *arguments)

        assert not ApiKey.objects.exists()

    def test_says_what_is_wrong_with_a_suspended_organizations_key_only_when_it_is_used(self, organization, capsys):
        services.set_status(organization_id=organization.pk, status="suspended", now=timezone.now())

        assert run(capsys, "create_api_key", "--organization", "acme").startswith("bk_test_")
