"""Prices start, end and replace each other, and never change what was already priced."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from apps.common.errors import Rejected
from apps.pricing import errors
from apps.pricing.models import Meter, PriceBook, PriceVersion
from apps.pricing.services import (
    PriceSlot,
    PriceTerms,
    draft_price_version,
    end_price_version,
    list_price_book,
    override_price_book,
    publish_price_version,
    withdraw_price_version,
)
from apps.tenants.models import Organization
from tests.factories import create_organization
from tests.pricing.factories import EARLY, make_meter, price

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PER_UNIT = PriceTerms(scheme="per_unit", micros_per_million=5)


def publish(draft, now):
    return publish_price_version(version_id=draft.pk, published_by="staff:ann", now=now)


def draft(meter, start, *, book=None, terms=PER_UNIT, end=None, model=""):
    book = book or list_price_book(currency="USD", now=EARLY)
    return draft_price_version(
        slot=PriceSlot(book=book, meter=meter, model=model, effective_from=start, effective_to=end),
        terms=terms,
        created_by="staff:ann",
        now=EARLY,
    )


@pytest.fixture
def meter(db):
    return make_meter("call", "service")


class TestPublish:
    def test_ends_the_version_before_where_it_starts(self, meter, now):
        first = price(meter, micros_per_million=1)
        second = publish(draft(meter, now + HOUR), now)
        first.refresh_from_db()
        assert (first.effective_to, second.effective_to) == (now + HOUR, None)

    def test_refuses_to_take_over_before_the_events_ahead_of_the_clock(self, meter, now):
        price(meter, micros_per_million=1)
        with pytest.raises(errors.PriceAlreadyEffective):
            publish(draft(meter, now + timedelta(minutes=9)), now)

    def test_may_start_in_the_past_where_nothing_was_priced(self, meter, now):
        assert publish(draft(meter, now - 30 * HOUR), now).status == PriceVersion.Status.PUBLISHED

    @pytest.mark.parametrize(("existing_model", "new_model"), [("", ""), ("", "m1"), ("m1", "m1")])
    def test_refuses_a_past_start_where_another_price_applied(self, meter, now, existing_model, new_model):
        price(meter, micros_per_million=1, model=existing_model)
        with pytest.raises(errors.PriceAlreadyEffective):
            publish(draft(meter, now - HOUR, model=new_model), now)

    def test_refuses_an_own_price_in_the_past_of_a_list_price(self, meter, now, organization):
        price(meter, micros_per_million=1, model="m1")
        own = override_price_book(organization=organization, now=now)
        with pytest.raises(errors.PriceAlreadyEffective):
            publish(draft(meter, now - HOUR, book=own), now)

    def test_takes_a_past_start_for_the_models_that_had_none(self, meter, now):
        price(meter, micros_per_million=1, model="m1")
        assert publish(draft(meter, now - HOUR), now).model == ""

    def test_refuses_a_second_version_in_the_same_time(self, meter, now):
        publish(draft(meter, now + HOUR), now)
        with pytest.raises(errors.PriceOverlaps):
            publish(draft(meter, now + HOUR), now)

    def test_refuses_what_is_published_already(self, meter, now):
        with pytest.raises(errors.PriceNotDraft):
            publish(price(meter, micros_per_million=1), now)


class TestEndAndWithdraw:
    def test_ends_a_price_at_a_time_to_come(self, meter, now):
        version = price(meter, micros_per_million=1)
        assert end_price_version(version_id=version.pk, at=now + HOUR, now=now).effective_to == now + HOUR

    def test_refuses_to_end_a_price_in_the_past(self, meter, now):
        version = price(meter, micros_per_million=1)
        with pytest.raises(errors.PriceAlreadyEffective):
            end_price_version(version_id=version.pk, at=now, now=now)

    def test_withdrawing_lets_the_version_before_go_on(self, meter, now):
        first = price(meter, micros_per_million=1)
        second = publish(draft(meter, now + HOUR), now)
        withdraw_price_version(version_id=second.pk, now=now)
        first.refresh_from_db()
        assert first.effective_to is None

    def test_withdrawing_leaves_an_end_that_was_set_on_purpose(self, meter, now):
        first = price(meter, micros_per_million=1)
        end_price_version(version_id=first.pk, at=now + HOUR, now=now)
        second = publish(draft(meter, now + HOUR), now)
        withdraw_price_version(version_id=second.pk, now=now)
        first.refresh_from_db()
        assert first.effective_to == now + HOUR

    def test_withdrawing_a_bounded_price_opens_the_one_before_again(self, meter, now):
        first = price(meter, micros_per_million=1)
        offer = publish(draft(meter, now + HOUR, end=now + 2 * HOUR), now)
        withdraw_price_version(version_id=offer.pk, now=now)
        first.refresh_from_db()
        assert first.effective_to is None

    def test_withdrawing_lets_the_one_before_go_on_until_the_next(self, meter, now):
        first = price(meter, micros_per_million=1)
        second = publish(draft(meter, now + HOUR, end=now + 2 * HOUR), now)
        third = publish(draft(meter, now + 3 * HOUR), now)
        withdraw_price_version(version_id=second.pk, now=now)
        first.refresh_from_db()
        assert first.effective_to == now + 3 * HOUR
        withdraw_price_version(version_id=third.pk, now=now)
        first.refresh_from_db()
        assert first.effective_to is None

    def test_withdrawing_leaves_an_end_that_was_brought_forward(self, meter, now):
        first = price(meter, micros_per_million=1)
        second = publish(draft(meter, now + 2 * HOUR), now)
        end_price_version(version_id=first.pk, at=now + HOUR, now=now)
        withdraw_price_version(version_id=second.pk, now=now)
        first.refresh_from_db()
        assert first.effective_to == now + HOUR

    def test_refuses_to_end_a_price_after_the_next_one_starts(self, meter, now):
        first = price(meter, micros_per_million=1)
        publish(draft(meter, now + HOUR), now)
        with pytest.raises(errors.PriceOverlaps) as refused:
            end_price_version(version_id=first.pk, at=now + 2 * HOUR, now=now)
        assert (refused.value.field, isinstance(refused.value, Rejected)) == ("effective_to", True)

    def test_refuses_to_withdraw_what_is_in_force(self, meter, now):
        with pytest.raises(errors.PriceAlreadyEffective):
            withdraw_price_version(version_id=price(meter, micros_per_million=1).pk, now=now)

    def test_refuses_a_version_that_does_not_exist(self, now):
        with pytest.raises(errors.UnknownPriceVersion):
            withdraw_price_version(version_id=404, now=now)


class TestDraft:
    @pytest.mark.parametrize(
        ("terms", "field", "code"),
        [
            (PriceTerms(scheme="per_unit"), "scheme", "price_terms_invalid"),
            (PriceTerms(scheme="per_token", micros_per_million=1), "scheme", "price_terms_invalid"),
            (PriceTerms(scheme="package"), "scheme", "price_terms_invalid"),
            (PriceTerms(scheme="graduated"), "tiers", "cells_missing"),
            (
                PriceTerms(scheme="volume", tiers=[{"up_to_micros": 5, "micros_per_million": 1}]),
                "tiers",
                "bands_not_rising",
            ),
            (
                PriceTerms(scheme="volume", tiers=[{"up_to_micros": None, "micros_per_million": -1}]),
                "tiers",
                "price_terms_invalid",
            ),
            (
                PriceTerms(scheme="volume", tiers=[{"up_to_micros": None, "micros_per_million": 1.5}]),
                "tiers",
                "price_terms_invalid",
            ),
            (PriceTerms(scheme="volume", tiers=[{"up_to_micros": None}]), "tiers", "price_terms_invalid"),
            (
                PriceTerms(scheme="per_unit", micros_per_million=1, tiers=[{"up_to_micros": None}]),
                "tiers",
                "price_terms_invalid",
            ),
            (
                PriceTerms(
                    scheme="graduated",
                    tiers=[
                        {"up_to_micros": 5, "micros_per_million": 1},
                        {"up_to_micros": 5, "micros_per_million": 1},
                        {"up_to_micros": None, "micros_per_million": 1},
                    ],
                ),
                "tiers",
                "bands_not_rising",
            ),
        ],
    )
    def test_refuses_terms_that_do_not_make_a_price(self, meter, now, terms, field, code):
        with pytest.raises(errors.PriceTermsInvalid) as refused:
            draft(meter, now, terms=terms)
        assert (refused.value.field, refused.value.code) == (field, code)
        assert not PriceVersion.objects.exists()

    def test_refuses_an_end_before_the_start(self, meter, now):
        with pytest.raises(errors.PriceTermsInvalid):
            draft(meter, now, end=now)


class TestTheDatabaseItself:
    @pytest.mark.parametrize(
        "change",
        [{"micros_per_million": 9}, {"effective_from": EARLY + HOUR}, {"status": "draft"}, {"minimum_micros": 1}],
    )
    def test_refuses_to_change_a_published_version(self, meter, change):
        version = price(meter, micros_per_million=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            PriceVersion.objects.filter(pk=version.pk).update(**change)

    def test_refuses_to_delete_a_published_version(self, meter):
        version = price(meter, micros_per_million=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            PriceVersion.objects.filter(pk=version.pk).delete()

    def test_refuses_versions_that_overlap(self, meter, now):
        price(meter, micros_per_million=1)
        other = draft(meter, now)
        with pytest.raises(DatabaseError), transaction.atomic():
            PriceVersion.objects.filter(pk=other.pk).update(status="published", published_at=now)

    def test_keeps_what_a_priced_meter_counts(self, meter):
        price(meter, micros_per_million=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            Meter.objects.filter(pk=meter.pk).update(explorer_units_micros=5)

    def test_lets_a_priced_meter_be_renamed(self, meter):
        price(meter, micros_per_million=1)
        assert Meter.objects.filter(pk=meter.pk).update(name="Calls") == 1

    @pytest.mark.parametrize(("end", "set_at"), [(-1, 0), (1, None), (-2, -1)])
    def test_refuses_an_end_in_the_past(self, meter, now, end, set_at):
        first = price(meter, micros_per_million=1)
        end_price_version(version_id=first.pk, at=now + 5 * HOUR, now=now)
        moment = None if set_at is None else now + set_at * HOUR
        refuses(
            lambda: PriceVersion.objects.filter(pk=first.pk).update(effective_to=now + end * HOUR, end_set_at=moment)
        )

    def test_refuses_another_end_for_what_has_ended(self, meter, now):
        first = price(meter, micros_per_million=1)
        end_price_version(version_id=first.pk, at=now + HOUR, now=now)
        later = now + 2 * HOUR
        refuses(lambda: PriceVersion.objects.filter(pk=first.pk).update(effective_to=None, end_set_at=later))

    def test_refuses_a_book_in_another_currency_than_its_organization(self, now):
        organization = create_organization(now)
        refuses(lambda: PriceBook.objects.create(name="Own", currency="EUR", organization=organization, created_at=now))
        book = override_price_book(organization=organization, now=now)
        refuses(lambda: PriceBook.objects.filter(pk=book.pk).update(currency="EUR"))
        refuses(lambda: Organization.objects.filter(pk=organization.pk).update(currency="EUR"))


def refuses(change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()
