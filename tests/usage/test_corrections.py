"""Events voided and replaced by their senders: in place while the month is open, as a correction afterward."""

import json
import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse as address_of

from apps.approvals.services import approve
from apps.approvals.submission import execute, submit
from apps.common.periods import parse_month
from apps.pricing.cell_text import read_lines
from apps.pricing.cells import table_rows
from apps.tenants.errors import OrganizationArchived
from apps.usage.actions import ReplaceEvent, VoidEvent
from apps.usage.errors import AlreadyVoided, ChargeReversed, EventRefused, EventTooOld, NotVoidable, UnknownEvent
from apps.usage.event_calls import sent_data
from apps.usage.models import EventCorrection, MinimumCharge, UnknownModel, UsageDay, UsageEvent
from apps.usage.services import check_budgets, check_usage, close_month, correct_event, rebuild_usage
from apps.usage.services.corrections import Correction
from apps.wallets.errors import NotReversible
from apps.wallets.selectors import wallet_figures
from apps.wallets.services import reverse_transfer
from tests.backoffice.people import client_of, create_staff
from tests.factories import cause_of, create_grant, create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
MICRO = 1_000_000
LARGE = {"input_tokens": 262_960, "cache_read_tokens": 257_955, "output_tokens": 1_744}
CELLS = "input 1.25\ninput above=200000 2.5\ncache_read 0.625\ncache_read above=200000 0.625\noutput 10"


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def ann(db):
    return User.objects.create_superuser("ann")


@pytest.fixture
def chat(db):
    meter = make_meter()
    price(meter, model="m", scheme="cells", cells=table_rows(read_lines(CELLS)))
    return meter


def charged(organization, now):
    figures = wallet_figures(organization, now)
    return figures.outstanding_micros - figures.balance_micros


def correct(organization, now, event_id="e1", source="app", **given):
    facts = {"organization": organization, "source": source, "event_id": event_id, "created_by": "key:test"}
    return correct_event(Correction(**{"reason": "sent twice", **facts, **given}), now=now)


def reverse(organization, posting, now):
    """Give back the charge of a posting, as staff do."""
    reverse_transfer(
        organization=organization,
        cause=cause_of(organization),
        transfer_id=posting.transfer_id,
        reason="Mistake",
        created_by="staff:ann",
        now=now,
    )


def sums():
    names = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "charge_micros")
    rows = UsageDay.objects.order_by("day").values_list("day", *names)
    return {row[0]: row[1:] for row in rows}


