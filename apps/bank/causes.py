"""The bank rows that can cause a ledger transfer."""

from apps.common.causes import CauseType, register

BANK_LINE = register(CauseType(name="bank.line", label="Bank line", models=("bank.BankLine",)))
