"""Pure rules of webhooks: signatures, waits, addresses."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from standardwebhooks import Webhook

from apps.webhooks.addresses import broken_rule
from apps.webhooks.retry_schedule import MOST_TRIES, WAITS, read_retry_after, wait_after
from apps.webhooks.secrets import hint, new_secret, sealed, unsealed
from apps.webhooks.signatures import signed_headers

SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
EVENT = "evt_0190f3a2c4d57e6f8a9b0c1d2e3f4a5b"
BODY = '{"type":"budget.exceeded","data":{"version":7}}'
MOMENT = datetime.fromtimestamp(1_795_000_000, UTC)
SIGNATURE = "v1,EjkXB4WOfvU82sEo1rdid+rjIaT5ficDpOztxHowsok="


class TestSignatures:
    @pytest.mark.parametrize("zone", [UTC, ZoneInfo("Asia/Tokyo")], ids=str)
    def test_the_example_of_the_design(self, zone):
        headers = signed_headers(
            event_id=EVENT, body=BODY, secrets_of_endpoint=[SECRET], now=MOMENT.astimezone(zone).replace(microsecond=9)
        )

        assert headers == {
            "webhook-id": EVENT,
            "webhook-timestamp": "1795000000",
            "webhook-signature": SIGNATURE,
        }

    def test_during_an_overlap_both_secrets_verify(self):
        other, now = new_secret(), datetime.now(UTC)
        headers = signed_headers(event_id=EVENT, body=BODY, secrets_of_endpoint=[other, SECRET], now=now)

        for secret in (SECRET, other):
            Webhook(secret).verify(BODY, headers)

    def test_a_secret_has_32_random_bytes(self):
        assert len(Webhook(new_secret())._whsecret) == 32
        assert new_secret() != new_secret()
        assert hint(SECRET) == "Hh8="


class TestSealing:
    def test_a_stored_secret_cannot_be_read_without_the_key(self):
        stored = sealed(SECRET)

        assert unsealed(stored) == SECRET
        assert SECRET.encode() not in stored
        with override_settings(SECRET_KEY="another"):
            assert unsealed(stored) is None

    def test_a_former_encryption_key_still_decrypts_it(self, settings):
        stored = sealed(SECRET)
        with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
            assert unsealed(stored) == SECRET


class TestWaits:
    def test_ten_tries_in_three_days(self):
        waits = [wait_after(count, retry_after=None, random_below=lambda _: 0) for count in range(1, MOST_TRIES + 1)]

        assert waits == [*WAITS, None]
        assert sum(WAITS, timedelta()) == timedelta(hours=71, minutes=35, seconds=5)

    def test_at_most_a_tenth_earlier(self):
        earliest = wait_after(2, retry_after=None, random_below=lambda limit: limit - 1)

        assert earliest == timedelta(minutes=4, seconds=30)

    @pytest.mark.parametrize(
        ("asked", "wait"),
        [
            (timedelta(seconds=10), timedelta(minutes=5)),
            (timedelta(hours=6), timedelta(hours=6)),
            (timedelta(days=9), timedelta(hours=24)),
        ],
    )
    def test_a_longer_retry_after_is_kept(self, asked, wait):
        assert wait_after(2, retry_after=asked, random_below=lambda _: 0) == wait

    @pytest.mark.parametrize(
        ("text", "wait"),
        [
            ("120", timedelta(seconds=120)),
            ("999999999999999999999", timedelta(hours=24)),
            ("Wed, 18 Nov 2026 12:01:00 GMT", timedelta(minutes=1)),
            ("Wed, 18 Nov 2026 11:01:00 GMT", None),
            ("Wed, 18 Nov 9999 11:01:00 GMT", timedelta(hours=24)),
            ("soon", None),
            ("", None),
            ("-5", None),
            ("²", None),
            ("Wed, 99 Nov 2026 12:01:00 GMT", None),
        ],
    )
    def test_the_header_is_read(self, text, wait, now):
        assert read_retry_after(text, now) == wait


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "https://hooks.example.com",
            "https://hooks.example.com:443/a?b=c",
            "https://hooks.example.com:1024/",
            "https://xn--bcher-kva.example/in",
            "https://1.example.com/",
        ],
    )
    def test_valid_urls_are_accepted(self, url):
        assert broken_rule(url, loopback=False) == ""

    @pytest.mark.parametrize(
        ("url", "rule"),
        [
            ("http://hooks.example.com/", "https"),
            ("ftp://hooks.example.com/", "https"),
            ("hooks.example.com", "https"),
            ("https://me@hooks.example.com/", "user name"),
            ("https://me:secret@hooks.example.com/", "user name"),
            ("https://hooks.example.com:80/", "port"),
            ("https://hooks.example.com:1023/", "port"),
            ("https://hooks.example.com:0/", "port"),
            ("https://hooks.example.com:99999/", "URL"),
            ("https://hooks.example.com/#part", "fragment"),
            ("https://127.0.0.1/", "host name"),
            ("https://[::1]/", "host name"),
            ("https://[::1/", "URL"),
            ("https://2130706433/", "host name"),
            ("https://0x7f.1/", "host name"),
            ("https://127.1/", "host name"),
            ("https://127.0.0.0x1/", "host name"),
            ("https://localhost/", "host name"),
            ("https://intern/", "host name"),
            ("https:///path", "host name"),
            ("https://-.example.com/", "host name"),
            ("https://bücher.example/", "ASCII"),
            ("https://hooks.example.com/a b", "ASCII"),
            ("https://hooks.example.com\\@127.0.0.1/", "ASCII"),
            ("https://hooks.example.com/\r\nx: y", "ASCII"),
            ("https://hooks.example.com/" + "a" * 2_000, "2000 characters"),
        ],
    )
    def test_invalid_urls_are_refused(self, url, rule):
        assert rule in broken_rule(url, loopback=False)

    @pytest.mark.parametrize("url", ["http://127.0.0.1:8000/in", "http://localhost:1024/", "https://[::1]:8443/"])
    def test_this_machine_is_allowed_only_in_development(self, url):
        assert broken_rule(url, loopback=True) == ""
        assert broken_rule(url, loopback=False)

    def test_development_opens_no_other_network(self):
        assert "host name" in broken_rule("http://10.0.0.1:8000/", loopback=True)
