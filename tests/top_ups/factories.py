"""Settings of automatic top-up, as a customer who saved a card and switched it on has them."""

from datetime import datetime
from typing import Any

from apps.common.money import to_micros
from apps.tenants.models import Organization
from apps.top_ups.models import TopUp


def create_top_up(organization: Organization, now: datetime, **changed: Any) -> TopUp:
    """Buy 50 at 20, at most 60 a charge, 150 a day and 1000 a month; `changed` are columns."""
    columns = {
        "is_enabled": True,
        "threshold_micros": to_micros("20"),
        "amount_micros": to_micros("50"),
        "most_per_charge_micros": to_micros("60"),
        "most_per_day_micros": to_micros("150"),
        "most_per_month_micros": to_micros("1000"),
        "consented_by": "user:u1",
        "consented_at": now,
        "consent_text": "Charge my card.",
        "customer_id": "cus_1",
        "payment_method_id": "pm_1",
        "card_fingerprint": "fp_1",
        "card_brand": "visa",
        "card_last4": "4242",
        "card_exp_month": 12,
        "card_exp_year": 2030,
        "created_at": now,
        "updated_at": now,
    }
    return TopUp.objects.create(organization=organization, **(columns | changed))
