"""Verification of session tokens: forged headers and signatures are refused."""

import json
from datetime import timedelta

import jwt
import pytest

from apps.common.errors import Unavailable
from apps.tenants import issuers, local_issuer
from apps.tenants.errors import InvalidCredential
from apps.tenants.session_tokens import verify_session_token
from tests.tenants.tokens import (
    ISSUER,
    KID,
    NOW,
    PARTY,
    SECONDS,
    claims,
    encode,
    flat_claims,
    hs_token,
    jwk,
    key_server,
    key_set,
    private_key,
    ps_token,
    public_pem,
    rs512_token,
    rs_token,
    unsigned_token,
)

HEADER = {"alg": "RS256", "kid": KID, "typ": "JWT"}


def _tampered(part: int) -> str:
    pieces = rs_token().split(".")
    pieces[part] = ("B" if pieces[part][5] != "B" else "C").join([pieces[part][:5], pieces[part][6:]])
    return ".".join(pieces)


def _resigned(payload: dict) -> str:
    """Put other claims under a genuine signature."""
    head, _, signature = rs_token().split(".")
    return f"{head}.{encode(payload).decode()}.{signature}"


class TestVerifiedToken:
    def test_has_its_signature_checked_once_and_its_times_in_every_call(self, clerk, monkeypatch):
        token = rs_token()
        verify_session_token(token, now=NOW)
        monkeypatch.setattr("apps.tenants.session_tokens._signatures", None)
        assert verify_session_token(token, now=NOW).external_organization_id == "org_1"
        with pytest.raises(InvalidCredential, match="expired"):
            verify_session_token(token, now=NOW + timedelta(days=1))

    def test_ends_when_its_key_leaves_the_issuer(self, clerk, monkeypatch):
        token = rs_token()
        verify_session_token(token, now=NOW)
        clerk.body = key_set("stranger")
        monkeypatch.setattr(issuers, "_caches", {})
        with pytest.raises(InvalidCredential, match="unknown key"):
            verify_session_token(token, now=NOW)

    def test_ends_when_another_key_takes_the_place_of_its_own(self, clerk, monkeypatch):
        token = rs_token()
        verify_session_token(token, now=NOW)
        clerk.body = json.dumps({"keys": [{**jwk("stranger"), "kid": KID}]}).encode()
        monkeypatch.setattr(issuers, "_caches", {})
        with pytest.raises(InvalidCredential, match="signature"):
            verify_session_token(token, now=NOW)


