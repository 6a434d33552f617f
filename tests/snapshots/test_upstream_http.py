"""An upstream account over HTTP: valid answers are read exactly, invalid ones are named failures."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from apps.common.periods import parse_month
from apps.snapshots.errors import CollectionProblem
from apps.snapshots.providers import UpstreamAccount
from apps.snapshots.readings import UsageLine
from apps.tenants.models import Organization
from tests.snapshots.upstream import ACCOUNT, NAME, SECRET, Answer, Upstream, serving

Serve = Callable[..., Upstream]

BALANCE = {
    "organization_id": "upstream-7",
    "amount": "1234.567891",
    "currency": "EUR",
    "collected_at": "2026-11-18T11:55:00+01:00",
}
LINES = [
    {"service": "sms", "operator": "Orange", "unit": "message", "quantity": "1200", "amount": "36.0012"},
    {"service": "voice", "operator": None, "unit": "minute", "quantity": "12.5", "amount": "0.9988"},
]
COSTS = {
    "organization_id": "upstream-7",
    "year": 2026,
    "month": 11,
    "collected_at": "2026-11-18T11:55:00Z",
    "currency": "EUR",
    "fees": {"monthly_fees": "99", "one_time_fees": "0", "usage_fees": "37", "total": "136.00"},
    "usage_lines": LINES,
}
NOVEMBER = parse_month("2026-11")


@pytest.fixture
def customer() -> Organization:
    return Organization(name="Acme", slug="acme", currency="EUR")


@pytest.fixture
def serve(settings: Any) -> Iterator[Serve]:
    """Start an upstream that the settings name."""
    with ExitStack() as stack:

        def start(*answers: Answer) -> Upstream:
            upstream = Upstream(*answers)
            settings.SNAPSHOT_UPSTREAMS = {NAME: stack.enter_context(serving(upstream)) + "/"}
            settings.SNAPSHOT_UPSTREAM_SECRETS = {NAME: SECRET}
            settings.SNAPSHOT_UPSTREAM_TIMEOUT_SECONDS = 1
            return upstream

        yield start


@pytest.fixture
def account() -> UpstreamAccount:
    return UpstreamAccount(upstream=NAME, external_account=ACCOUNT)


class TestBalance:
    def test_is_read_exactly_with_its_moment_in_utc(
        self, serve: Serve, account: UpstreamAccount, customer: Organization, now: datetime
    ) -> None:
        upstream = serve(Answer(BALANCE))
        reading = account.balance(customer, now)
        assert (reading.amount_micros, reading.currency) == (1_234_567_891, "EUR")
        assert reading.observed_at == datetime(2026, 11, 18, 10, 55, tzinfo=UTC)
        assert upstream.requests == [("/accounts/acc_1/balance", f"Bearer {SECRET}")]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"amount": 12.5},
            {"amount": "NaN"},
            {"amount": "1e3"},
            {"amount": "0.0000001"},
            {"amount": "99999999999999"},
            {"amount": "1_000"},
            {"amount": "١٢"},
            {"amount": None},
            {"currency": "USD"},
            {"currency": None},
            {"collected_at": "2026-11-18T11:55:00"},
            {"collected_at": "2026-11-18T12:06:00Z"},
            {"collected_at": "0001-01-01T00:00:00+00:01"},
            {"collected_at": 1794999999},
        ],
    )
    def test_that_cannot_be_right_is_a_bad_answer(
        self,
        serve: Serve,
        account: UpstreamAccount,
        customer: Organization,
        now: datetime,
        wrong: dict[str, Any],
    ) -> None:
        serve(Answer({**BALANCE, **wrong}))
        with pytest.raises(CollectionProblem, match=next(iter(wrong))) as caught:
            account.balance(customer, now)
        assert caught.value.reason == "bad_answer"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>",
            b"[]",
            b'{"amount": NaN}',
            b'{"amount": "1", "amount": "2"}',
            b'{"amount": "\xff"}',
            b'{"a":' * 5_000,
            b'{"amount": ' + b"9" * 5_000 + b"}",
        ],
    )
    def test_that_is_no_plain_json_object_is_a_bad_answer(
        self, serve: Serve, account: UpstreamAccount, customer: Organization, now: datetime, body: bytes
    ) -> None:
        serve(Answer(body))
        with pytest.raises(CollectionProblem, match="the body is not") as caught:
            account.balance(customer, now)
        assert caught.value.reason == "bad_answer"

    def test_of_two_megabytes_is_refused_unread(
        self, serve: Serve, account: UpstreamAccount, customer: Organization, now: datetime
    ) -> None:
        serve(Answer(b'{"amount": "1", "pad": "' + b" " * 2_000_000 + b'"}'))
        with pytest.raises(CollectionProblem, match="larger than 1000000 bytes"):
            account.balance(customer, now)

    def test_survives_one_failure_and_not_two(
        self, serve: Serve, account: UpstreamAccount, customer: Organization, now: datetime
    ) -> None:
        upstream = serve(Answer(status=503), Answer(BALANCE), Answer(status=503))
        assert account.balance(customer, now).amount_micros == 1_234_567_891
        with pytest.raises(CollectionProblem, match="answered 503") as caught:
            account.balance(customer, now)
        assert (caught.value.reason, len(upstream.requests)) == ("unreachable", 4)

    def test_that_never_comes_is_given_up(
        self, serve: Serve, account: UpstreamAccount, customer: Organization, now: datetime, settings: Any
    ) -> None:
        serve(Answer(hangs=True))
        settings.SNAPSHOT_UPSTREAM_TIMEOUT_SECONDS = 0.05
        with pytest.raises(CollectionProblem, match="no answer") as caught:
            account.balance(customer, now)
        assert caught.value.reason == "unreachable"

    @pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403])
    def test_refused_or_sent_elsewhere_is_not_tried_again(
        self, serve: Serve, account: UpstreamAccount, customer: Organization, now: datetime, status: int
    ) -> None:
        upstream = serve(Answer(status=status, headers={"Location": "http://169.254.169.254/"}))
        with pytest.raises(CollectionProblem, match=f"answered {status}") as caught:
            account.balance(customer, now)
        assert (caught.value.reason, len(upstream.requests)) == ("refused", 1)

    def test_at_an_upstream_without_secret_is_not_asked_for(
        self, serve: Serve, account: UpstreamAccount, customer: Organization, now: datetime, settings: Any
    ) -> None:
        upstream = serve(Answer(BALANCE))
        settings.SNAPSHOT_UPSTREAM_SECRETS = {}
        with pytest.raises(CollectionProblem) as caught:
            account.balance(customer, now)
        assert (caught.value.reason, upstream.requests) == ("misconfigured", [])

    def test_failing_never_tells_the_secret(
        self, serve: Serve, account: UpstreamAccount, customer: Organization, now: datetime
    ) -> None:
        serve(Answer({"amount": SECRET}))
        with pytest.raises(CollectionProblem) as caught:
            account.balance(customer, now)
        assert SECRET not in str(caught.value)


class TestCosts:
    def test_are_read_exactly(
        self, serve: Serve, account: UpstreamAccount, customer: Organization, now: datetime
    ) -> None:
        upstream = serve(Answer(COSTS))
        reading = account.costs(customer, NOVEMBER, now)
        assert reading is not None
        assert reading.usage_lines == (
            UsageLine("sms", "Orange", "message", 1_200_000_000, 36_001_200),  # type: ignore[arg-type]
            UsageLine("voice", None, "minute", 12_500_000, 998_800),  # type: ignore[arg-type]
        )
        assert (reading.monthly_fees_micros, reading.usage_fees_micros) == (99_000_000, 37_000_000)
        assert reading.total_micros == 136_000_000
        assert upstream.requests[0][0] == "/accounts/acc_1/costs?year=2026&month=11"

    def test_are_none_while_the_upstream_has_none(
        self, serve: Serve, account: UpstreamAccount, customer: Organization, now: datetime
    ) -> None:
        serve(Answer(status=404))
        assert account.costs(customer, NOVEMBER, now) is None

    @pytest.mark.parametrize(
        ("wrong", "complaint"),
        [
            ({"month": 4}, "another month"),
            ({"year": "2026"}, "year is not a whole number"),
            ({"month": True}, "month is not a whole number"),
            ({"fees": None}, "fees is not an object"),
            ({"fees": {**COSTS["fees"], "usage_fees": "37.01"}}, "do not add up"),
            ({"fees": {**COSTS["fees"], "total": "135.99"}}, "do not add up"),
            ({"usage_lines": LINES[:1]}, "do not add up"),
            ({"usage_lines": None}, "usage_lines is not a list"),
            ({"usage_lines": [1]}, "usage_lines is not a list"),
            ({"usage_lines": [{**LINES[0], "service": ""}]}, "service is not a printable text"),
            ({"usage_lines": [{**LINES[0], "operator": "a\u0000b"}]}, "operator is not a printable text"),
            ({"usage_lines": [{**LINES[0], "quantity": 12}]}, "quantity is not a decimal string"),
            ({"usage_lines": [{**LINES[0], "amount": "5" + "0" * 12}] * 3}, "do not add up"),
        ],
    )
    def test_that_cannot_be_right_are_a_bad_answer(
        self,
        serve: Serve,
        account: UpstreamAccount,
        customer: Organization,
        now: datetime,
        wrong: dict[str, Any],
        complaint: str,
    ) -> None:
        serve(Answer({**COSTS, **wrong}))
        with pytest.raises(CollectionProblem, match=complaint) as caught:
            account.costs(customer, NOVEMBER, now)
        assert caught.value.reason == "bad_answer"
