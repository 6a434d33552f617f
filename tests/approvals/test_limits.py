"""The limit for one person, per currency."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.approvals.limits import check_rates, limit_micros, share_of_limit
from apps.approvals.models import Approval
from tests.approvals.factories import ask, create_person

MILLION = 1_000_000


@pytest.fixture(autouse=True)
def limit(settings):
    settings.APPROVAL_LIMIT_MICROS = 1_000 * MILLION
    settings.APPROVAL_LIMIT_RATES = {"USD": "1", "EUR": "0.9", "JPY": "150"}


@pytest.mark.parametrize(
    ("currency", "limit"), [("USD", 1_000), ("EUR", 900), ("JPY", 150_000), ("XAU", 0), ("", 0), ("usd", 0)]
)
def test_is_as_much_money_in_every_currency(currency, limit):
    assert limit_micros(currency) == limit * MILLION
    assert share_of_limit(limit * MILLION, currency) <= 1
    assert share_of_limit(limit * MILLION + 1, currency) > 1
    assert share_of_limit(-limit * MILLION - 1, currency) > 1


@pytest.mark.parametrize("rate", [0.9, "0", "-1", "x", "1e400", True, None])
def test_refuses_rates_that_are_not_exact(settings, rate):
    settings.APPROVAL_LIMIT_RATES = {"EUR": rate}
    (error,) = check_rates()
    assert "EUR" in error.msg


def test_takes_the_rates_that_it_comes_with():
    from billing_site.approval_rates import APPROVAL_LIMIT_RATES

    assert APPROVAL_LIMIT_RATES["USD"] == "1"
    assert list(check_rates()) == []


@pytest.mark.django_db
def test_a_request_says_its_currency_for_ever():
    asked = ask(create_person("maker"), amount=10_000_000, currency="JPY")
    assert asked.currency == "JPY"
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(currency="USD")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM approvals_approval")
