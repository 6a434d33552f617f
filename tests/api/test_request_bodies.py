"""Bodies are read strictly, with documented members only; each invalid value is named."""

import gzip
from decimal import Decimal

import pytest
from django.urls import path

from apps.api.fields import StrictInteger, StrictText
from apps.api.problems import InvalidInput, MalformedBody
from apps.api.request_bodies import RequestBody, read_body, read_json
from apps.api.responses import Response
from apps.api.views import PublicView
from billing_site.urls import handler400, handler403, handler404, handler500  # noqa: F401


class TestReadJson:
    def test_keeps_fractions_exact(self):
        assert read_json(b'{"a": 999999999999.999999, "b": -3}') == {"a": Decimal("999999999999.999999"), "b": -3}

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"{",
            b"{'a': 1}",
            b"\xff",
            b"\xef\xbb\xbf{}",
            b'"\x00"',
            b"NaN",
            b"-Infinity",
            b'{"a": Infinity}',
            b'{"a": 1, "a": 2}',
            b'{"a": 1, "\\u0061": 1}',
            b"[" * 33 + b"]" * 33,
            b"[" * 1_000_000,
            b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
            b"1_000",
            "١٢٣".encode(),
            b"0x10",
            b"01",
        ],
        ids=range(18),
    )
    def test_refuses_what_is_not_json(self, raw):
        with pytest.raises(MalformedBody):
            read_json(raw)

    @pytest.mark.parametrize(
        "text", ["1" * 30, "9223372036854775808", "-9223372036854775809", "1e400", "1E+999999999", "0e999999999999"]
    )
    def test_refuses_numbers_that_no_field_can_hold(self, text):
        with pytest.raises(InvalidInput) as refusal:
            read_json(b'{"a": [{"b": 1}, {"b": %s}]}' % text.encode())
        assert [(error.location, error.value) for error in refusal.value.errors] == [("body.a[1].b", text)]

    @pytest.mark.parametrize("digits", ["0." + "1" * 60, "1." + "0" * 5_000, "1e" + "9" * 30, "-1e-" + "9" * 30])
    def test_refuses_endless_fractions(self, digits):
        with pytest.raises(InvalidInput, match="body"):
            read_json(digits.encode())

    @pytest.mark.parametrize(
        ("raw", "location"),
        [
            (b'{"code": "a\\u0000b"}', "body.code"),
            (b'{"items": [{"a": "\\ud800"}]}', "body.items[0].a"),
            (b'{"\\u0000": 1}', "body"),
        ],
    )
    def test_names_where_forbidden_text_was(self, raw, location):
        with pytest.raises(InvalidInput) as refusal:
            read_json(raw)
        assert refusal.value.errors[0].location == location

    def test_reads_escaped_pairs_and_backslashes(self):
        assert read_json(b'["\\ud83d\\ude00", "\\\\u0000"]') == ["😀", "\\u0000"]

    def test_counts_depth_outside_of_text(self):
        assert read_json(b'["' + b"[" * 100 + b'\\"[{"]') == ["[" * 100 + '"[{']


class Order(RequestBody):
    amount = StrictInteger(least=1, most=100)
    note = StrictText(max_length=5, required=False)


class Ordering(PublicView):
    def post(self, request):
        return Response(read_body(request, Order))


urlpatterns = [path("order", Ordering.as_view())]


@pytest.mark.urls(__name__)
class TestReadBody:
    def test_reads_the_documented_members(self, client):
        body = {"amount": 5, "$schema": "https://billing.example/x.json"}
        assert client.post("/order", body, content_type="application/json").json() == {"amount": 5}

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ({}, {"location": "body.amount", "message": "This field is required."}),
            ({"amount": 0}, {"location": "body.amount", "message": "must be at least 1", "value": 0}),
            ({"amount": "5"}, {"location": "body.amount", "message": "must be an integer", "value": "5"}),
            ({"amount": [5]}, {"location": "body.amount", "message": "must be an integer", "value": "[…]"}),
            ({"amount": 1, "note": 7}, {"location": "body.note", "message": "Not a valid string.", "value": 7}),
            (
                {"amount": 2**70},
                {"location": "body.amount", "message": "an integer needs more than 64 bits", "value": str(2**70)},
            ),
            (
                {"amount": 1, "isStaff": 2**70},
                {"location": "body.isStaff", "message": "an integer needs more than 64 bits", "value": str(2**70)},
            ),
            *[
                (
                    {"amount": 1, "$schema": schema},
                    {"location": "body.$schema", "message": "must be a URI", "value": schema},
                )
                for schema in (5, None, "", "x.json", "https://a b", True)
            ],
            (
                {"amount": 1, "isStaff": True},
                {"location": "body.isStaff", "message": "is not a member of this body", "value": True},
            ),
        ],
    )
    def test_names_each_bad_value(self, client, body, error):
        answer = client.post("/order", body, content_type="application/json")
        assert answer.status_code == 422
        assert answer.json()["errors"] == [error]

    @pytest.mark.parametrize("body", [[], [1], "text", 5, None])
    def test_takes_objects_only(self, client, body):
        answer = client.post("/order", body, content_type="application/json")
        assert answer.status_code in (400, 422)
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_bounds_what_it_repeats(self, client):
        strange = {f"{number:0>9000}": "x" * 2_000 for number in range(4)}
        answer = client.post("/order", strange, content_type="application/json")
        assert answer.status_code == 422
        assert len(answer.content) < 5_000

    def test_takes_no_compressed_body_where_the_view_does_not_say_so(self, client):
        packed = gzip.compress(b'{"amount": 5}')
        answer = client.post("/order", packed, content_type="application/json", headers={"Content-Encoding": "gzip"})
        assert (answer.status_code, answer.json()["detail"]) == (415, "Send the body without a content encoding.")

    def test_asks_for_a_body(self, client):
        assert client.post("/order").status_code in (415, 422)