class TestVoid:
    def test_gives_back_the_charge_on_the_events_own_day(self, acme, chat, now):
        create_grant(acme, "10", now)
        full = charged(acme, now)
        send(acme, now, event("e1", model="m", time="2026-11-03T09:00:00Z", **LARGE), event("e2", model="m", **LARGE))
        assert charged(acme, now) - full == 382_349  # twice 191,174.375: 12,512.5 + 161,221.875 + 17,440
        done = correct(acme, now)
        assert (done.state, done.charge_micros, done.counted_on) == ("voided", -191_175, date(2026, 11, 3))
        assert charged(acme, now) - full == 191_174
        assert sums()[date(2026, 11, 3)][:4] == (0, 0, 0, 0)
        row = UsageEvent.objects.get(voids__isnull=False)
        assert (row.input_tokens, row.amounts, row.charge_micros) == (-262_960, {"cache_read": -257_955}, -191_175)
        correction = EventCorrection.objects.get()
        assert (correction.event, correction.void, correction.reason) == (row.voids, row.pk, "sent twice")
        assert list(check_usage()) == []
        rebuild_usage(now=now)
        assert (list(check_usage()), list(check_budgets())) == ([], [])

    def test_the_difference_is_what_it_makes_to_the_month_now(self, acme, now):
        tiers = [{"up_to_micros": 10_000_000 * MICRO, "micros_per_million": 0}]
        tiers.append({"up_to_micros": None, "micros_per_million": 1_250_000})
        price(make_meter(), scheme="graduated", tiers=tiers)
        send(acme, now, event("a", quantity=9_999_000), event("b", quantity=2_000))
        assert charged(acme, now) == 1_250
        assert correct(acme, now, "a").charge_micros == -1_250
        assert (charged(acme, now), list(check_usage())) == (0, [])

    def test_its_id_cannot_be_used_again(self, acme, chat, now):
        send(acme, now, event(model="m", **LARGE))
        correct(acme, now)
        assert [each.code for each in send(acme, now, event(model="m", **LARGE)).refusals] == ["event_voided"]
        with pytest.raises(AlreadyVoided):
            correct(acme, now)

    def test_in_a_closed_month_is_a_correction_today(self, acme, chat, now):
        send(acme, now, event(model="m", time="2026-10-20T00:00:00Z", **LARGE))
        close_month(month=parse_month("2026-10"), closed_by="system:test", now=now)
        amount = charged(acme, now)
        done = correct(acme, now)
        assert (done.charge_micros, done.counted_on) == (-amount, date(2026, 11, 18))
        assert UsageEvent.objects.get(voids__isnull=False).corrects_month == date(2026, 10, 1)
        assert sums()[date(2026, 11, 18)][0] == -1
        assert (charged(acme, now), list(check_usage())) == (0, [])

    def test_the_counter_of_a_closed_month_decides_what_a_void_gives_back(self, acme, now):
        text = "input 1.25\ncache_read 0.625\noutput 10\ninput_audio 0.5\nsearches 0.020136"
        price(make_meter(), scheme="cells", cells=table_rows(read_lines(text)))
        audio = {"input_tokens": 1_000_001, "input_audio_tokens": 1_000_001}
        for name, told in (("a", audio), ("b", LARGE), ("c", {"quantities": {"searches": 1}})):
            send(acme, now, event(name, time="2026-10-20T12:00:00Z", **told))
        close_month(month=parse_month("2026-10"), closed_by="system:test", now=now)
        correct(acme, now, "b")
        rows = UsageEvent.objects.order_by("pk").values_list("charge_micros", "counted_on")
        october, today = date(2026, 10, 20), date(2026, 11, 18)
        # Exactly 500,000.5, 184,918.125 and 20,136; each charge is the difference of two rounded sums.
        assert list(rows) == [(500_000, october), (184_919, october), (20_136, october), (-184_919, today)]
        assert list(check_usage()) == []

    def test_the_minimum_of_a_closed_month_takes_the_place_of_what_was_taken_back(self, acme, now):
        price(make_meter(), micros_per_million=MICRO, minimum_micros=100)
        send(acme, now, event(quantity=150, time="2026-10-20T00:00:00Z"))
        close_month(month=parse_month("2026-10"), closed_by="system:test", now=now)
        assert correct(acme, now).charge_micros == -50
        assert MinimumCharge.objects.get().amount_micros == 100
        assert (charged(acme, now), list(check_usage())) == (100, [])

    def test_what_waits_is_taken_out(self, acme, chat, now):
        send(acme, now, event(model="unknown", **LARGE))
        done = correct(acme, now)
        assert (done.state, done.charge_micros, done.counted_on) == ("voided", 0, None)
        assert UsageEvent.objects.get().state == "voided"
        assert UnknownModel.objects.get().waiting_count == 0
        assert list(check_usage()) == []

    def test_what_cannot_be_taken_back_is_refused_by_name(self, acme, now):
        price(make_meter("character", "character"), micros_per_million=MICRO)
        send(acme, now, event("c", "character", character="ann"))
        with pytest.raises(NotVoidable):
            correct(acme, now, "c")
        with pytest.raises(UnknownEvent):
            correct(acme, now, "c", "other")
        with pytest.raises(UnknownEvent):
            correct(create_organization(now, "globex"), now, "c")
        acme.status = "archived"
        with pytest.raises(OrganizationArchived):
            correct(acme, now, "c")

    def test_what_staff_reversed_is_not_given_back_again(self, acme, chat, now):
        first, second = (event(each, model="m", input_tokens=1_000_000) for each in ("e1", "e2"))
        send(acme, now, first)
        send(acme, now, second)
        reverse(acme, UsageEvent.objects.select_related("posting").get(event_id="e1").posting, now)
        with pytest.raises(ChargeReversed):
            correct(acme, now)
        with pytest.raises(ChargeReversed):
            correct(acme, now, event=event(model="m", input_tokens=10))
        assert charged(acme, now) == 2_500_000
        assert correct(acme, now, "e2").charge_micros == -2_500_000
        assert charged(acme, now) == 0

    @pytest.mark.parametrize("other", [None, {"model": "m", "input_tokens": 100_000}])
    def test_staff_do_not_give_back_again_what_the_sender_took_back(self, acme, chat, now, other):
        """A void reverses the newest charge first, so that the event's own charge still has its full amount."""
        first, second = (event(each, model="m", input_tokens=1_000_000) for each in ("e1", "e2"))
        send(acme, now, first)
        send(acme, now, second)
        own = UsageEvent.objects.select_related("posting").get(event_id="e1")
        correct(acme, now, "e1", event=other and event("e1", **other))
        left = charged(acme, now)
        with pytest.raises(NotReversible, match="sender"):
            reverse(acme, own.posting, now)
        assert charged(acme, now) == left

    def test_after_35_days_it_is_too_late(self, acme, chat, now):
        send(acme, now, event(model="m", **LARGE))
        with pytest.raises(EventTooOld):
            correct(acme, now + timedelta(days=35, seconds=1))


