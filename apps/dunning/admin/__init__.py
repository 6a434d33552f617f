"""Admin pages of dunning: policies and cases."""

from apps.dunning.admin.cases import DunningCaseAdmin
from apps.dunning.admin.policies import DunningPolicyAdmin

__all__ = ["DunningCaseAdmin", "DunningPolicyAdmin"]
