"""The days of documents and money, in the seller's time zone."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import DateField, DateTimeField, F, Func, Value
from django.db.models.functions import Cast, Coalesce

from apps.billing_profiles.errors import ValueDateAhead
from apps.billing_profiles.models import BillingProfile, Seller
from apps.common.errors import Rejected
from apps.common.periods import midnight


def day_of(seller: Seller, now: datetime) -> date:
    """Return the seller's day at a time."""
    return seller.day_of(now)


def seller_day(time_zone: str, now: datetime) -> Cast:
    """Return the SQL expression for the day at a time of the seller whose time zone is at a path; without one, of UTC.

    It is `day_of` for the sellers of many rows.
    """
    zone = Coalesce(F(time_zone), Value("UTC"))
    return Cast(Func(zone, Value(now), function="timezone", output_field=DateTimeField()), DateField())


def counts_from(seller: Seller, value_date: date, now: datetime) -> datetime:
    """Return the time from which money with a value date counts: midnight UTC of that day, or of the first open day.

    Raises:
        ValueDateAhead: the value date is in the future.
    """
    _refuse_ahead(value_date, day_of(seller, now))
    if seller.closed_through is not None and value_date <= seller.closed_through:
        return midnight(seller.closed_through + timedelta(days=1))
    return midnight(value_date)


def open_time(seller: Seller | None, at: datetime) -> datetime:
    """Return the time from which something that happened at a time counts: that time, or the seller's first open day.

    Without a seller no books are closed.
    """
    if seller is None or seller.closed_through is None:
        return at
    return max(at, midnight(seller.closed_through + timedelta(days=1)))


def seller_or_none(organization_id: UUID | None) -> Seller | None:
    """Return a customer's seller, if it has one."""
    profile = _profile(organization_id)
    return profile.seller if profile else None


def counts_from_if_dated(organization_id: UUID, value_date: date | None, now: datetime) -> datetime | None:
    """Return the time from which a customer's money counts; None if it has no value date and counts when posted.

    Without a billing profile, and so without a seller, days are those of UTC and no books are closed.

    Raises:
        ValueDateAhead: the value date is in the future.
    """
    if value_date is None:
        return None
    if profile := _profile(organization_id):
        return counts_from(profile.seller, value_date, now)
    _refuse_ahead(value_date, now.astimezone(UTC).date())
    return midnight(value_date)


def refuse_before_received(value_date: date | None, received: date) -> None:
    """Refuse to send money back before the day on which it was received; no value date is never too early.

    Raises:
        Rejected: the value date is before that day.
    """
    if value_date is not None and value_date < received:
        raise Rejected(f"The money was received later, on {received}.", field="value_date")


def today_of(organization_id: UUID | None, now: datetime) -> date:
    """Return today for a customer's money: the day of its seller; without a seller, the day in UTC."""
    profile = _profile(organization_id)
    return profile.seller.day_of(now) if profile else now.astimezone(UTC).date()


def _profile(organization_id: UUID | None) -> BillingProfile | None:
    return BillingProfile.objects.select_related("seller").filter(pk=organization_id).first()


def _refuse_ahead(value_date: date, today: date) -> None:
    if value_date > today:
        raise ValueDateAhead(f"The value date {value_date} is in the future.", field="value_date")
