"""Services on bank files and their lines."""

from apps.bank.services.files import import_bank_file, read_bank_file, upload_bank_file
from apps.bank.services.lines import (
    confirm_lines,
    ignore_line,
    set_line_aside,
    settle_debit,
    take_line_up,
    tie_line,
)
from apps.bank.services.proposals import match_lines

__all__ = [
    "confirm_lines",
    "ignore_line",
    "import_bank_file",
    "match_lines",
    "read_bank_file",
    "set_line_aside",
    "settle_debit",
    "take_line_up",
    "tie_line",
    "upload_bank_file",
]
