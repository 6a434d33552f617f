"""The gateway in `examples/` serves calls over HTTP; each call is charged once, by its event."""

from decimal import Decimal

import pytest
from django.utils import timezone

from apps.ledger.models import Hold
from apps.usage.models import UsageEvent
from examples.gateway import Billing, main, serve
from tests.api.callers import key_of
from tests.factories import create_grant, create_organization
from tests.pricing.factories import make_meter, price


@pytest.mark.django_db(transaction=True)
def test_captures_each_call_by_its_event(live_server):
    now = timezone.now()
    acme = create_organization(now)
    create_grant(acme, "0.1", now)
    price(make_meter("chat"), input_micros_per_million=1_250_000, output_micros_per_million=10_000_000)
    billing = Billing(live_server.url, key_of(acme, "reservations:write", "usage:write"))
    end, charged = serve(billing, "chat", "small")
    event = UsageEvent.objects.get()
    assert (end, Decimal(event.charge_micros).scaleb(-6)) == ("served", charged)
    assert Hold.objects.get().status == "captured"


@pytest.mark.parametrize(
    ("address", "key", "said"), [("127.0.0.1", "bk_test_x", "http://"), ("http://127.0.0.1", "", "set BILLING_KEY")]
)
def test_says_what_it_needs(monkeypatch, capsys, address, key, said):
    monkeypatch.setattr("sys.argv", ["gateway.py", address])
    monkeypatch.setenv("BILLING_KEY", key)
    with pytest.raises(SystemExit):
        main()
    assert said in capsys.readouterr().err
