"""Providers of balances and monthly costs: the organization's own ledger, or an account at an upstream."""

from apps.snapshots.providers.base import Provider
from apps.snapshots.providers.own_ledger import OwnLedger
from apps.snapshots.providers.upstream_http import UpstreamAccount

__all__ = ["OwnLedger", "Provider", "UpstreamAccount"]
