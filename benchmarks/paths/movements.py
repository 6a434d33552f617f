"""Movements of credit over HTTP, against an empty view and a database function that writes the same rows."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from apps.vouchers import codes
from apps.vouchers.keys import lookup_key
from apps.wallets.accounts import Role
from benchmarks.customers import Customer, Customers, prove
from benchmarks.kit.bench import Bench
from benchmarks.kit.client import Connection, request
from benchmarks.kit.rounds import Costs, MeasuredCall, Rounds, take_turns
from benchmarks.kit.table import Measurement

SQL = Path(__file__).resolve().parent.parent / "sql"
UNIT = 1_000_000
# Number of requests per movement.
REQUESTS = {"hold": 1, "hold and capture": 2, "charge": 1, "grant": 1, "voucher": 1}
Calls = Mapping[str, Callable[[], object]]


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure every movement."""
    most = bench.scale.calls * (bench.scale.rounds + 1)
    raw = RawCalls(bench.raw, Customers("raw")).by_name(most)
    customers = Customers("ours")
    ours = OwnCalls(bench.product.connect(), customers).by_name(most)
    ways = {"empty": bench.bare_way()}
    for name in REQUESTS:
        ways[f"{name}, raw"] = MeasuredCall(raw[name], bench.place.own_work())
        ways[name] = MeasuredCall(ours[name], bench.place.work_of(bench.product))
    rounds = take_turns(ways, rounds=bench.scale.rounds, calls=bench.scale.calls)
    prove(customers)
    return {name: found_share(rounds, name, requests) for name, requests in REQUESTS.items()}


def found_share(rounds: Rounds, name: str, requests: int = 1) -> Measurement:
    """Return the lower bound's processor time as a share of the way's."""
    return Measurement(
        rounds.median(share_of_limit(name, requests)), details=rounds.details("empty", f"{name}, raw", name)
    )


def share_of_limit(name: str, requests: int = 1) -> Callable[[Costs], float]:
    """Return the processor time of empty views plus the raw function as a share of the way's."""

    def share(costs: Costs) -> float:
        least = requests * costs["empty"].processor_ms + costs[f"{name}, raw"].processor_ms
        return least / costs[name].processor_ms

    return share


class RawCalls:
    """Calls of the raw functions, each for the next customer."""

    def __init__(self, connection: psycopg.Connection, customers: Customers) -> None:
        self.connection, self.customers = connection, customers
        connection.execute((SQL / "movements.sql").read_text(), prepare=False)

    def by_name(self, most: int) -> Calls:
        """Return the calls; the voucher's has codes for `most` of them."""
        hashes = iter([codes.keyed_hash(lookup_key(), codes.normalize(code)) for code in self.customers.codes(most)])
        return {
            "hold": lambda: self.hold(self.customers.next()),
            "hold and capture": self._hold_and_capture,
            "charge": lambda: self._charge(self.customers.next()),
            "grant": lambda: self._give("grant", self.customers.next(), self.customers.key(), 1),
            "voucher": lambda: self._give("redeem", self.customers.next(), next(hashes), uuid4()),
        }

    def hold(self, who: Customer) -> UUID:
        """Set credit aside."""
        given = (who.id, who.accounts[Role.WALLET], who.grant, self.customers.key(), UNIT, self.customers.now)
        hold: UUID = self._call("hold", *given)
        return hold

    def _hold_and_capture(self) -> object:
        who = self.customers.next()
        accounts = (who.accounts[Role.WALLET], who.accounts[Role.REVENUE])
        held = self.hold(who)
        given = (who.id, *accounts, who.grant, held, self.customers.key(), UNIT // 2, self.customers.now)
        return self._call("capture", *given)

    def _charge(self, who: Customer) -> object:
        accounts = (who.accounts[Role.WALLET], who.accounts[Role.REVENUE])
        return self._call("charge", who.id, *accounts, who.grant, self.customers.key(), UNIT // 2, self.customers.now)

    def _give(self, function: str, who: Customer, *values: object) -> object:
        accounts = (who.accounts[Role.WALLET], who.accounts[Role.PROMOTIONS])
        return self._call(function, who.id, *accounts, *values, self.customers.now)

    def _call(self, function: str, *values: object) -> Any:
        statement = f"SELECT benchmark_{function}({', '.join(['%s'] * len(values))})"
        row = self.connection.execute(statement, values).fetchone()
        return row and row[0]


class OwnCalls:
    """Calls of the product over HTTP, each for the next customer."""

    def __init__(self, connection: Connection, customers: Customers) -> None:
        self.connection, self.customers = connection, customers

    def by_name(self, most: int) -> Calls:
        """Return the calls; the voucher's has codes for `most` of them."""
        given = self.customers.codes(most)
        return {
            "hold": lambda: self.hold(self.customers.next()),
            "hold and capture": self._hold_and_capture,
            "charge": lambda: self._move("charge", self.customers.next(), UNIT // 2),
            "grant": lambda: self._move("grant", self.customers.next(), 1),
            "voucher": lambda: self._redeem(self.customers.next(), given),
        }

    def hold(self, who: Customer) -> bytes:
        """Set credit aside."""
        return self._move("hold", who, UNIT)

    def _hold_and_capture(self) -> bytes:
        who = self.customers.next()
        return self._move("capture", who, UNIT // 2, hold=json.loads(self.hold(who))["id"])

    def _move(self, what: str, who: Customer, amount: int, **more: str) -> bytes:
        body = {"key": self.customers.key(), "amount": amount, **more}
        return self.connection.ask(request("POST", f"/v1/benchmark/{what}", body=body, headers=who.machine))

    def _redeem(self, who: Customer, given: Iterator[str]) -> bytes:
        path = "/api/v1/org/vouchers/redeem"
        return self.connection.ask(request("POST", path, body={"code": next(given)}, headers=who.person))
