"""`POST /webhooks/stripe`: signed events are stored once and answered at once; nothing is a 5xx."""

import json
from datetime import datetime
from typing import Any, ClassVar

import pytest
from django.db import OperationalError, connection
from django.test import Client

from apps.outbox.models import OutboxMessage
from apps.payments.models import StripeCustomer, StripeEvent
from apps.tenants.models import Organization
from local_stripe.deliveries import sign
from local_stripe.shapes import shape
from tests.payments.desk import SECRET

URL = "/webhooks/stripe"
VERSION = "2026-10-28.endive"


def event(**fields: Any) -> dict[str, Any]:
    body = shape("event", id="evt_1", type="customer.created", api_version=VERSION, created=1_795_000_000)
    return {**body, "data": {"object": shape("customer", id="cus_1")}, **fields}


def encoded(**fields: Any) -> bytes:
    return json.dumps(event(**fields)).encode()


@pytest.fixture
def post(client: Client, settings: Any, now: datetime, db: None) -> Any:
    """Post a body, signed unless told otherwise, and return the answer."""
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]

    def send(body: bytes = b"", header: str | None = None, at: int = 0, secret: str = SECRET, **options: Any) -> Any:
        signature = sign(body, secret, int(now.timestamp()) + at) if header is None else header
        return client.post(
            URL, body, content_type="application/json", headers={"Stripe-Signature": signature}, **options
        )

    return send


class TestStoring:
    def test_keeps_the_event_and_asks_for_a_worker(self, post: Any) -> None:
        assert post(encoded()).status_code == 200
        assert StripeEvent.objects.get().payload == encoded().decode()
        assert OutboxMessage.objects.get().arguments == {"event_id": "evt_1"}

    def test_keeps_a_repeated_one_once(self, post: Any) -> None:
        assert [post(encoded()).status_code for _ in range(5)] == [200] * 5
        assert (StripeEvent.objects.count(), OutboxMessage.objects.count()) == (1, 1)

    def test_takes_one_statement(self, post: Any, django_assert_num_queries: Any) -> None:
        for _ in range(2):
            with django_assert_num_queries(1):
                post(encoded())

    def test_says_503_when_it_cannot_keep_it(self, post: Any) -> None:
        def full(*_: Any) -> None:
            raise OperationalError("could not extend file: No space left on device")

        with connection.execute_wrapper(full):
            answer = post(encoded())
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert not StripeEvent.objects.exists()


class TestSignature:
    @pytest.mark.parametrize(("at", "status"), [(-290, 200), (-310, 400), (290, 200), (310, 400), (3_600, 400)])
    def test_is_about_now_in_both_directions(self, post: Any, at: int, status: int) -> None:
        assert post(encoded(), at=at).status_code == status

    @pytest.mark.parametrize("secrets", [["whsec_old", SECRET], [SECRET, "whsec_old"]])
    def test_any_configured_secret_counts(self, post: Any, settings: Any, secrets: list[str]) -> None:
        settings.STRIPE_WEBHOOK_SECRETS = secrets
        assert [post(encoded(), secret=secret).status_code for secret in secrets] == [200, 200]
        assert post(encoded(), secret="whsec_strange").status_code == 400

    def test_one_of_several_is_enough(self, post: Any, now: datetime) -> None:
        good = sign(encoded(), SECRET, int(now.timestamp()))
        stamp, _, signature = good.partition(",")
        assert post(encoded(), header=f"{stamp},v1={'0' * 64},{signature},v0={'1' * 64}").status_code == 200

    @pytest.mark.parametrize(
        "change",
        [
            lambda good: "",
            lambda good: good.replace("v1=", "v0="),
            lambda good: good.replace("t=", "t=x"),
            lambda good: good.split(",")[0],
            lambda good: good.split(",")[1],
            lambda good: good + "0",
            lambda good: good[:-1],
            lambda good: good.replace("v1=", "v1=\u00e9"),
            lambda good: good.replace("t=", "t=-"),
            lambda good: "t=" + "9" * 400 + ",v1=" + "0" * 64,
            lambda good: good + "," + good.split(",")[0],
            lambda good: "v1=" * 10_000,
            lambda good: good.upper(),
        ],
    )
    def test_anything_else_is_refused(self, post: Any, now: datetime, change: Any) -> None:
        header = change(sign(encoded(), SECRET, int(now.timestamp())))
        assert post(encoded(), header=header).status_code == 400
        assert not StripeEvent.objects.exists()

    def test_covers_the_very_bytes(self, post: Any, now: datetime) -> None:
        header = sign(encoded(), SECRET, int(now.timestamp()))
        for other in (encoded() + b" ", json.dumps(event(), indent=1).encode(), encoded(id="evt_2")):
            assert post(other, header=header).status_code == 400

    def test_no_secret_lets_nothing_in(self, post: Any, settings: Any) -> None:
        settings.STRIPE_WEBHOOK_SECRETS = []
        assert post(encoded(), secret="").status_code == 400


DEEP = b'{"object":"event","data":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}"


