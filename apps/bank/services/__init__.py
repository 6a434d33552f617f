"""Services on bank files and their lines."""

from apps.bank.services.files import import_bank_file, read_bank_file, upload_bank_file
from apps.bank.services.lines import (
    confirm_lines,
    ignore_line,
    link_line,
    reopen_line,
    set_line_aside,
    settle_debit,
)
from apps.bank.services.proposals import match_lines

__all__ = [
    "confirm_lines",
    "ignore_line",
    "import_bank_file",
    "link_line",
    "match_lines",
    "read_bank_file",
    "reopen_line",
    "set_line_aside",
    "settle_debit",
    "upload_bank_file",
]
