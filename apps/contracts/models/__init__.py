"""Models: contracts and versions, installments and their payments, deferred service revenue, service agreements."""

from apps.contracts.models.agreements import MONTHS_PER_CHARGE, ServiceAgreement
from apps.contracts.models.contracts import CONTRACT_TRANSITIONS, RUNNING, Contract, ContractPrice, ContractVersion
from apps.contracts.models.installments import (
    INSTALLMENT_TRANSITIONS,
    OPEN_STATES,
    SETTLED_STATES,
    Installment,
    InstallmentDiscount,
    InstallmentPayment,
    InstallmentSurplus,
)
from apps.contracts.models.refunds import InstallmentRefund
from apps.contracts.models.revenue import ServiceRevenue

__all__ = [
    "CONTRACT_TRANSITIONS",
    "INSTALLMENT_TRANSITIONS",
    "MONTHS_PER_CHARGE",
    "OPEN_STATES",
    "RUNNING",
    "SETTLED_STATES",
    "Contract",
    "ContractPrice",
    "ContractVersion",
    "Installment",
    "InstallmentDiscount",
    "InstallmentPayment",
    "InstallmentRefund",
    "InstallmentSurplus",
    "ServiceAgreement",
    "ServiceRevenue",
]
