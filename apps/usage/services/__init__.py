"""What others may ask of metering."""

from apps.usage.services.ingest import Ingested, ingest

__all__ = ["Ingested", "ingest"]
