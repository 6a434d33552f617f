"""Malformed requests to every route get a 4xx problem or an answer, never a 5xx."""

import itertools
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from apps.api.authentication import ReportSignature
from apps.tenants.models import Organization
from tests.api.routes import CALLS, ROUTES
from tests.api.test_credentials import own
from tests.cases import for_each

NUMBERS = [
    *["", "abc", "-1", "0", "-0", "1.0", "1e3", "1_0", "0x10", "+1", " 1", "01", "NaN", "Infinity", "-Infinity"],
    *[
        "1e400",
        "true",
        "null",
        "[]",
        "{}",
        "9" * 30,
        "-" + "9" * 30,
        "9223372036854775808",
        "\u0661\u0662",
        "\uff11",
        "1\u200b",
    ],
    *["\u202e1", "\x00", "1\x00", "x" * 5_000, "'; DROP TABLE x; --", "{{7*7}}", "<script>", "../etc/passwd", "%s%n"],
]
TEXTS = [quote(text) for text in NUMBERS] + ["%", "%zz", "%00", "%ed%a0%80", "%ff%fe"]
BODIES = {
    "empty": b"",
    "not json": b"{",
    "list": b"[]",
    "text": b'"text"',
    "null": b"null",
    "number": b"1",
    "nan": b'{"amount": NaN}',
    "duplicate": b'{"amount": 1, "amount": 2}',
    "deep list": b"[" * 50_000,
    "deep object": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "30 digits": b'{"amount": ' + b"9" * 30 + b"}",
    "many digits": b'{"amount": ' + b"9" * 10_000 + b"}",
    "exponent": b'{"amount": 1E+999999999}',
    "nul": b'{"code": "\\u0000", "contractId": "\\u0000"}',
    "raw nul": b'{"code": "\x00"}',
    "surrogate": b'{"code": "\\ud800", "contractId": "\\udfff"}',
    "not utf-8": b'{"code": "\xff\xfe"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "long": b'{"code": "' + b"x" * 60_000 + b'"}',
    "10 MB": b'{"code": "' + b"x" * 10_000_000 + b'"}',
    "many members": b"{" + b",".join(b'"a%d": 1' % number for number in range(5_000)) + b"}",
    "wrong types": b'{"amount": {}, "code": [], "contractId": true, "currency": 5}',
    "more wrong types": b'{"amount": "5", "code": 7, "contractId": "x", "currency": null}',
    "mass assignment": b'{"tenantId": "x", "balance": 1, "newBalance": 1, "isStaff": true, "price": 0, "paid": true}',
}
MEDIA = [
    {"content_type": "text/plain"},
    {"content_type": "application/xml"},
    {"content_type": "application/x-www-form-urlencoded"},
    {"content_type": "multipart/form-data; boundary=x"},
    {"content_type": "multipart/form-data"},
    {"content_type": "application/json; charset=utf-16"},
    {"content_type": "application/json; charset=nothing"},
    {"content_type": "application/problem+json"},
    {"content_type": "/"},
    {"content_type": ""},
    {"content_type": "application/json", "headers": {"Content-Encoding": "gzip"}},
    {"content_type": "application/json", "CONTENT_LENGTH": "-1"},
    {"content_type": "application/json", "CONTENT_LENGTH": "1e9"},
    {"content_type": "application/json", "CONTENT_LENGTH": "9" * 30},
]
HEADERS = [
    {"Authorization": "Bearer " + "x" * 100_000},
    {"Authorization": "Bearer \xff"},
    {"Authorization": "Bearer " + "a." * 5_000},
    {"X-API-KEY": "\x00"},
    {"X-API-KEY": "bk_" + "x" * 100_000},
    {"Accept": "application/xml"},
    {"Accept": "\xff"},
    {"Host": "evil.example"},
    {"Host": "\xff"},
    {"X-Request-ID": "x" * 100_000},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Range": "bytes=0-1"},
    {"If-Modified-Since": "nonsense"},
    {"Idempotency-Key": "x" * 100_000},
    {"Cookie": "sessionid=" + "x" * 10_000},
]
METHODS = ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "BREW"]


# The answer of /readyz depends on the state of the site, not on the request.
ANSWERING = [route for route in ROUTES if route.path != "/readyz"]


POSTS = [(route, method) for route, method in CALLS if method == "POST"]
# Bodies of signed reports are read after their signature only; tests/api/usage_events/test_signed_reports.py has them.
TAKING = [
    (route, method)
    for route, method in CALLS
    if "requestBody" in route.operation(method) and route.view.authentication_classes != (ReportSignature,)
]

