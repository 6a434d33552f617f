"""Rules for a session token's claims."""

from datetime import timedelta

import pytest

from apps.tenants.errors import InvalidCredential
from apps.tenants.session_claims import SessionClaims, parse_payload, read_claims
from tests.tenants.tokens import ISSUER, NOW, PARTY, SECONDS, claims, flat_claims


def read(payload):
    return read_claims(payload, authorized_parties=[PARTY], now=NOW)


class TestReadClaims:
    def test_takes_users_as_long_as_the_columns_that_name_them(self):
        longest = "u" * 195
        found = read(claims(sub=longest, act={"sub": longest}))
        assert (found.user_id, found.actor_user_id) == (longest, longest)

    @pytest.mark.parametrize("too_long", [{"sub": "u" * 196}, {"act": {"sub": "u" * 196}}])
    def test_refuses_longer_users(self, too_long):
        with pytest.raises(InvalidCredential):
            read(claims(**too_long))

    def test_reads_the_compact_form(self):
        assert read(claims()) == SessionClaims(
            issuer=ISSUER,
            user_id="user_1",
            actor_user_id="user_1",
            session_id="sess_1",
            external_organization_id="org_1",
            organization_slug="acme",
            role="org:admin",
        )

    def test_reads_the_flat_form_alike(self):
        assert read(flat_claims()) == read(claims())

    def test_takes_both_forms_where_they_agree(self):
        assert read(claims(org_id="org_1")).external_organization_id == "org_1"

    def test_names_the_impersonator_as_the_actor(self):
        found = read(claims(act={"iss": "https://dashboard.clerk.com", "sub": "user_support"}))

        assert (found.user_id, found.actor_user_id) == ("user_1", "user_support")

    @pytest.mark.parametrize(
        "payload",
        [claims(o=...), claims(o=None), flat_claims(org_id=...), flat_claims(org_id=None), flat_claims(org_id="")],
    )
    def test_leaves_the_organization_out_where_there_is_none(self, payload):
        assert read(payload).external_organization_id is None

    @pytest.mark.parametrize(
        ("payload", "role"),
        [
            (claims(o={"id": "org_1", "rol": "member"}), "org:member"),
            (claims(o={"id": "org_1"}), ""),
            (claims(o={"id": "org_1", "rol": "org:admin"}), "org:org:admin"),
            (flat_claims(org_role="org:member"), "org:member"),
            (flat_claims(org_role="admin"), "admin"),
            (flat_claims(org_role=...), ""),
        ],
    )
    def test_reads_the_role_of_each_form(self, payload, role):
        assert read(payload).role == role

    @pytest.mark.parametrize(
        "payload",
        [
            claims(sts=...),
            claims(exp=SECONDS - 4),
            claims(exp=SECONDS),
            claims(nbf=SECONDS + 5),
            claims(iat=SECONDS + 5),
            claims(aud="anything"),
            claims(extra={"deep": [1, 2]}),
        ],
    )
    def test_allows_five_seconds_of_skew_and_claims_it_does_not_know(self, payload):
        assert read(payload).user_id == "user_1"

    def test_lets_a_token_expire_with_the_clock(self):
        with pytest.raises(InvalidCredential):
            read_claims(claims(), authorized_parties=[PARTY], now=NOW + timedelta(seconds=55))

    @pytest.mark.parametrize(
        "payload",
        [
            pytest.param(claims(exp=SECONDS - 5), id="expired"),
            pytest.param(claims(exp=...), id="no exp"),
            pytest.param(claims(exp=str(SECONDS + 50)), id="exp as text"),
            pytest.param(claims(exp=True), id="exp as truth"),
            pytest.param(claims(exp=True), id="exp as boolean"),
            pytest.param(claims(exp=None), id="exp null"),
            pytest.param(claims(exp=[SECONDS + 50]), id="exp as list"),
            pytest.param(claims(exp=-1), id="exp negative"),
            pytest.param(claims(exp=10**18), id="exp beyond time"),
            pytest.param(claims(exp=float("inf")), id="exp infinite"),
            pytest.param(claims(nbf=SECONDS + 6), id="not yet"),
            pytest.param(claims(nbf=...), id="no nbf"),
            pytest.param(claims(nbf="0"), id="nbf as text"),
            pytest.param(claims(iat=SECONDS + 6), id="issued in the future"),
            pytest.param(claims(iat=...), id="no iat"),
            pytest.param(claims(iat={}), id="iat as object"),
            pytest.param(claims(azp="https://evil.example"), id="other party"),
            pytest.param(claims(azp=PARTY + ".evil.example"), id="party by prefix"),
            pytest.param(claims(azp=PARTY + "/"), id="party with slash"),
            pytest.param(claims(azp=PARTY.upper()), id="party in capitals"),
            pytest.param(claims(azp=[PARTY]), id="party as list"),
            pytest.param(claims(azp=...), id="no azp"),
            pytest.param(claims(azp=""), id="empty azp"),
            pytest.param(claims(sid=...), id="template token without sid"),
            pytest.param(claims(sid=""), id="empty sid"),
            pytest.param(claims(sid=7), id="sid as number"),
            pytest.param(claims(sts="pending"), id="pending"),
            pytest.param(claims(sts=""), id="empty sts"),
            pytest.param(claims(sts=None), id="sts null"),
            pytest.param(claims(sts=["active"]), id="sts as list"),
            pytest.param(claims(sub=...), id="no sub"),
            pytest.param(claims(sub=""), id="empty sub"),
            pytest.param(claims(sub=12), id="sub as number"),
            pytest.param(claims(sub="u" * 256), id="sub too long"),
            pytest.param(claims(sub="user\x00"), id="sub with NUL"),
            pytest.param(claims(sub="user\u202e"), id="sub with bidi"),
            pytest.param(claims(o="org_1"), id="o as text"),
            pytest.param(claims(o=[]), id="o as list"),
            pytest.param(claims(o={}), id="o without id"),
            pytest.param(claims(o={"id": ""}), id="o with empty id"),
            pytest.param(claims(o={"id": 5}), id="o with number"),
            pytest.param(claims(o={"id": "org_1", "rol": ["admin"]}), id="role as list"),
            pytest.param(claims(org_id="org_2"), id="two organizations"),
            pytest.param(flat_claims(org_id=5), id="org_id as number"),
            pytest.param(flat_claims(org_id=["org_1"]), id="org_id as list"),
            pytest.param(flat_claims(org_role={"a": 1}), id="org_role as object"),
            pytest.param(claims(act="user_2"), id="act as text"),
            pytest.param(claims(act={}), id="act without sub"),
        ],
    )
    def test_refuses(self, payload):
        with pytest.raises(InvalidCredential):
            read(payload)

    def test_refuses_everything_where_no_party_is_authorized(self):
        with pytest.raises(InvalidCredential):
            read_claims(claims(), authorized_parties=[], now=NOW)


class TestParsePayload:
    @pytest.mark.parametrize(
        "payload",
        [
            b"",
            b"[]",
            b"null",
            b'"text"',
            b"{",
            b'{"exp": NaN}',
            b'{"exp": Infinity}',
            b'{"exp": 1, "exp": 2}',
            b'{"o": {"id": "org_1", "id": "org_2"}}',
            b"\xff\xfe",
            b'{"a":' * 5000 + b"1" + b"}" * 5000,
            b'{"exp": ' + b"9" * 5000 + b"}",
        ],
    )
    def test_refuses_what_is_not_one_plain_object(self, payload):
        with pytest.raises(InvalidCredential):
            parse_payload(payload)
