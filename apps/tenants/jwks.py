"""An in-memory cache of an issuer's public keys, fetched in the background.

At most one fetch per issuer runs at a time, in its own thread. A known key is returned without waiting, even if the
issuer's server is slow or down. Unknown keys cause at most one fetch per cooldown.
"""

import math
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from apps.common.errors import Unavailable
from apps.common.strict_json import NotStrictJson, read_object

FETCH_TIMEOUT_SECONDS = 3.0
COOLDOWN_SECONDS = 10.0
REFRESH_AFTER_SECONDS = 300.0
PATIENCE_SECONDS = 0.5
LARGEST_RESPONSE_BYTES = 256 * 1024
MOST_KEYS = 64
SMALLEST_KEY_BITS = 2048

Keys = Mapping[str, RSAPublicKey]


class KeysUnavailable(Exception):
    """The issuer's server did not return usable keys."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Refuses redirects: keys must come from the configured URL."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def fetch_keys(url: str) -> Keys:
    """Fetch the RSA signing keys published at `url`, by key id.

    Raises:
        KeysUnavailable: the server did not respond in time or returned no usable key.
    """
    if not url.startswith(("https://", "http://")):
        raise KeysUnavailable("the URL is not an HTTP URL")
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked above
    try:
        with _opener.open(request, timeout=FETCH_TIMEOUT_SECONDS) as response:
            return parse_keys(response.read(LARGEST_RESPONSE_BYTES + 1))
    except (OSError, HTTPException, ValueError) as error:
        raise KeysUnavailable(str(error)) from error


def parse_keys(body: bytes) -> Keys:
    """Parse a JSON Web Key Set; keys of other kinds and short keys are skipped.

    Raises:
        KeysUnavailable: it is too large, not a key set, or has no usable key.
    """
    if len(body) > LARGEST_RESPONSE_BYTES:
        raise KeysUnavailable("the key set is too large")
    try:
        listed = read_object(body).get("keys")
    except NotStrictJson as error:
        raise KeysUnavailable("the key set is not a JSON object") from error
    if not isinstance(listed, list):
        raise KeysUnavailable("the response is not a key set")
    keys = {kid: key for kid, key in map(_signing_key, listed[:MOST_KEYS]) if kid and key}
    if not keys:
        raise KeysUnavailable("the key set has no usable key")
    return keys


def _signing_key(jwk: Any) -> tuple[str, RSAPublicKey | None]:
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig" or jwk.get("alg", "RS256") != "RS256":
        return "", None
    kid, modulus, exponent = jwk.get("kid"), jwk.get("n"), jwk.get("e")
    if not (isinstance(kid, str) and isinstance(modulus, str) and isinstance(exponent, str)):
        return "", None
    try:
        key = RSAAlgorithm.from_jwk({"kty": jwk.get("kty"), "n": modulus, "e": exponent})
    except (InvalidKeyError, ValueError):
        return "", None
    usable = isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST_KEY_BITS
    return kid, key if usable and isinstance(key, RSAPublicKey) else None


class _Fetch:
    """One fetch, running in its own thread."""

    def __init__(self, started_at: float) -> None:
        self.started_at = started_at
        self.finished = threading.Event()


class KeyCache:
    """The keys of one issuer. Thread-safe; the lock is never held during a fetch."""

    def __init__(
        self,
        url: str,
        *,
        fetch: Callable[[str], Keys] = fetch_keys,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: Keys = {}
        self._loaded_at = 0.0
        self._running: _Fetch | None = None
        self._next_fetch_at = -math.inf

    def key(self, kid: str) -> RSAPublicKey | None:
        """Return the key with this id, or None if the issuer has no such key.

        Raises:
            Unavailable: the keys were never fetched and the issuer's server does not respond.
        """
        known = self._keys.get(kid)
        if known is not None:
            if self._clock() - self._loaded_at > REFRESH_AFTER_SECONDS:
                self._start_or_join()
            return known
        fetch, started_here = self._start_or_join()
        if fetch is not None:
            fetch.finished.wait(self._patience(fetch, started_here=started_here))
        if not self._keys:
            raise Unavailable("The keys that verify session tokens cannot be fetched.")
        return self._keys.get(kid)

    def _patience(self, fetch: _Fetch, *, started_here: bool) -> float:
        """Return how many seconds to wait for a fetch: the full timeout if started here or no key is known."""
        limit = FETCH_TIMEOUT_SECONDS if started_here or not self._keys else PATIENCE_SECONDS
        return max(0.0, fetch.started_at + limit - self._clock())

    def _start_or_join(self) -> tuple[_Fetch | None, bool]:
        """Start a fetch, or return the running one, or None during the cooldown."""
        with self._lock:
            now = self._clock()
            running = self._running
            if running is not None and now - running.started_at < FETCH_TIMEOUT_SECONDS:
                return running, False
            if now < self._next_fetch_at:
                return None, False
            fetch = self._running = _Fetch(now)
            if self._keys:
                self._next_fetch_at = now + COOLDOWN_SECONDS
        threading.Thread(target=self._run, args=(fetch,), name="jwks", daemon=True).start()
        return fetch, True

    def _run(self, fetch: _Fetch) -> None:
        try:
            keys = self._fetch(self._url)
        except KeysUnavailable:
            self._finish(fetch, None)
        else:
            self._finish(fetch, keys)

    def _finish(self, fetch: _Fetch, keys: Keys | None) -> None:
        with self._lock:
            if keys is None:
                self._next_fetch_at = fetch.started_at + COOLDOWN_SECONDS
            elif self._running is fetch:
                self._keys, self._loaded_at = keys, fetch.started_at
            if self._running is fetch:
                self._running = None
        fetch.finished.set()
