"""What staff do with a customer beside money, which moves by actions."""

from apps.backoffice.services.archival import StillRunning, change_status

__all__ = ["StillRunning", "change_status"]
