"""What moving credit costs, against the least it can cost: database functions that leave the same rows.

    python -m benchmarks.movements [--rounds 40]

Reserve, reserve and capture, charge, grant, redeem a voucher: the raw functions and the services take turns on one
connection. Calls a second, as a share of the raw function's, and processor milliseconds of a call, which noise moves
least. The goals are shares of what is left with a request around each, so the third column puts the time of an empty
view (see `benchmarks.views`) on both sides.
"""

import argparse
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.environment import prepare

RAW = Path(__file__).with_name("raw_movements.sql")
UNIT = 1_000_000
GOAL = 0.5
Work = Callable[[], object]


def main() -> None:
    asked = _arguments()
    prepare()
    from django.core.management import call_command

    from benchmarks.empty import empty_request
    from benchmarks.turns import take_turns

    services = World("ours", asked.rounds)
    raw, ours = raw_ways(World("raw", asked.rounds)), our_ways(services)
    ways: dict[str, Work] = {"": empty_request()}
    for name in raw:
        ways |= {f"{name}, raw": raw[name], name: ours[name]}
    costs = take_turns(ways, rounds=asked.rounds)
    empty = costs[""].wall
    print(f"\nempty view {costs[''].processor:.2f} ms CPU")
    print(f"\n{'movement':22}{'raw/s':>8}{'ours/s':>8}{'of raw':>8}{'of limit':>10}{'CPU ms raw/ours':>17}")
    for name in raw:
        limit, cost = costs[f"{name}, raw"], costs[name]
        share, floor = limit.wall / cost.wall, (empty + limit.wall) / (empty + cost.wall)
        cpu = f"{limit.processor:.2f} / {cost.processor:.2f}"
        verdict = "" if floor >= GOAL else "  below the goal"
        print(f"{name:22}{1e3 / limit.wall:8,.0f}{1e3 / cost.wall:8,.0f}{share:8.2f}{floor:10.2f}{cpu:>17}{verdict}")
    for customer in services.made:  # the raw functions make up their hashes; what the services left is proven
        call_command("check_ledger", book=customer.organization.pk)


class World:
    """Organizations with credit, taken in turns, and a batch of codes; every call has a key of its own."""

    def __init__(self, slug: str, rounds: int, customers: int = 20) -> None:
        from django.utils import timezone

        self.now, self.slug, self.numbers = timezone.now(), slug, itertools.count()
        self.made = [Customer.make(f"{slug}-{number}", self.now) for number in range(customers)]
        self.customers = itertools.cycle(self.made)
        self.codes = iter(_codes(slug, 5 * (rounds + 1), self.now))

    def key(self) -> str:
        """Return a key that no other call has."""
        return f"{self.slug}:{next(self.numbers)}"


@dataclass(frozen=True)
class Customer:
    """An organization with credit, and the rows behind it as the raw functions want them."""

    organization: Any
    grant: int
    account: int
    revenue: int
    promotions: int

    @classmethod
    def make(cls, slug: str, now: datetime) -> "Customer":
        """Make it through the public services."""
        from apps.ledger.models import Account
        from apps.tenants.causes import ORGANIZATION
        from apps.tenants.services import provision_organization
        from apps.vouchers.models import WrongCodes
        from apps.wallets.accounts import Role, code_of
        from apps.wallets.services import grant_credits, open_wallet

        organization = provision_organization(name=slug, slug=slug, now=now)
        open_wallet(organization=organization, now=now)
        credit: dict[str, Any] = {"amount": 10**15, "source": "top_up", "key": slug, "created_by": "benchmark"}
        grant = grant_credits(organization=organization, cause=ORGANIZATION.of(organization.pk), now=now, **credit)
        WrongCodes.objects.create(organization=organization)
        roles = (Role.WALLET, Role.REVENUE, Role.PROMOTIONS)
        accounts = [Account.objects.get(book=organization.pk, code=code_of(organization.pk, role)).pk for role in roles]
        return cls(organization, grant.pk, *accounts)


