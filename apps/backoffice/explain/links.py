"""Addresses of the pages that explain a figure."""

from collections.abc import Mapping

from django.db.models import Model
from django.http import Http404
from django.urls import reverse

# What explains the amounts on a row's own page: the explanation, and the row's column that names what it explains.
EXPLAINED: Mapping[str, tuple[str, str]] = {
    "ledger.Transfer": ("transfer", "pk"),
    "ledger.Entry": ("transfer", "transfer_id"),
    "wallets.Grant": ("grant", "pk"),
    "wallets.Consumption": ("transfer", "transfer_id"),
    "wallets.Shortfall": ("transfer", "transfer_id"),
    "usage.UsageEvent": ("event", "pk"),
    "usage.QuarantinedEvent": ("event", "pk"),
    "usage.UsagePosting": ("posting", "pk"),
    "contracts.Installment": ("installment", "pk"),
    "vouchers.Redemption": ("grant", "grant_id"),
    "payments.StripePayment": ("grant", "grant_id"),
}


SEPARATOR = ":"


def why(what: str, *identity: object) -> str:
    """Return the address that explains one thing: a `transfer`, a `grant`, a `posting`, an `event` …"""
    return reverse("admin:why", args=[what, SEPARATOR.join(map(str, identity))])


def parts_of(identity: str, *counts: int) -> list[str]:
    """Return the parts that `why` made an address of.

    Raises:
        Http404: there are not so many of them.
    """
    parts = identity.split(SEPARATOR)
    if len(parts) not in counts:
        raise Http404
    return parts


def why_of(row: Model) -> str:
    """Return the address that explains a row's amounts, empty where none does."""
    what, column = EXPLAINED.get(row._meta.label, ("", ""))
    identity = getattr(row, column) if what else None
    return "" if identity is None else why(what, identity)
