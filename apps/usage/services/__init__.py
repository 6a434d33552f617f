"""What others may ask of metering."""

from apps.usage.services.closing import Closing, close_month, months_to_close
from apps.usage.services.ingest import Ingested, ingest
from apps.usage.services.proving import Break, check_usage
from apps.usage.services.rebuilding import rebuild_usage
from apps.usage.services.rerating import Rerated, price_characters, rerate_quarantined

__all__ = [
    "Break",
    "Closing",
    "Ingested",
    "Rerated",
    "check_usage",
    "close_month",
    "ingest",
    "months_to_close",
    "price_characters",
    "rebuild_usage",
    "rerate_quarantined",
]
