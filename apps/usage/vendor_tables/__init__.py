"""The table of each vendor, gateway and tracer: its name for each member of our event."""

from collections.abc import Mapping
from typing import Final

from apps.usage.vendor_reports import VendorTable
from apps.usage.vendor_tables.litellm import LITELLM, LITELLM_TOTALS
from apps.usage.vendor_tables.opentelemetry import OTEL
from apps.usage.vendor_tables.vendors import VENDORS

VENDOR_TABLES: Final[Mapping[str, tuple[VendorTable, ...]]] = {
    **VENDORS,
    "litellm": (LITELLM, LITELLM_TOTALS),
    "otel": (OTEL,),
}
