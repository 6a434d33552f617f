"""Middleware before every view: CORS, and no middleware that API paths do not need."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

# What an API call passes: each adds a header to the answer, an id, a log line, a problem, or answers for a file.
OF_EVERY_PATH = [
    "apps.api.middleware.AllowedOriginsMiddleware",
    "apps.api.middleware.ProtectiveHeadersMiddleware",
    "apps.api.middleware.ProblemMiddleware",
    "billing_site.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

PUBLIC = "/api/v1/schemas/ErrorModel.json"


class TestAllowedOrigins:
    ORIGIN = "https://app.example"

    @pytest.fixture(autouse=True)
    def _allowed(self, settings):
        settings.CORS_ALLOWED_ORIGINS = [self.ORIGIN]

    def test_may_read_answers(self, client):
        answer = client.get(PUBLIC, headers={"Origin": self.ORIGIN})
        assert answer["Access-Control-Allow-Origin"] == self.ORIGIN
        assert "Origin" in answer["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer

    def test_may_ask_before_they_call(self, client):
        asked = {"Origin": self.ORIGIN, "Access-Control-Request-Method": "POST"}
        answer = client.options("/api/v1/org/ledger", headers=asked)
        assert (answer.status_code, answer["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
        assert "Idempotency-Key" in answer["Access-Control-Allow-Headers"]

    def test_may_read_refusals(self, client):
        assert client.get("/v1/organization", headers={"Origin": self.ORIGIN})["Access-Control-Allow-Origin"]

    @pytest.mark.parametrize(
        ("status", "sent"),
        [
            (413, {"CONTENT_LENGTH": "99999999"}),
            (411, {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}),
            (415, {"HTTP_CONTENT_ENCODING": "gzip"}),
        ],
    )
    def test_may_read_refusals_of_bodies_that_nobody_reads(self, client, status, sent):
        answer = client.post(PUBLIC, b"{}", "application/json", headers={"Origin": self.ORIGIN}, **sent)
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (status, self.ORIGIN)
        assert (answer["Cache-Control"], "Origin" in answer["Vary"]) == ("no-store", True)

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "https://app.example.evil", "HTTPS://APP.EXAMPLE"]
    )
    def test_others_may_not(self, client, origin):
        assert "Access-Control-Allow-Origin" not in client.get(PUBLIC, headers={"Origin": origin})


class TestMiddlewareOfStaffPages:
    @pytest.mark.parametrize("name", [name for name in settings.MIDDLEWARE if name not in OF_EVERY_PATH])
    def test_hands_an_api_call_straight_on(self, name: str) -> None:
        request, answer = RequestFactory().get("/v1/organization", headers={"Cookie": "sessionid=x"}), HttpResponse()
        before = dict(vars(request))
        assert import_string(name)(lambda _: answer)(request) is answer
        assert (vars(request), dict(answer.headers), dict(answer.cookies)) == (
            before,
            {"Content-Type": "text/html; charset=utf-8"},
            {},
        )

    def test_is_all_that_an_api_call_does_not_pass(self) -> None:
        assert [name for name in settings.MIDDLEWARE if name in OF_EVERY_PATH] == OF_EVERY_PATH
