"""What staff do with a customer other than moving money, which is done by actions."""

from apps.backoffice.services.archival import StillRunning, change_status
from apps.backoffice.services.new_customers import NewCustomer, create_customer

__all__ = ["NewCustomer", "StillRunning", "change_status", "create_customer"]
