"""Worked examples of charges by price tables, from the event to the posted charge and its lines by kind."""

from collections import Counter

import pytest

from apps.pricing.models import PriceBook
from apps.usage.models import UsageEvent
from apps.usage.selectors import posted_rows
from apps.usage.services import Correction, check_usage, correct_event
from apps.wallets.selectors import wallet_figures
from tests.factories import create_organization
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send, several
from tests.usage.test_kinds import cells

pytestmark = pytest.mark.django_db
LARGE = {"input_tokens": 262_960, "cache_read_tokens": 257_955, "output_tokens": 1_744}
RESPONSE = {
    "input_tokens": 36_000,
    "cache_read_tokens": 32_768,
    "cache_write_tokens": 2_048,
    "output_tokens": 1_200,
    "reasoning_tokens": 960,
}
TIERS = "input 1.25\ncache_read 0.125\noutput 10\ntier flex 0.5\n" + "\n".join(
    f"{kind} tier=priority {amount}" for kind, amount in (("input", "2.5"), ("cache_read", "0.25"), ("output", 20))
)
ABOVE = "input 1.25\ninput above=200000 2.5\noutput 10\noutput above=200000 15"
NO_CHANGE_ABOVE = "input 1.25\ncache_read 0.125\noutput 10\ninput above=200000 2.5\noutput above=200000 15"


def rated(now, prices, *calls, **customer):
    """Return the charges of calls of a new customer, each sent alone, with the lines of the last one."""
    organization = create_organization(now, **customer)
    book = PriceBook.objects.create(currency="EUR", created_at=EARLY) if customer else None
    price(make_meter(), model="m", book=book, **cells(prices))
    for number, call in enumerate(calls):
        assert send(organization, now, event(f"e{number}", model="m", **call)).accepted == 1
    rows = list(UsageEvent.objects.order_by("id"))
    charged = [row.charge_micros for row in rows]
    assert sum(charged) == -wallet_figures(organization, now).balance_micros
    assert list(check_usage()) == []
    (lines,) = [row.kinds for row in posted_rows(rows[-1].posting) if row.id == rows[-1].event_id]
    return charged, {name: micros for name, _, micros in lines}


@pytest.mark.parametrize(
    ("prices", "charge", "lines"),
    [
        ("input 1.25\ncache_read 0.625\noutput 10", 184_918, (6_256, 161_222, 17_440)),
        # Above 200,000 tokens, without a price of cached tokens: these cost what other input does.
        (ABOVE, 683_560, (12_513, 644_887, 26_160)),
        # With a price for each size: exactly 103,161.25.
        (f"{NO_CHANGE_ABOVE}\ncache_read above=200000 0.25", 103_161, (12_512, 64_489, 26_160)),
        # Without one above, the price of small calls holds: exactly 70,916.875.
        (NO_CHANGE_ABOVE, 70_917, (12_513, 32_244, 26_160)),
    ],
)
def test_a_large_call_with_cached_input(now, prices, charge, lines):
    assert rated(now, prices, LARGE) == ([charge], dict(zip(("input", "cache_read", "output"), lines, strict=True)))


@pytest.mark.parametrize(("tokens", "charge"), [(200_000, 250_000), (200_001, 500_002)])
def test_a_size_begins_above_its_bound_and_half_a_micro_is_rounded_to_even(now, tokens, charge):
    """200,001 tokens at 2.50 are exactly 500,002.5."""
    assert rated(now, "input 1.25\ninput above=200000 2.5", {"input_tokens": tokens}) == ([charge], {"input": charge})


@pytest.mark.parametrize(
    ("tier", "charge", "lines"),
    [
        ("", 20_136, (1_480, 4_096, 2_560, 2_400, 9_600)),
        ("priority", 40_272, (2_960, 8_192, 5_120, 4_800, 19_200)),
        ("flex", 10_068, (740, 2_048, 1_280, 1_200, 4_800)),
    ],
)
def test_the_tiers_of_a_call_that_wrote_to_the_cache(now, tier, charge, lines):
    kinds = ("input", "cache_read", "cache_write", "output", "reasoning")
    assert rated(now, TIERS, RESPONSE | {"service_tier": tier}) == ([charge], dict(zip(kinds, lines, strict=True)))


def test_tokens_cheaper_than_a_micro_move_it_when_they_add_up(now):
    """2,500 events of a token at 0.0028 a million cost 0.000007 in all: 7 of them moved a micro."""
    acme = create_organization(now)
    price(make_meter(), model="m", **cells("input 0.0028"))
    for size in (1_000, 900, 600):
        send(acme, now, *several(size, prefix=f"of-{size}-", model="m", input_tokens=1))
    charges = Counter(UsageEvent.objects.values_list("charge_micros", flat=True))
    assert charges == {0: 2_493, 1: 7}
    assert -wallet_figures(acme, now).balance_micros == 7


FREE = "output 10\nmonth input graduated 10000000=0 1.25"
MUCH, FEW = {"input_tokens": 9_999_000}, {"input_tokens": 2_000, "output_tokens": 100}


@pytest.mark.parametrize(("calls", "charges"), [((MUCH, FEW), [0, 2_250]), ((FEW, MUCH), [1_000, 1_250])])
def test_input_that_is_free_to_ten_million_costs_the_same_in_any_order(now, calls, charges):
    assert rated(now, FREE, *calls)[0] == charges
    few = UsageEvent.objects.get(output_tokens=100)
    void = Correction(
        organization=few.organization, source="app", event_id=few.event_id, reason="twice", created_by="key:test"
    )
    assert correct_event(void, now=now).charge_micros == -2_250


def test_a_share_of_a_cost_in_dollars_for_a_customer_in_euros(now):
    """0.0123456789 dollars, with 30 percent on top and at 0.92: times 1.196."""
    cost = {"cost": {"amount": "0.0123456789", "currency": "USD"}}
    assert rated(now, "cost 1.196 USD", cost, slug="globex", currency="EUR") == ([14_765], {"cost": 14_765})


@pytest.mark.parametrize(("variant", "charge"), [("1080p", 1_402_712), ("720p", 701_360)])
def test_seconds_of_video_by_their_resolution(now, variant, charge):
    """8.5 seconds at 0.165025 are exactly 1,402,712.5."""
    prices = "output_seconds variant=1080p 0.165025\noutput_seconds variant=720p 0.082513"
    call = {"quantities": {"output_seconds": "8.5"}, "variant": variant}
    assert rated(now, prices, call) == ([charge], {"output_seconds": charge})