each_call = for_each({f"{method} {route.path}": {"route": route, "method": method} for route, method in CALLS})
each_post = for_each({route.path: {"route": route, "method": method} for route, method in POSTS})
each_taking_call = for_each({route.path: {"route": route, "method": method} for route, method in TAKING})
each_answering_route = for_each({route.path: {"route": route} for route in ANSWERING})

# Links of emails, which people open in a browser.
LINKS = ("/mail/unsubscribe/", "/top-ups/confirm/")


@pytest.fixture
def acme(kept_acme, db, frozen):
    return Organization.objects.get(pk=kept_acme.pk)


def row_counts():
    """Return the number of rows of every table."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', COUNT(*) FROM {table}" for table in tables))
        return dict(cursor.fetchall())


@pytest.fixture
def refused(acme):
    """Send a call and return what is wrong with the answer, or None."""
    http = Client(raise_request_exception=False)

    def send(method, url, body=b"", *, headers=None, allowed=range(200, 500), **options):
        answer = http.generic(method, url, body, headers=headers, **options)
        said_why = answer.status_code < 400 or answer.headers["Content-Type"] == "application/problem+json"
        if url.startswith(LINKS) and answer.status_code == 404:
            said_why = said_why or b"This link does not work" in answer.content
        if answer.status_code in allowed and said_why and answer.headers["X-Request-ID"]:
            return None
        return f"{method} {url[:80]} {body[:30]!r} {str(options)[:60]}: {answer.status_code}"

    return send


def none_but(found):
    return [each for each in found if each is not None]


class TestOperation:
    @each_call
    def test_query(self, route, method, refused, acme):
        headers = own(route, acme) if route.view.authentication_classes else {}
        names = [each["name"] for each in route.operation(method).get("parameters", []) if each.get("in") == "query"]
        queries = [f"{name}={text}" for name, text in itertools.product(names, TEXTS)]
        queries += [
            "&".join(f"a{number}=1" for number in range(5_000)),
            "=",
            "&&&",
            "days=1&days=1",
            "%00=%00",
            "?" * 1_000,
        ]
        assert none_but(refused(method, f"{route.url}?{query}", headers=headers) for query in queries) == []

    @each_call
    def test_bodies_that_only_a_parser_should_see_are_refused(self, route, method, refused, acme):
        headers = own(route, acme) if route.view.authentication_classes else {}
        sent = {"headers": headers, "content_type": "application/json", "allowed": [413]}
        assert none_but([refused(method, route.url, BODIES["10 MB"], **sent)]) == []


class TestPost:
    @each_post
    def test_body(self, route, method, refused, acme):
        headers = own(route, acme) if route.view.authentication_classes else {}
        sent = {"headers": headers, "content_type": "application/json"}
        assert none_but(refused(method, route.url, body, **sent) for body in BODIES.values()) == []

    @each_post
    def test_media_type(self, route, method, refused, acme):
        headers = own(route, acme) if route.view.authentication_classes else {}
        found = [
            refused(method, route.url, b'{"a": 1}', **{**media, "headers": headers | media.get("headers", {})})
            for media in MEDIA
        ]
        assert none_but(found) == []


@each_taking_call
def test_members_that_nobody_documented_change_nothing(route, method, refused, acme):
    headers, before = own(route, acme), row_counts()
    sent = {"headers": headers, "content_type": "application/json", "allowed": [200, route.view.invalid_input_status]}
    assert refused(method, route.url, BODIES["mass assignment"], **sent) is None
    after = row_counts()
    assert after == before | {"tenants_identitylink": after["tenants_identitylink"]}


class TestRoute:
    @each_answering_route
    def test_header(self, route, refused):
        assert none_but(refused("GET", route.url, headers=headers) for headers in HEADERS) == []

    @each_answering_route
    def test_method(self, route, refused):
        others = [method for method in METHODS if method not in route.methods]
        assert none_but(refused(method, route.url, allowed=[405]) for method in others) == []

    @each_answering_route
    def test_path(self, route, refused):
        changed = ["{}/", "/{}", "{}%00", "{}%2f", "{}/..", "{}.json", "{};a=b", "{}" + "x" * 9_000]
        assert none_but(refused("GET", change.format(route.url)) for change in changed) == []


@pytest.mark.parametrize(
    "url", ["/api", "/api/v1/org", "/api//", "/%", "/%ff", "/api/v1/org/%00", "/" + "a/" * 4_000, "/é"]
)
def test_unknown_path_is_a_problem(refused, url):
    assert refused("GET", url, allowed=[404]) is None
    assert refused("POST", url, b"{", allowed=[404], content_type="application/json") is None