@pytest.mark.usefixtures("clerk")
class TestVerifySessionToken:
    @pytest.mark.parametrize(
        "token",
        [
            rs_token(),
            rs_token(flat_claims()),
            jwt.encode(claims(), private_key(), algorithm="RS256", headers={"kid": KID}),
            rs_token(header={"alg": "RS256", "kid": KID}),
        ],
    )
    def test_takes_a_genuine_token(self, token):
        assert verify_session_token(token, now=NOW).external_organization_id == "org_1"

    @pytest.mark.parametrize(
        "token",
        [
            pytest.param(unsigned_token(), id="alg none"),
            pytest.param(unsigned_token("None"), id="alg None"),
            pytest.param(unsigned_token("nOnE"), id="alg nOnE"),
            pytest.param(unsigned_token("RS256"), id="no signature"),
            pytest.param(hs_token(public_pem()), id="HS256 with the public key as PEM"),
            pytest.param(hs_token(public_pem().strip()), id="HS256 with the stripped PEM"),
            pytest.param(hs_token(json.dumps(jwk()).encode()), id="HS256 with the JWK"),
            pytest.param(hs_token(b""), id="HS256 with nothing"),
            pytest.param(ps_token(), id="PS256"),
            pytest.param(rs512_token(), id="RS512"),
            pytest.param(rs_token(header={**HEADER, "alg": "rs256"}), id="rs256"),
            pytest.param(rs_token(header={**HEADER, "alg": ["RS256"]}), id="alg as list"),
            pytest.param(rs_token(header={"kid": KID}), id="no alg"),
            pytest.param(rs_token(key="stranger"), id="a stranger's key under a known kid"),
            pytest.param(rs_token(header={**HEADER, "kid": "stranger"}, key="stranger"), id="unknown kid"),
            pytest.param(rs_token(header={**HEADER, "jwk": jwk("stranger")}, key="stranger"), id="embedded jwk"),
            pytest.param(
                rs_token(header={**HEADER, "kid": "stranger", "jwk": jwk("stranger")}, key="stranger"),
                id="embedded jwk, own kid",
            ),
            pytest.param(rs_token(header={**HEADER, "jku": "http://evil.example/"}, key="stranger"), id="jku"),
            pytest.param(rs_token(header={**HEADER, "x5u": "http://evil.example/"}, key="stranger"), id="x5u"),
            pytest.param(rs_token(header={**HEADER, "x5c": ["MIIB"]}, key="stranger"), id="x5c"),
            pytest.param(rs_token(header={"alg": "RS256"}), id="no kid"),
            pytest.param(rs_token(header={**HEADER, "kid": ""}), id="empty kid"),
            pytest.param(rs_token(header={**HEADER, "kid": None}), id="kid null"),
            pytest.param(rs_token(header={**HEADER, "kid": 1}), id="kid as number"),
            pytest.param(rs_token(header={**HEADER, "kid": [KID]}), id="kid as list"),
            pytest.param(rs_token(header={**HEADER, "kid": {"a": 1}}), id="kid as object"),
            pytest.param(rs_token(header={**HEADER, "kid": "../../dev/null"}), id="kid as path"),
            pytest.param(rs_token(header={**HEADER, "kid": "' OR 1=1 --"}), id="kid as SQL"),
            pytest.param(rs_token(header={**HEADER, "kid": KID + "\x00"}), id="kid with NUL"),
            pytest.param(rs_token(header={**HEADER, "kid": KID.upper()}), id="kid in capitals"),
            pytest.param(rs_token(header={**HEADER, "kid": "k" * 300}), id="long kid"),
            pytest.param(rs_token(header={**HEADER, "crit": ["exp"], "exp": 1}), id="crit"),
            pytest.param(rs_token(header={**HEADER, "crit": ["b64"], "b64": False}), id="b64"),
            pytest.param(rs_token(header={**HEADER, "b64": False}), id="b64 without crit"),
            pytest.param(rs_token(header=[]), id="header as list"),
            pytest.param(rs_token(header=b"{"), id="header not JSON"),
            pytest.param(rs_token(header=b'{"a":' * 1500 + b"1" + b"}" * 1500), id="deep header"),
            pytest.param(rs_token(b'{"a":' * 900 + b"1" + b"}" * 900), id="deep claims"),
            pytest.param(rs_token(b"[]"), id="claims as list"),
            pytest.param(_tampered(0), id="header changed"),
            pytest.param(_tampered(1), id="claims changed"),
            pytest.param(_tampered(2), id="signature changed"),
            pytest.param(_resigned(claims(o={"id": "org_2", "rol": "admin"})), id="another organization"),
            pytest.param(_resigned(claims(sub="user_2")), id="another user"),
            pytest.param(rs_token().rsplit(".", 1)[0], id="two parts"),
            pytest.param(rs_token() + ".extra", id="four parts"),
            pytest.param(rs_token() + "=", id="padded"),
            pytest.param(rs_token()[:-8], id="signature cut"),
            pytest.param("", id="empty"),
            pytest.param("..", id="dots"),
            pytest.param("a.b.c", id="letters"),
            pytest.param("é.é.é", id="not ASCII"),
            pytest.param(rs_token(claims(extra="x" * 9000)), id="too long"),
            pytest.param(rs_token(claims(iss=...)), id="no issuer"),
            pytest.param(rs_token(claims(iss="")), id="empty issuer"),
            pytest.param(rs_token(claims(iss=None)), id="issuer null"),
            pytest.param(rs_token(claims(iss=[ISSUER])), id="issuer as list"),
            pytest.param(rs_token(claims(iss={ISSUER: 1})), id="issuer as object"),
            pytest.param(rs_token(claims(iss=ISSUER + "/")), id="issuer with slash"),
            pytest.param(rs_token(claims(iss=ISSUER + ".evil.example")), id="issuer by prefix"),
            pytest.param(rs_token(claims(iss="https://evil.example/" + ISSUER)), id="issuer by suffix"),
            pytest.param(rs_token(claims(iss=ISSUER.upper())), id="issuer in capitals"),
            pytest.param(rs_token(claims(iss="http" + ISSUER[5:])), id="issuer without TLS"),
            pytest.param(rs_token(claims(iss=local_issuer.ISSUER)), id="the local issuer's name"),
        ],
    )
    def test_refuses(self, token):
        with pytest.raises(InvalidCredential):
            verify_session_token(token, now=NOW)

    def test_does_not_ask_the_network_for_an_issuer_it_does_not_trust(self, clerk):
        with pytest.raises(InvalidCredential):
            verify_session_token(rs_token(claims(iss="https://evil.example")), now=NOW)

        assert clerk.requests == 0

    def test_checks_the_claims_of_a_genuine_token(self):
        with pytest.raises(InvalidCredential, match="not active"):
            verify_session_token(rs_token(claims(sts="pending")), now=NOW)

    def test_refuses_a_short_key(self, clerk):
        clerk.body = json.dumps({"keys": [jwk(), jwk("short", 1024)]}).encode()

        with pytest.raises(InvalidCredential):
            verify_session_token(rs_token(header={**HEADER, "kid": "short"}, key="short", bits=1024), now=NOW)

    def test_is_unavailable_while_no_key_was_ever_seen(self, clerk):
        clerk.status = 503

        with pytest.raises(Unavailable):
            verify_session_token(rs_token(), now=NOW)

    def test_trusts_a_further_issuer_with_its_own_keys_and_parties_only(self, settings):
        with key_server() as other:
            other.body = key_set("other")
            settings.OIDC_ISSUERS = [
                {"issuer": "https://id.example", "jwks_url": other.url, "authorized_parties": ["app"]}
            ]
            header = {**HEADER, "kid": "other"}

            good = rs_token(claims(iss="https://id.example", azp="app"), header=header, key="other")
            assert verify_session_token(good, now=NOW).issuer == "https://id.example"
            for crossed in (claims(azp="app"), claims(iss="https://id.example", azp=PARTY)):
                with pytest.raises(InvalidCredential):
                    verify_session_token(rs_token(crossed, header=header, key="other"), now=NOW)

    @pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
    def test_takes_times_with_a_fraction(self, name):
        second = SECONDS + (50 if name == "exp" else -10)
        token = rs_token(claims(**{name: second + 0.25}))
        assert verify_session_token(token, now=NOW).user_id == "user_1"

    def test_ends_with_the_fraction(self):
        token = rs_token(claims(exp=SECONDS + 0.5))
        verify_session_token(token, now=NOW + timedelta(seconds=5.25))
        with pytest.raises(InvalidCredential, match="expired"):
            verify_session_token(token, now=NOW + timedelta(seconds=5.5))


