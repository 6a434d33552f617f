"""What staff do with a customer other than moving money, which is done by actions."""

from apps.backoffice.services.archival import StillRunning, change_status

__all__ = ["StillRunning", "change_status"]
