"""What a German person types and reads on English pages; the crawls look at every page in these formats."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils.html import strip_tags

from apps.wallets.models import Grant
from tests.backoffice.formats import GERMAN
from tests.backoffice.people import PASSWORD, client_of, create_staff
from tests.backoffice.world import NOW, create_customer

pytestmark = pytest.mark.django_db


@time_machine.travel(NOW)
def test_an_amount_and_an_end_are_typed_reviewed_and_stored():
    client = client_of(create_staff("greta", "Billing", password=PASSWORD))
    assert client.post("/admin/preferences/", GERMAN).status_code == 302
    page = f"/admin/tenants/organization/{create_customer().pk}/grant/"
    typed = {
        "token": "0b0a8b3c-9f6e-4a5e-9a55-0c3f5e0e7f11",
        "amount": "934,50",
        "source": Grant.Source.BONUS,
        "expires_at_0": "31.03.2027",
        "expires_at_1": "",
        "password": PASSWORD,
        "reason": "After the outage",
    }
    review = strip_tags(client.post(page, {**typed, "_step": "review"}).content.decode())
    assert "934,50 USD" in review
    assert "end of 31.03.2027" in review
    refused = client.post(page, {**typed, "amount": "1.234", "_step": "review"})
    assert "can be read as 1234,00 or as 1,2340" in refused.content.decode()
    done = client.post(page, {**typed, "_step": "confirm"}, follow=True).content.decode()
    assert "Grant credit: done. Acme, 934,50 USD" in done
    grant = Grant.objects.get(amount_micros=934_500_000)
    assert grant.expires_at == datetime(2027, 3, 31, 22, tzinfo=UTC)
