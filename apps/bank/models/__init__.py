"""Bank statements with their lines, the IBANs of payers, and the books of our own companies."""

from apps.bank.models.accounts import BankIdentity, SellerBook
from apps.bank.models.statements import BankFile, BankLine, BankStatement, CsvFormat

__all__ = ["BankFile", "BankIdentity", "BankLine", "BankStatement", "CsvFormat", "SellerBook"]
