"""Staff actions on contracts, installments, service agreements, and the credit of installments."""

from apps.contracts.actions.agreements import ChangeAgreement, ResumeAgreement, WriteAgreement
from apps.contracts.actions.contracts import CancelContract, ChangeRenewal
from apps.contracts.actions.credit import RefundGrant, RevokeGrant, UndoGrantRefund
from apps.contracts.actions.installments import (
    DiscountInstallment,
    RecordBankTransfer,
    RefundInstallment,
    UndoBankRefund,
    VoidInstallment,
    WriteOffInstallment,
)
from apps.contracts.actions.terms import AmendContract, EditContract, OfferContract

__all__ = [
    "AmendContract",
    "CancelContract",
    "ChangeAgreement",
    "ChangeRenewal",
    "DiscountInstallment",
    "EditContract",
    "OfferContract",
    "RecordBankTransfer",
    "RefundGrant",
    "RefundInstallment",
    "ResumeAgreement",
    "RevokeGrant",
    "UndoBankRefund",
    "UndoGrantRefund",
    "VoidInstallment",
    "WriteAgreement",
    "WriteOffInstallment",
]
