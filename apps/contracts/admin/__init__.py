"""Contracts, installments and service agreements on staff's screens; everything that changes is a service call."""

from apps.contracts.admin.agreements import ServiceAgreementAdmin
from apps.contracts.admin.contracts import ContractAdmin
from apps.contracts.admin.installments import InstallmentAdmin

__all__ = ["ContractAdmin", "InstallmentAdmin", "ServiceAgreementAdmin"]
