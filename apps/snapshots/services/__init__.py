"""Services that collect snapshots and choose their sources."""

from apps.snapshots.services.batches import collect_batch, start_collection
from apps.snapshots.services.collection import collect_balance, collect_costs
from apps.snapshots.services.sources import choose_source

__all__ = ["choose_source", "collect_balance", "collect_batch", "collect_costs", "start_collection"]