@pytest.mark.usefixtures("clerk")
class TestWithoutAParty:
    """Tokens without `azp`, as some templates and native apps send, are accepted from issuers with `azp_optional`."""

    @pytest.fixture(params=["clerk", "oidc"])
    def issuer(self, request, settings, clerk):
        """The setting of one issuer, to be changed; its tokens come from `token`."""
        name = ISSUER
        if request.param == "oidc":
            name = "https://id.example"
            settings.OIDC_ISSUERS = [{"issuer": name, "jwks_url": clerk.url, "authorized_parties": [PARTY]}]

        def allow(optional):
            if request.param == "oidc":
                settings.OIDC_ISSUERS[0]["azp_optional"] = optional
            else:
                settings.CLERK_AZP_OPTIONAL = optional

        return name, allow

    @pytest.mark.parametrize("azp", [..., None])
    def test_are_refused_unless_the_issuer_may_leave_it_out(self, issuer, azp):
        name, allow = issuer
        token = rs_token(claims(iss=name, azp=azp))
        allow(False)
        with pytest.raises(InvalidCredential, match="azp"):
            verify_session_token(token, now=NOW)
        allow(True)
        assert verify_session_token(token, now=NOW).issuer == name

    @pytest.mark.parametrize("azp", ["https://evil.example", "", 1, [PARTY]])
    def test_another_party_is_refused_all_the_same(self, issuer, azp):
        name, allow = issuer
        allow(True)
        with pytest.raises(InvalidCredential):
            verify_session_token(rs_token(claims(iss=name, azp=azp)), now=NOW)

    def test_one_issuers_setting_is_not_anothers(self, settings):
        settings.OIDC_ISSUERS = [{"issuer": "https://id.example", "authorized_parties": [], "azp_optional": True}]
        with pytest.raises(InvalidCredential, match="azp"):
            verify_session_token(rs_token(claims(azp=...)), now=NOW)


class TestLocalIssuer:
    def _token(self, **changed):
        arguments = {"external_organization_id": "org_1", "slug": "acme", "user_id": "user_1", "role": "org:admin"}
        return local_issuer.sign_session(**arguments, now=NOW, ttl_seconds=60, **changed)

    def test_signs_what_is_accepted_in_development(self):
        found = verify_session_token(self._token(), now=NOW)

        assert (found.external_organization_id, found.role) == ("org_1", "org:admin")

    @pytest.mark.parametrize(("development", "local"), [(False, True), (True, False), (False, False)])
    def test_is_not_trusted_anywhere_else(self, settings, development, local):
        token = self._token()
        settings.DEVELOPMENT, settings.LOCAL_ISSUER = development, local

        with pytest.raises(InvalidCredential):
            verify_session_token(token, now=NOW)

    def test_publishes_its_public_key_in_development(self, client):
        (published,) = client.get("/.well-known/jwks.json").json()["keys"]

        assert published["kid"] == jwt.get_unverified_header(self._token())["kid"]
        assert not {"d", "p", "q"} & published.keys()

    def test_publishes_nothing_in_production(self, client, settings):
        settings.DEVELOPMENT = False

        assert client.get("/.well-known/jwks.json").status_code == 404

    def test_makes_its_key_pair_once_however_many_ask_at_the_same_time(self, tmp_path):
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(local_issuer._make_key_pair, [tmp_path / "new" / "key.pem"] * 4))

        (made,) = (tmp_path / "new").iterdir()
        assert made.stat().st_mode & 0o777 == 0o600
