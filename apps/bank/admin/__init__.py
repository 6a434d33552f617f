"""Admin pages of bank files, their lines, and the books of our own companies."""

from apps.bank.admin.books import BankIdentityAdmin, SellerBookAdmin
from apps.bank.admin.files import BankFileAdmin, BankStatementAdmin, CsvFormatAdmin
from apps.bank.admin.lines import BankLineAdmin

__all__ = [
    "BankFileAdmin",
    "BankIdentityAdmin",
    "BankLineAdmin",
    "BankStatementAdmin",
    "CsvFormatAdmin",
    "SellerBookAdmin",
]