class TestBody:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{}",
            b"[]",
            b"null",
            b"1",
            b'"evt_1"',
            b"{",
            b"\xff\xfe",
            b"\xef\xbb\xbf{}",
            DEEP,
            b"[" * 100_000,
            b'{"object":"event","id":NaN}',
            encoded().replace(b'"id": "evt_1"', b'"id": "evt_1", "id": "evt_2"'),
            encoded(id="evt_\u0000"),
            encoded(id="evt_" + "a" * 5_000),
            encoded(id=5),
            encoded(id=None),
            encoded(type=["x"]),
            encoded(type="x'; DROP TABLE"),
            encoded(created="yesterday"),
            encoded(created=10**30),
            encoded(created=-1),
            encoded(created=True),
            encoded(livemode="false"),
            encoded(account={"a": 1}),
            encoded(api_version=[1]),
            encoded(data=None),
            encoded(data={"object": None}),
            encoded(data={"object": []}),
            encoded().replace(b'"evt_1"', b'"evt_\\ud800"'),
            encoded().replace(b"1795000000", b"1e999999999"),
            encoded().replace(b"1795000000", b"9" * 5_000),
        ],
        ids=range(32),
    )
    def test_that_is_no_event_is_refused_though_it_is_signed(self, post: Any, body: bytes) -> None:
        assert post(body).status_code == 400
        assert not StripeEvent.objects.exists()

    def test_too_large_is_413(self, post: Any) -> None:
        assert post(b"x" * 1_000_001).status_code == 413
        assert post(b"x" * 6_000_000).status_code == 413

    @pytest.mark.parametrize("text", ["\u0000", "\ud800", "\u202e", "<script>", "'" * 10, "\U0001f4b8"])
    def test_strange_text_inside_is_kept_as_it_came(self, post: Any, text: str) -> None:
        body = encoded(data={"object": {**shape("customer", id="cus_1"), "name": text}})
        assert post(body).status_code == 200
        assert StripeEvent.objects.get().payload == body.decode()


class TestMethod:
    @pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
    def test_others_are_405(self, client: Client, method: str, db: None) -> None:
        answer = getattr(client, method)(URL)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")

    def test_a_slash_more_is_no_redirect(self, client: Client, db: None) -> None:
        assert client.post(URL + "/", b"{}", content_type="application/json").status_code == 404

    def test_needs_no_csrf_token(self, settings: Any, now: datetime, db: None) -> None:
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        header = {"Stripe-Signature": sign(encoded(), SECRET, int(now.timestamp()))}
        client = Client(enforce_csrf_checks=True)
        assert client.post(URL, encoded(), content_type="application/json", headers=header).status_code == 200


class TestForeign:
    @pytest.fixture(autouse=True)
    def ours(self, acme: Organization, now: datetime) -> None:
        StripeCustomer.objects.create(organization=acme, stripe_id="cus_1", livemode=False, created_at=now)

    @pytest.mark.parametrize(
        ("fields", "state"),
        [
            ({"livemode": True}, "parked"),
            ({"account": "acct_1"}, "parked"),
            ({"api_version": "2020-08-27"}, "parked"),
            ({"api_version": "2026-09-30.dahlia"}, "parked"),
            ({"api_version": None}, "parked"),
            ({"type": "terminal.reader.action_failed"}, "ignored"),
            ({"type": "terminal.reader.action_failed", "livemode": True}, "ignored"),
            ({"type": "terminal.reader.action_failed", "account": "acct_1"}, "ignored"),
            ({"type": "terminal.reader.action_failed", "api_version": "2020-08-27"}, "ignored"),
        ],
    )
    def test_is_recorded_and_posts_nothing(
        self, post: Any, deliver_outbox: Any, now: datetime, fields: Any, state: str
    ) -> None:
        assert post(encoded(**{"type": "customer.deleted", **fields})).status_code == 200
        deliver_outbox(now)
        assert StripeEvent.objects.get().state == state
        assert StripeCustomer.objects.get().deleted_at is None

    @pytest.mark.parametrize(
        "kind", ["checkout.session.completed", "invoice.paid", "refund.created", "charge.dispute.created"]
    )
    def test_a_handled_type_with_another_object_is_parked(
        self, post: Any, deliver_outbox: Any, now: datetime, kind: str
    ) -> None:
        post(encoded(type=kind))
        deliver_outbox(now)
        assert StripeEvent.objects.get().state == "parked"


class TestThin:
    """Thin events, as event destinations send them: https://docs.stripe.com/event-destinations."""

    EVENT: ClassVar[dict[str, Any]] = {
        "id": "evt_test_65RM8sQH2oXnebF5Rpc16RJyfRSCSQvHTnaH3xVB0K6m",
        "object": "v2.core.event",
        "type": "v2.core.account[configuration.merchant].capability_status_updated",
        "livemode": False,
        "created": "2026-11-18T12:00:00.000Z",
        "context": None,
        "reason": None,
        "related_object": {"id": "acct_1", "type": "v2.core.account", "url": "/v2/core/accounts/acct_1"},
    }

    @pytest.mark.parametrize("fields", [{}, {"data": {"note": "x"}}, {"livemode": True}, {"context": "acct_1/acct_2"}])
    def test_is_answered_200_and_parked_saying_so(
        self, post: Any, deliver_outbox: Any, now: datetime, fields: Any
    ) -> None:
        assert post(json.dumps({**self.EVENT, **fields}).encode()).status_code == 200
        deliver_outbox(now)
        event = StripeEvent.objects.get()
        assert (event.state, event.attempts, event.object_id) == ("parked", 0, "acct_1")
        assert event.error.startswith("It is a thin event, which has no object")
