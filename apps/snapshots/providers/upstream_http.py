"""Read an account at an upstream over HTTP. Only the settings configure upstreams; tenants cannot.

    GET <base URL>/accounts/<external account>/balance
    GET <base URL>/accounts/<external account>/costs?year=2026&month=4

return the same documents as our own `/v1/organization/balance` and `/costs`; 404 means "none yet".
"""

import time
from datetime import datetime
from typing import Any

import requests
import urllib3
from django.conf import settings

from apps.common.periods import Period
from apps.common.strict_json import Json, NotStrictJson, read_object
from apps.snapshots.errors import CollectionProblem
from apps.snapshots.providers import members
from apps.snapshots.readings import BalanceReading, CostReading, UsageLine
from apps.tenants.models import Organization

TRIES = 2
MAX_BYTES = 1_000_000
MAX_LINES = 5_000
_CHUNK = 16_384


class UpstreamAccount:
    """Reads one account. Time, tries and size are bounded; redirects are refused, so the secret goes nowhere else."""

    def __init__(self, *, upstream: str, external_account: str) -> None:
        self.name = upstream
        self.external_account = external_account

    def balance(self, organization: Organization, now: datetime) -> BalanceReading:
        """Read the account's balance.

        Raises:
            CollectionProblem: no answer, a refusal, or an invalid answer.
        """
        answer = self._get("balance", {})
        if answer is None:
            raise CollectionProblem("refused", "the upstream has no balance for this account")
        _refuse_other_currency(answer, organization)
        return BalanceReading(
            amount_micros=members.amount(answer, "amount"),
            currency=organization.currency,
            observed_at=members.moment(answer, "collected_at", now),
        )

    def costs(self, organization: Organization, month: Period, now: datetime) -> CostReading | None:
        """Read the account's costs of a month; None if the upstream has none yet.

        Raises:
            CollectionProblem: no answer, a refusal, or an invalid answer.
        """
        asked = {"year": month.start.year, "month": month.start.month}
        answer = self._get("costs", asked)
        if answer is None:
            return None
        if {name: members.whole(answer, name) for name in asked} != asked:
            raise members.bad("the answer is about another month")
        _refuse_other_currency(answer, organization)
        fees = answer.get("fees")
        if not isinstance(fees, dict):
            raise members.bad("fees is not an object")
        reading = CostReading(
            currency=organization.currency,
            observed_at=members.moment(answer, "collected_at", now),
            monthly_fees_micros=members.amount(fees, "monthly_fees"),
            one_time_fees_micros=members.amount(fees, "one_time_fees"),
            usage_lines=_usage_lines(answer),
        )
        _refuse_unless_it_adds_up(reading, fees)
        return reading

    def _get(self, figure: str, query: dict[str, int]) -> dict[str, Any] | None:
        base, secret = settings.SNAPSHOT_UPSTREAMS.get(self.name), settings.SNAPSHOT_UPSTREAM_SECRETS.get(self.name)
        if not base or not secret:
            raise CollectionProblem("misconfigured", f"the settings lack the address or the secret of {self.name}")
        url = f"{base.rstrip('/')}/accounts/{self.external_account}/{figure}"
        for attempt in range(TRIES):
            try:
                return _fetch(url, query, secret)
            except _Retryable as error:
                if attempt == TRIES - 1:
                    raise CollectionProblem("unreachable", str(error)) from error
        raise AssertionError("unreachable")


class _Retryable(Exception):
    """A failure that may be temporary, so the request is tried again."""


def _fetch(url: str, query: dict[str, int], secret: str) -> dict[str, Any] | None:
    seconds = settings.SNAPSHOT_UPSTREAM_TIMEOUT_SECONDS
    deadline = time.monotonic() + 2 * seconds
    headers = {"Authorization": f"Bearer {secret}", "Accept": "application/json", "Accept-Encoding": "identity"}
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.get(
                url, params=query, headers=headers, timeout=seconds, allow_redirects=False, stream=True
            ) as answer:
                if answer.status_code == 404:
                    return None
                _refuse_status(answer.status_code)
                return _object(_read(answer, deadline))
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _Retryable(f"no answer ({type(error).__name__})") from error


def _refuse_status(status: int) -> None:
    if status >= 500 or status == 429:
        raise _Retryable(f"the upstream answered {status}")
    if status != 200:
        raise CollectionProblem("refused", f"the upstream answered {status}")


def _read(answer: requests.Response, deadline: float) -> bytes:
    body = bytearray()
    # read1 returns the bytes that have arrived, so that a slow trickle meets the deadline too.
    while chunk := answer.raw.read1(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > MAX_BYTES:
            raise members.bad(f"the body is larger than {MAX_BYTES} bytes")
        if time.monotonic() > deadline:
            raise _Retryable("the answer took too long")
    return bytes(body)


def _object(body: bytes) -> Json:
    try:
        return read_object(body)
    except NotStrictJson as error:
        raise members.bad(f"the body is not a plain JSON object: {error}") from error


def _refuse_other_currency(answer: dict[str, Any], organization: Organization) -> None:
    if answer.get("currency") != organization.currency:
        raise members.bad(f"the currency is not {organization.currency}")


def _usage_lines(answer: dict[str, Any]) -> tuple[UsageLine, ...]:
    rows = answer.get("usage_lines")
    if not isinstance(rows, list) or len(rows) > MAX_LINES or not all(isinstance(row, dict) for row in rows):
        raise members.bad(f"usage_lines is not a list of at most {MAX_LINES} objects")
    return tuple(_usage_line(row) for row in rows)


def _usage_line(row: dict[str, Any]) -> UsageLine:
    return UsageLine(
        service=members.text(row, "service"),
        operator=None if row.get("operator") is None else members.text(row, "operator"),
        unit=members.text(row, "unit"),
        quantity_micros=members.amount(row, "quantity"),
        amount_micros=members.amount(row, "amount"),
    )


def _refuse_unless_it_adds_up(reading: CostReading, fees: dict[str, Any]) -> None:
    stated = {name: members.amount(fees, name) for name in ("usage_fees", "total")}
    if stated != {"usage_fees": reading.usage_fees_micros, "total": reading.total_micros}:
        raise members.bad("the fees and the usage lines do not add up")