class TestReplace:
    def test_counts_the_new_content_in_its_place(self, acme, chat, now):
        send(acme, now, event(model="m", **LARGE))
        before = charged(acme, now)
        done = correct(acme, now, event=event(model="m", input_tokens=1_000_000, time="2026-11-04T00:00:00Z"))
        assert (done.state, done.charge_micros) == ("replaced", 2_500_000 - before)
        assert charged(acme, now) == 2_500_000
        assert {day: row[0] for day, row in sums().items()} == {date(2026, 11, 4): 1, date(2026, 11, 18): 0}
        assert list(check_usage()) == []

    def test_both_contents_are_duplicates_from_then_on_and_it_can_be_corrected_again(self, acme, chat, now):
        first, second = event(model="m", input_tokens=1_000_000), event(model="m", input_tokens=10)
        send(acme, now, first)
        correct(acme, now, event=second)
        assert send(acme, now, first, second).duplicate == 2
        assert correct(acme, now, event=second).state == "unchanged"
        correct(acme, now, event=first)
        assert (charged(acme, now), EventCorrection.objects.count()) == (2_500_000, 2)
        correct(acme, now)
        assert (charged(acme, now), list(check_usage())) == (0, [])

    def test_what_waited_is_rated_with_its_new_content(self, acme, chat, now):
        send(acme, now, event(model="unknown", input_tokens=1))
        assert correct(acme, now, event=event(model="m", input_tokens=1_000_000)).charge_micros == 2_500_000
        assert list(check_usage()) == []

    def test_a_new_event_without_a_price_waits(self, acme, chat, now):
        send(acme, now, event(model="m", input_tokens=1_000_000))
        done = correct(acme, now, event=event(model="unknown", input_tokens=1))
        assert (done.charge_micros, done.reason, charged(acme, now)) == (-2_500_000, "unknown_model", 0)
        assert list(check_usage()) == []

    @pytest.mark.parametrize(
        "new", [event("other", model="m", input_tokens=1), event("e1", "other", input_tokens=1), event(model=5), {}]
    )
    def test_another_or_a_broken_event_is_refused(self, acme, chat, now, new):
        send(acme, now, event(model="m", **LARGE))
        before = charged(acme, now)
        with pytest.raises(EventRefused):
            correct(acme, now, event=new)
        assert (charged(acme, now), EventCorrection.objects.count()) == (before, 0)


