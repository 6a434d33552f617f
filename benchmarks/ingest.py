"""What taking usage costs, against the least it can cost: one database function that leaves the same rows.

    python -m benchmarks.ingest [--rounds 20] [--batch 500]

Three ways take turns on one connection: the raw function, the ingest service, a request through the whole of Django;
then the same batches once more, all duplicates. Events a second of each, as ratios to the raw function, and processor
milliseconds for a batch, which noise moves least.
"""

import argparse
import json
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.environment import prepare

RAW = Path(__file__).with_name("raw_ingest.sql")
UNIT = 1_000_000


def main() -> None:
    asked = _arguments()
    prepare()
    from benchmarks.processor import Meter

    ways = _ways()
    meter = Meter()
    results: dict[str, list[tuple[float, float]]] = {}
    for number in range(asked.rounds + 1):
        for name, send in ways.items():
            events = list(_events(f"{name}-{number}", asked.batch))
            for repeat in ("", ", again"):
                before, started = meter.seconds(), time.perf_counter()
                send(events, repeat == "")
                used = (time.perf_counter() - started, meter.seconds() - before)
                if number:
                    results.setdefault(name + repeat, []).append(used)
    _show(results, asked.batch)


def _show(results: dict[str, list[tuple[float, float]]], batch: int) -> None:
    limit = batch / statistics.median(wall for wall, _ in results["raw function"])
    print(f"\n{'way':24}{'events/s':>12}{'of raw':>9}{'CPU ms/batch':>15}")
    for name, rounds in results.items():
        rate = batch / statistics.median(wall for wall, _ in rounds)
        cpu = statistics.mean(used for _, used in rounds) * 1_000
        print(f"{name:24}{rate:12,.0f}{rate / limit:9.2f}{cpu:15.1f}")


@dataclass(frozen=True)
class World:
    """An organization with credit, a price, and a key that may send."""

    organization: Any
    meter_id: int
    version_id: int
    key: str
    now: datetime

    @classmethod
    def make(cls, slug: str) -> "World":
        """Make it through the public services."""
        from django.utils import timezone

        from apps.pricing.models import Meter, PriceVersion
        from apps.tenants.causes import ORGANIZATION
        from apps.tenants.services import issue_api_key, provision_organization
        from apps.wallets.services import grant_credits, open_wallet

        now = timezone.now()
        organization = provision_organization(name=slug, slug=slug, now=now)
        open_wallet(organization=organization, now=now)
        grant_credits(
            organization=organization,
            cause=ORGANIZATION.of(organization.pk),
            amount=10**15,
            source="bonus",
            key=slug,
            created_by="benchmark",
            now=now,
        )
        meter = Meter.objects.filter(slug="chat").first() or _priced_meter(now)
        version = PriceVersion.objects.get(meter=meter)
        key = issue_api_key(
            organization=organization, name="x", scopes=["usage:write"], created_by="benchmark", now=now
        ).text
        return cls(organization, meter.pk, version.pk, key, now)


def _priced_meter(now: datetime) -> Any:
    from apps.pricing.services import Place, PriceTerms, define_meter, list_price_book, set_price

    meter = define_meter(slug="chat", name="Chat", unit="token", kind="token", counts="tokens", now=now)
    then = now - timedelta(days=60)
    terms = PriceTerms(scheme="per_token", micros_per_million=2 * UNIT)
    book = list_price_book(currency="USD", now=then)
    place = Place(book=book, meter=meter, effective_from=then)
    set_price(place=place, terms=terms, created_by="benchmark", now=then)
    return meter


def _ways() -> dict[str, Callable[[list[dict[str, Any]], bool], None]]:
    raw, service, request = (World.make(slug) for slug in ("raw", "service", "request"))
    return {"raw function": _raw(raw), "ingest service": _service(service), "request": _request(request)}


def _raw(world: World) -> Callable[[list[dict[str, Any]], bool], None]:
    from django.db import connection, transaction
    from django.utils import timezone

    from apps.ledger.models import Account
    from apps.usage.services import make_partitions
    from apps.usage.services.locks import lock_organizations
    from apps.wallets.accounts import Role, code_of

    make_partitions(now=world.now)
    with connection.cursor() as cursor:
        cursor.execute(RAW.read_text())
    with transaction.atomic():
        lock_organizations([world.organization.pk], now=world.now)
    pk = world.organization.pk
    wallet, revenue = (Account.objects.get(code=code_of(pk, role)).pk for role in (Role.WALLET, Role.REVENUE))

    fixed = (pk, world.meter_id, world.version_id, 2 * UNIT, wallet, revenue)

    def send(events: list[dict[str, Any]], new: bool) -> None:
        flat = [{**event, **event["data"]} for event in events]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT benchmark_ingest(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [*fixed, uuid.uuid4(), timezone.now(), json.dumps(flat)],
            )
            assert cursor.fetchone()[0] == (len(events) if new else 0)

    return send


def _service(world: World) -> Callable[[list[dict[str, Any]], bool], None]:
    from django.utils import timezone

    from apps.usage.services import ingest

    def send(events: list[dict[str, Any]], new: bool) -> None:
        result = ingest(events=events, organization=world.organization, created_by="benchmark", now=timezone.now())
        assert (result.accepted if new else result.duplicate) == len(events)

    return send


def _request(world: World) -> Callable[[list[dict[str, Any]], bool], None]:
    from django.test import Client

    client = Client(headers={"X-API-KEY": world.key})

    def send(events: list[dict[str, Any]], new: bool) -> None:
        answer = client.post("/v1/usage/events", json.dumps(events), content_type="application/cloudevents-batch+json")
        assert answer.json()["accepted" if new else "duplicate"] == len(events), answer.content

    return send


def _events(name: str, count: int) -> Iterator[dict[str, Any]]:
    from django.utils import timezone

    time_text = timezone.now().replace(microsecond=0, second=0).isoformat()
    for number in range(count):
        data = {
            "model": ("large", "small")[number % 2],
            "session": f"s{number % 20}",
            "input_tokens": 1_000 + number,
            "output_tokens": 100 + number,
        }
        yield {
            "specversion": "1.0",
            "id": f"{name}-{number}",
            "source": "benchmark",
            "type": "chat",
            "time": time_text,
            "data": data,
        }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--batch", type=int, default=500)
    return parser.parse_args()


if __name__ == "__main__":
    main()