def _codes(slug: str, count: int, now: Any) -> list[str]:
    from django.contrib.auth.models import User

    from apps.vouchers import services
    from apps.vouchers.services import Download
    from apps.vouchers.terms import BatchTerms, VoucherKind

    by = User.objects.get_or_create(username="benchmark", defaults={"is_staff": True, "is_superuser": True})[0]
    terms = BatchTerms(
        kind=VoucherKind.CREDIT, amount_micros=10, currency="USD", count=count, prefix=slug.upper().replace("-", "")
    )
    batch = services.create_batch(terms=terms, reason="Benchmark", by=by, now=now)
    while services.generate_chunk(batch_id=batch.pk, now=now):
        pass
    batch.refresh_from_db()
    return list(Download(batch).codes())


def raw_ways(world: World) -> dict[str, Work]:
    """Return the raw function of each movement, on the world's next customer."""
    from django.db import connection

    from apps.vouchers import codes
    from apps.vouchers.keys import lookup_key

    with connection.cursor() as cursor:
        cursor.execute(RAW.read_text())
    hashes = (codes.keyed_hash(lookup_key(), codes.normalize(code)) for code in world.codes)

    def call(function: str, *values: object) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT benchmark_{function}({', '.join(['%s'] * len(values))})", values)
            return cursor.fetchone()[0]

    def hold(who: Customer) -> Any:
        return call("hold", who.organization.pk, who.account, who.grant, world.key(), UNIT, world.now)

    def spend(function: str, who: Customer, *held: object) -> object:
        of = (who.organization.pk, who.account, who.revenue, who.grant, *held)
        return call(function, *of, world.key(), UNIT // 2, world.now)

    def give(function: str, who: Customer, *values: object) -> object:
        return call(function, who.organization.pk, who.account, who.promotions, *values, world.now)

    ways: dict[str, Callable[[Customer], object]] = {
        "reserve": hold,
        "reserve and capture": lambda who: spend("capture", who, hold(who)),
        "charge": lambda who: spend("charge", who),
        "grant": lambda who: give("grant", who, world.key(), 1),
        "redeem a voucher": lambda who: give("redeem", who, next(hashes), uuid4()),
    }
    return {name: _for_each(world, way) for name, way in ways.items()}


def our_ways(world: World) -> dict[str, Work]:
    """Return the service of each movement, on the world's next customer."""
    from apps.tenants.causes import ORGANIZATION
    from apps.vouchers.services import redeem_voucher
    from apps.wallets import services as wallets

    until = world.now + timedelta(hours=1)

    def by(who: Customer) -> dict[str, Any]:
        return {"organization": who.organization, "created_by": "benchmark", "key": world.key(), "now": world.now}

    def reserve(who: Customer) -> Any:
        return wallets.reserve(amount=UNIT, expires_at=until, **by(who))

    def redeem(who: Customer) -> object:
        call: dict[str, Any] = {"code": next(world.codes), "call_id": uuid4(), "redeemed_by": "benchmark"}
        return redeem_voucher(organization=who.organization, now=world.now, **call)

    ways: dict[str, Callable[[Customer], object]] = {
        "reserve": reserve,
        "reserve and capture": lambda who: wallets.capture_reservation(
            hold_id=reserve(who).pk, amount=UNIT // 2, **by(who)
        ),
        "charge": lambda who: wallets.charge(
            amount=UNIT // 2, kind="usage", cause=ORGANIZATION.of(who.organization.pk), **by(who)
        ),
        "grant": lambda who: wallets.grant_credits(
            amount=1, source="bonus", cause=ORGANIZATION.of(who.organization.pk), **by(who)
        ),
        "redeem a voucher": redeem,
    }
    return {name: _for_each(world, way) for name, way in ways.items()}


def _for_each(world: World, way: Callable[[Customer], object]) -> Work:
    return lambda: way(next(world.customers))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    return parser.parse_args()


if __name__ == "__main__":
    main()