class TestByStaff:
    def test_takes_two_people_above_the_limit_and_is_done_as_reviewed(self, acme, chat, ann, now, settings):
        settings.APPROVAL_LIMIT_MICROS = 191_174
        before = charged(acme, now)
        send(acme, now, event("e1", model="m", **LARGE), event("e2", model="m", **LARGE))
        action = VoidEvent.of(UsageEvent.objects.get(event_id="e1"), reason="Sent twice", key="k", by=ann, now=now)
        rows = {row.what: (row.before, row.after) for row in action.preview(by=ann, now=now)}
        assert rows["Voided"] == ("no", "yes")
        waiting = submit(action, by=ann, now=now)
        assert (waiting.amount_micros, charged(acme, now) - before) == (191_175, 382_349)
        approve(approval_id=waiting.pk, by=User.objects.create_superuser("bob"), now=now)
        execute(waiting.pk, now=now)
        assert charged(acme, now) - before == 191_174
        correction = EventCorrection.objects.get()
        assert (correction.reason, correction.created_by) == ("Sent twice", "staff:ann")
        with pytest.raises(AlreadyVoided):
            VoidEvent.of(UsageEvent.objects.get(pk=correction.event), reason="Again", key="l", by=ann, now=now)

    def test_of_an_event_that_was_replaced_is_refused(self, acme, chat, ann, now):
        send(acme, now, event("e1", model="m", **LARGE))
        row = UsageEvent.objects.get()
        correct(acme, now, event=event("e1", model="m", input_tokens=5))
        with pytest.raises(AlreadyVoided):
            VoidEvent.of(row, reason="Sent twice", key="k", by=ann, now=now)

    def test_replaces_what_a_sender_could_replace(self, acme, chat, ann, now):
        before = charged(acme, now)
        send(acme, now, event("e1", model="m", project="p1", **LARGE))
        row = UsageEvent.objects.get()
        content = sent_data(row)
        assert content == {**LARGE, "model": "m", "project": "p1"}
        same = {"reason": "Checked", "key": "k", "by": ann, "now": now}
        assert ReplaceEvent.of(row, **same, content=json.dumps(content)).amount_micros == 0
        action = ReplaceEvent.of(row, **same, content=json.dumps(content | {"input_tokens": 257_955}))
        assert (action.amount_micros, action.gives_back) == (12_512, True)
        assert {change.what: (change.before, change.after) for change in action.preview(by=ann, now=now)[1:]} == {
            "Charge of the event": ("0.191174 USD", "0.178662 USD"),
            "Input tokens": ("262,960", "257,955"),
        }
        submit(action, by=ann, now=now)
        assert charged(acme, now) - before == 178_662
        with pytest.raises(EventRefused):
            ReplaceEvent.of(UsageEvent.objects.latest("pk"), **same, content='{"color": 1}')
        assert list(check_usage()) == []

    def test_finds_a_form_with_the_content_that_stands(self, acme, chat, now):
        client = client_of(create_staff("eve", is_superuser=True))
        send(acme, now, event("e1", model="m", **LARGE))
        address = address_of("admin:usage_usageevent_replace", args=[UsageEvent.objects.get().pk])
        page = client.get(address).content.decode()
        assert "cache_read_tokens&quot;: 257955" in page
        token = re.search(r'name="token" value="([^"]+)"', page).group(1)
        typed = {"token": token, "reason": "Sent twice", "content": "[1]"}
        assert "is not an object" in client.post(address, {**typed, "_step": "review"}).content.decode()
        client.post(address, {**typed, "_step": "confirm", "content": '{"input_tokens": 5, "model": "m"}'})
        assert EventCorrection.objects.get().replacement is not None

    def test_is_a_button_on_the_events_page(self, acme, chat, now):
        client = client_of(create_staff("eve", is_superuser=True))
        send(acme, now, event("e1", model="m", **LARGE), event("e2", type="nothing"))
        for row, name in zip(UsageEvent.objects.order_by("event_id"), ("usageevent", "quarantinedevent"), strict=True):
            address = address_of(f"admin:usage_{name}_void", args=[row.pk])
            assert address in client.get(address_of(f"admin:usage_{name}_change", args=[row.pk])).content.decode()
            token = re.search(r'name="token" value="([^"]+)"', client.get(address).content.decode()).group(1)
            client.post(address, {"_step": "confirm", "token": token, "reason": "Sent twice"})
        assert EventCorrection.objects.count() == 2
