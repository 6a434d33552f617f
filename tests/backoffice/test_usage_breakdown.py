"""The usage tab's table by dimension, and its file."""

import csv
import io
import re

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse

from apps.backoffice.customer_page.summary import tab_of
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    acme = create_organization(NOW, "acme")
    price(make_meter(breakdowns=[{"by": "key", "since": "2026-01-01"}]), micros_per_million=1_000_000)
    cost = {"amount": "1.5", "currency": "USD"}
    days = ("2026-10-05T10:00:00Z", "2026-11-17T10:00:00Z", "2026-11-18T10:00:00Z")
    for number, at in enumerate(days):
        send(acme, NOW, event(f"e{number}", quantity=1_000_000, key="k1", time=at, cost=cost))
    return acme


def rows_of(answer):
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@time_machine.travel(NOW)
def test_the_file_has_the_range_and_the_breakdown_of_the_tab(acme):
    billing = client_of(create_staff("ada", "Billing"))
    tab = billing.get(tab_of(acme, "usage", by="key", range="90")).text
    file = f"{reverse('admin:usage_breakdown', args=[acme.pk])}?by=key&amp;range=90"
    assert f'href="{file}"' in tab
    assert "Usage by key, last 90 days" in tab
    answer = billing.get(file.replace("&amp;", "&"))
    assert answer["Content-Disposition"].startswith('attachment; filename="usage-acme-')
    rows = [(row["day"], row["key"], row["charge"], row["costUsd"], row["marginUsd"]) for row in rows_of(answer)]
    assert rows == [(f"2026-{day}", "k1", "1", "1.5", "-0.5") for day in ("10-05", "11-17", "11-18")]
    months = rows_of(billing.get(f"{reverse('admin:usage_breakdown', args=[acme.pk])}?by=key&range=12m"))
    assert [(row["month"], row["events"]) for row in months] == [("2026-10", "1"), ("2026-11", "2")]


@time_machine.travel(NOW)
def test_by_kind_the_tab_has_the_costs_for_those_who_may_see_them():
    globex = create_organization(NOW, "globex")
    meter = make_meter(breakdowns=[{"by": "model,kind", "since": "2026-01-01"}])
    price(meter, input_micros_per_million=1_000_000, output_micros_per_million=4_000_000)
    cost = {"amount": "1.5", "currency": "USD"}
    send(globex, NOW, event(model="m", input_tokens=2_000_000, reasoning_tokens=250_000, cost=cost))
    send(globex, NOW, event("e2", input_tokens=1_000_000))
    billing, reader = client_of(create_staff("ada", "Billing")), create_staff("vic")
    reader.user_permissions.add(Permission.objects.get(codename="view_organization"))
    address = tab_of(globex, "usage", by="model,kind", range="30")
    text = " ".join(re.sub("<[^>]+>", " ", billing.get(address).text).split())
    assert "Usage by model and kind, last 30 days" in text
    assert "m / input 1 0 2,000,000 0 2.00 USD 1.00 USD" in text
    assert "m / reasoning 1 0 0 250,000 1.00 USD 0.50 USD" in text
    assert "- / input 1 0 1,000,000 0 1.00 USD m / reasoning" in text  # its cost is not known
    assert "Total 4.00 USD" in text
    assert "Our cost" not in client_of(reader).get(address).text
    file = rows_of(billing.get(f"{reverse('admin:usage_breakdown', args=[globex.pk])}?by=model,kind&range=30"))
    assert {(row["day"], row["kind"], row["charge"], row["costUsd"]) for row in file} == {
        ("2026-11-18", "input", "2", "1"),
        ("2026-11-18", "input", "1", "0"),
        ("2026-11-18", "reasoning", "1", "0.5"),
    }


@time_machine.travel(NOW)
def test_only_those_who_may_see_margins_get_costs_and_strangers_nothing(acme):
    address = reverse("admin:usage_breakdown", args=[acme.pk])
    reader = create_staff("vic")
    reader.user_permissions.add(Permission.objects.get(codename="view_organization"))
    row = rows_of(client_of(reader).get(f"{address}?range=12m&by=nonsense"))[0]
    assert ("charge" in row, "costUsd" in row) == (True, False)
    assert client_of(create_staff("nobody")).get(address).status_code == 403
