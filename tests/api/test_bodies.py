"""Bodies have the documented members and no others; each bad value is named."""

import gzip

import pytest
from django.urls import path
from rest_framework.response import Response

from apps.api.bodies import RequestBody, read_body
from apps.api.fields import StrictInteger, StrictText
from apps.api.views import PublicView
from billing_site.urls import handler400, handler403, handler404, handler500  # noqa: F401


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
