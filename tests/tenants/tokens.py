"""Session tokens for tests, valid and forged, and a real HTTP server that publishes keys."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA512, HashAlgorithm

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ISSUER = "https://clerk.acme.example"
PARTY = "https://dashboard.acme.example"
KID = "ins_key_1"


@cache
def _made(name: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def private_key(name: str = KID, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return the key with this name, made once for all tests."""
    return _made(name, bits)


def jwk(name: str = KID, bits: int = 2048, **changed: Any) -> dict[str, Any]:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(private_key(name, bits).public_key(), as_dict=True)
    return {"kty": "RSA", "n": public["n"], "e": public["e"], "kid": name, "use": "sig", "alg": "RS256", **changed}


def key_set(*names: str) -> bytes:
    return json.dumps({"keys": [jwk(name) for name in names]}).encode()


def claims(**changed: Any) -> dict[str, Any]:
    """Return the claims of a good token in Clerk's compact form; a change to `...` leaves the claim out."""
    found = {
        "iss": ISSUER,
        "azp": PARTY,
        "sub": "user_1",
        "sid": "sess_1",
        "sts": "active",
        "iat": SECONDS - 10,
        "nbf": SECONDS - 10,
        "exp": SECONDS + 50,
        "v": 2,
        "o": {"id": "org_1", "slg": "acme", "rol": "admin"},
        **changed,
    }
    return {name: value for name, value in found.items() if value is not ...}


def flat_claims(**changed: Any) -> dict[str, Any]:
    return claims(**{"v": ..., "o": ..., "org_id": "org_1", "org_role": "org:admin", "org_slug": "acme", **changed})


def encode(part: Any) -> bytes:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def rs_token(
    payload: Any = None, *, header: Any = None, key: str = KID, bits: int = 2048, hashed: HashAlgorithm | None = None
) -> str:
    """Sign whatever is given with RSA, without the checks that a library would make."""
    header = {"alg": "RS256", "kid": KID, "typ": "JWT"} if header is None else header
    signed = encode(header) + b"." + encode(claims() if payload is None else payload)
    signature = private_key(key, bits).sign(signed, padding.PKCS1v15(), hashed or SHA256())
    return (signed + b"." + encode(signature)).decode()


def hs_token(secret: bytes) -> str:
    signed = encode({"alg": "HS256", "kid": KID}) + b"." + encode(claims())
    return (signed + b"." + encode(hmac.new(secret, signed, hashlib.sha256).digest())).decode()


def ps_token() -> str:
    signed = encode({"alg": "PS256", "kid": KID}) + b"." + encode(claims())
    pss = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=32)
    return (signed + b"." + encode(private_key().sign(signed, pss, SHA256()))).decode()


def rs512_token() -> str:
    return rs_token(header={"alg": "RS512", "kid": KID}, hashed=SHA512())


def unsigned_token(alg: str = "none") -> str:
    return (encode({"alg": alg, "kid": KID}) + b"." + encode(claims()) + b".").decode()


def public_pem() -> bytes:
    public = private_key().public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class KeyServer:
    """What the server answers, changed by the test; `hold` makes every answer wait until it is set."""

    def __init__(self) -> None:
        self.body = key_set(KID)
        self.status = 200
        self.headers: dict[str, str] = {}
        self.requests = 0
        self.hold: threading.Event | None = None
        self.url = ""


@contextmanager
def key_server() -> Iterator[KeyServer]:
    """Serve keys on a free port of this machine."""
    state = KeyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.requests += 1
            if state.hold is not None:
                state.hold.wait(20)
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(state.body)

        def log_message(self, *_arguments: object) -> None:
            """Keep test output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/jwks.json"
    try:
        yield state
    finally:
        if state.hold is not None:
            state.hold.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
