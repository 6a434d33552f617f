"""Admin pages of approval requests and of bulk actions."""

from apps.approvals.admin.requests import ApprovalAdmin
from apps.approvals.admin.runs import BulkRowAdmin, BulkRunAdmin

__all__ = ["ApprovalAdmin", "BulkRowAdmin", "BulkRunAdmin"]
