"""Every error on every path is a problem with a request id; the admin has HTML error pages."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import path

from apps.api.fields import StrictInteger
from apps.api.problems import FieldError, InvalidInput
from apps.api.query_parameters import DAYS, read_integers
from apps.api.responses import Response
from apps.api.views import ApiView, PublicView
from apps.common.errors import Gone, InsufficientFunds, TooManyRequests
from billing_site import urls as site
from billing_site.urls import handler400, handler403, handler404, handler500  # noqa: F401

RAISED = {
    "gone": Gone("It ended."),
    "funds": InsufficientFunds(),
    "slow-down": TooManyRequests(retry_after_seconds=7),
    "database": OperationalError("server closed the connection"),
    "fault": ZeroDivisionError("secret detail"),
    "values": InvalidInput([FieldError("body.amount", "must be positive", 10**40)]),
    "voucher": InvalidInput([FieldError("body.code", "is wrong", "SECRET-CODE")]),
}


class Raising(PublicView):
    def get(self, request, name):
        raise RAISED[name]


class Taking(PublicView):
    def get(self, request):
        return Response({"days": read_integers(request, DAYS)[0]})

    def post(self, request):
        return Response({"amount": StrictInteger(least=1, most=10).run_validation(request.data["amount"])})


class Summary(Taking):
    invalid_input_status = 400


class Forgotten(ApiView):
    def get(self, request):
        return Response({"secret": 1})


urlpatterns = [
    path("api/v1/org/raising/<name>", Raising.as_view()),
    path("taking", Taking.as_view()),
    path("summary", Summary.as_view()),
    path("forgotten", Forgotten.as_view()),
    *site.urlpatterns,
]


@pytest.fixture
def http():
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


def problem(answer, status):
    body = answer.json()
    assert answer.status_code == status == body["status"]
    assert answer["Content-Type"] == "application/problem+json"
    assert body["instance"] == f"urn:request:{answer['X-Request-ID']}"
    assert body["type"] == f"https://billing.example/problems/{body['code']}"
    return body


@pytest.mark.urls(__name__)
class TestProblems:
    @pytest.mark.parametrize(
        ("name", "status", "code"),
        [
            ("gone", 410, "gone"),
            ("funds", 402, "insufficient_funds"),
            ("slow-down", 429, "too_many_requests"),
            ("database", 503, "unavailable"),
            ("fault", 500, "internal_error"),
        ],
    )
    def test_say_the_category_and_nothing_of_the_inside(self, http, name, status, code):
        answer = http.get(f"/api/v1/org/raising/{name}")
        assert problem(answer, status)["code"] == code
        assert b"secret" not in answer.content
        assert b"server closed" not in answer.content

    def test_name_the_schema_first_on_the_org_billing_surface(self, http):
        body = http.get("/api/v1/org/raising/gone").json()
        assert list(body) == ["$schema", "code", "detail", "instance", "status", "title", "type"]
        assert body["$schema"] == "https://billing.example/api/v1/schemas/ErrorModel.json"

    def test_have_no_schema_elsewhere(self, http):
        assert "$schema" not in http.get("/nowhere").json()

    def test_say_when_to_come_back(self, http):
        assert http.get("/api/v1/org/raising/slow-down")["Retry-After"] == "7"

    def test_bound_the_value_they_repeat(self, http):
        error = http.get("/api/v1/org/raising/values").json()["errors"][0]
        assert error["location"] == "body.amount"
        assert error["value"] == "1" + "0" * 40

    def test_never_repeat_a_secret(self, http):
        assert b"SECRET-CODE" not in http.get("/api/v1/org/raising/voucher").content

    def test_keep_the_caller_s_request_id_where_it_is_plain(self, http):
        assert http.get("/nowhere", headers={"X-Request-ID": "abc-1"})["X-Request-ID"] == "abc-1"

    @pytest.mark.parametrize("given", ["a b", "x" * 65, "<script>", "a\r\nSet-Cookie: b", ""])
    def test_replace_a_strange_request_id(self, http, given):
        assert http.get("/nowhere", headers={"X-Request-ID": given})["X-Request-ID"].isalnum()

    def test_close_a_view_that_declared_nobody(self, http):
        problem(http.get("/forgotten"), 403)


@pytest.mark.urls(__name__)
class TestBadInput:
    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ("{", 400),
            ('{"amount": 1, "amount": 2}', 400),
            ('{"amount": NaN}', 400),
            ("[" * 5_000, 400),
            ('{"amount": "5"}', 422),
            ('{"amount": true}', 422),
            ('{"amount": 5.0}', 422),
            ('{"amount": -0}', 422),
            ('{"amount": ' + "1" * 30 + "}", 422),
            ('{"amount": 5, "note": "' + "x" * 70_000 + '"}', 413),
            ('{"amount": 5, "note": "' + "x" * 3_000_000 + '"}', 413),
        ],
        ids=range(11),
    )
    def test_is_a_clear_refusal(self, http, body, status):
        problem(http.post("/taking", body, content_type="application/json"), status)

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", ""]
    )
    def test_in_another_media_type_is_415(self, http, content_type):
        problem(http.generic("POST", "/taking", b'{"amount": 5}', content_type=content_type), 415)

    def test_is_never_inflated(self, http):
        answer = http.post(
            "/taking", b"\x1f\x8b", content_type="application/json", headers={"Content-Encoding": "gzip"}
        )
        problem(answer, 415)

    def test_of_unknown_length_is_refused(self, http):
        answer = http.post("/taking", headers={"Transfer-Encoding": "chunked"}, CONTENT_LENGTH="")
        problem(answer, 411)

    @pytest.mark.parametrize(
        "query",
        [
            "days=0",
            "days=366",
            "days=abc",
            "days=1_0",
            "days=١٢",
            "days=5.0",
            "days=" + "0" * 18 + "7",
            "days=%00",
            "days=1&days=2",
            "days=",
        ],
    )
    def test_of_the_query_names_the_parameter(self, http, query):
        assert problem(http.get(f"/taking?{query}"), 422)["errors"][0]["location"] == "query.days"

    @pytest.mark.parametrize(("query", "days"), [("days=05", 5), ("days=030", 30), ("days=" + "0" * 17 + "7", 7)])
    def test_zeros_before_a_number_are_none_of_it(self, http, query, days):
        assert http.get(f"/taking?{query}").json() == {"days": days}

    def test_answers_the_status_its_surface_documents(self, http):
        problem(http.get("/summary?days=0"), 400)

    def test_of_another_name_is_ignored(self, http):
        assert http.get("/taking?nights=-1").json() == {"days": 30}

    def test_of_five_thousand_parameters_is_refused(self, http):
        problem(http.get("/taking?" + "&".join(f"a{n}=1" for n in range(5_000))), 400)


@pytest.mark.urls(__name__)
class TestMethods:
    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
    def test_not_implemented_are_405(self, http, method):
        answer = http.generic(method, "/taking")
        problem(answer, 405)
        assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"

    def test_options_needs_no_credential(self, http):
        answer = http.options("/forgotten")
        assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS")

    def test_head_answers_like_get(self, http):
        assert http.head("/taking").status_code == 200


class TestDjango:
    def test_unknown_host(self, http):
        problem(http.get("/nowhere", headers={"Host": "evil.example"}), 400)

    def test_form_without_its_token(self, http, settings):
        settings.ROOT_URLCONF = "tests.api.plain_urls"
        problem(http.post("/plain"), 403)

    def test_plain_method_refusal(self, http, settings):
        settings.ROOT_URLCONF = "tests.api.plain_urls"
        answer = http.get("/plain")
        problem(answer, 405)
        assert answer["Allow"] == "POST"

    def test_admin_answers_pages(self, http):
        answer = http.get("/admin/nowhere/")
        assert answer["Content-Type"].startswith("text/html")

    @pytest.mark.parametrize("code", ["not_found", "insufficient_funds", "malformed_body"])
    def test_type_resolves(self, http, code):
        assert code.encode() in http.get(f"/problems/{code}").content

    def test_unknown_type_is_not_found(self, http):
        problem(http.get("/problems/nothing"), 404)

    def test_protective_headers(self, http):
        answer = http.get("/nowhere")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer["Cache-Control"] == "no-store"
