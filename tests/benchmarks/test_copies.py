"""Copied charges and events count as if the services had written them."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Sum

from apps.ledger.models import Account, Entry, Transfer
from apps.usage.models import BreakdownTotal, EventId, UsageDay, UsageEvent
from apps.usage.services import make_partitions
from apps.wallets.accounts import Role, code_of
from apps.wallets.models import ChargeNet, Consumption, DayTotal, Grant
from benchmarks.copies import copy_year
from benchmarks.growth import _use, charge, make_catalog
from tests.factories import create_grant, create_organization

# Copies have the hashes of their originals, so the proof of the book would fail.
pytestmark = [pytest.mark.django_db, pytest.mark.tampers]


def test_a_year_is_multiplied_with_its_balances_and_sums(now: datetime) -> None:
    make_catalog(now)
    make_partitions(now=now)
    organization = create_organization(now)
    create_grant(organization, "1000", now)
    charge(organization, range(4), now)
    _use(organization, range(4), now - timedelta(days=1))
    of, book = {"organization": organization}, {"book": organization.pk}
    counted = [
        Transfer.objects.filter(kind="usage", **book),
        ChargeNet.objects.filter(**of),
        Consumption.objects.filter(**of),
        UsageEvent.objects.filter(**of),
        EventId.objects.filter(organization_id=organization.pk),
    ]
    before = [rows.count() for rows in counted]
    events = UsageDay.objects.filter(**of).aggregate(sum=Sum("event_count"))["sum"]
    broken_down = BreakdownTotal.objects.filter(**of).aggregate(sum=Sum("charge_micros"))["sum"]

    copy_year(organization.pk, 2)
    charge(organization, range(4, 6), now)

    new = [2, 2, 2, 0, 0]
    assert [rows.count() for rows in counted] == [3 * old + more for old, more in zip(before, new, strict=True)]
    assert UsageDay.objects.filter(**of).aggregate(sum=Sum("event_count"))["sum"] == 3 * events
    assert BreakdownTotal.objects.filter(**of).aggregate(sum=Sum("charge_micros"))["sum"] == 3 * broken_down > 0
    wallet = Account.objects.get(code=code_of(organization.pk, Role.WALLET), **book)
    entries = Entry.objects.filter(account=wallet)
    assert entries.aggregate(sum=Sum("amount_micros"))["sum"] == wallet.balance_micros
    assert Grant.objects.filter(**of).aggregate(sum=Sum("remaining_micros"))["sum"] == wallet.balance_micros
    assert DayTotal.objects.filter(**of).aggregate(sum=Sum("amount_micros"))["sum"] == wallet.balance_micros
