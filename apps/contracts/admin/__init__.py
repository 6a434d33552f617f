"""Admin pages of contracts, installments, and service agreements; every change goes through a service."""

from apps.contracts.admin.agreements import ServiceAgreementAdmin
from apps.contracts.admin.contracts import ContractAdmin
from apps.contracts.admin.installments import InstallmentAdmin

__all__ = ["ContractAdmin", "InstallmentAdmin", "ServiceAgreementAdmin"]
