"""Middleware before every view: CORS, and no middleware that API paths do not need."""

import pytest
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpResponse
from django.middleware.common import CommonMiddleware

from billing_site.api_calls import OF_PAGES, past_pages

PUBLIC = "/api/v1/schemas/ErrorModel.json"


class TestAllowedOrigins:
    ORIGIN = "https://app.example"

    def test_may_read_answers(self, client):
        answer = client.get(PUBLIC, headers={"Origin": self.ORIGIN})
        assert answer["Access-Control-Allow-Origin"] == self.ORIGIN
        assert "origin" in answer["Vary"].lower()
        assert "Access-Control-Allow-Credentials" not in answer

    def test_may_ask_before_they_call(self, client):
        asked = {"Origin": self.ORIGIN, "Access-Control-Request-Method": "POST"}
        answer = client.options("/api/v1/org/ledger", headers=asked)
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, self.ORIGIN)
        assert "POST" in answer["Access-Control-Allow-Methods"]
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
        assert (answer["Cache-Control"], "origin" in answer["Vary"].lower()) == ("no-store", True)

    @pytest.mark.parametrize("path", ["/admin/login/", "/healthz", "/webhooks/stripe"])
    def test_may_not_call_what_is_not_the_api(self, client, path):
        assert "Access-Control-Allow-Origin" not in client.options(path, headers={"Origin": self.ORIGIN})

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "https://app.example.evil", "HTTPS://APP.EXAMPLE"]
    )
    def test_others_may_not(self, client, origin):
        assert "Access-Control-Allow-Origin" not in client.get(PUBLIC, headers={"Origin": origin})


class TestApiCalls:
    """API calls skip the page middleware, but their responses have its headers."""

    ADDED = ("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "X-Frame-Options")

    @pytest.fixture
    def _no_pages(self, monkeypatch):
        def refuse(_self, _request):
            raise AssertionError("only for pages")

        for each in OF_PAGES:
            monkeypatch.setattr(each, "__call__", refuse)

    @pytest.mark.usefixtures("_no_pages")
    @pytest.mark.parametrize("path", [PUBLIC, "/v1/organization", "/api/v1/nothing"])
    def test_pass_none_of_it(self, client, path):
        answer = client.get(path)
        assert answer.status_code in (200, 401, 404)
        assert {name: answer[name] for name in self.ADDED} == {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "X-Frame-Options": "DENY",
        }
        assert answer["Content-Length"] == str(len(answer.content))

    @pytest.mark.usefixtures("_no_pages")
    def test_pages_pass_it(self, client):
        with pytest.raises(AssertionError, match="only for pages"):
            client.get("/try")

    def test_are_redirected_to_https(self, settings, client):
        settings.SECURE_SSL_REDIRECT = True
        assert client.get(PUBLIC)["Location"] == f"https://testserver{PUBLIC}"

    def test_to_another_host_are_refused(self, client):
        assert client.get(PUBLIC, headers={"Host": "evil.example"}).status_code == 400

    def test_keep_middleware_that_is_not_for_pages(self):
        def counted(request):
            return HttpResponse()

        class Counting:
            get_response = staticmethod(counted)

            def __call__(self, request):
                return HttpResponse()

        inner = convert_exception_to_response(counted)
        wrapped = convert_exception_to_response(Counting())
        assert past_pages(convert_exception_to_response(CommonMiddleware(wrapped))) is wrapped
        assert past_pages(convert_exception_to_response(CommonMiddleware(inner))) is inner
