"""Errors of bank statements and their lines."""

from apps.common.errors import Conflict, NotFound, Rejected


class WrongFormat(Rejected):
    """The file is not a statement that we can read."""

    code = "wrong_format"
    title = "The file cannot be read"

    @classmethod
    def at(cls, line: int, column: int | str, reason: str) -> "WrongFormat":
        """Return the error for a place in a file; the column is a number or a name."""
        return cls(f"Line {line}, {column}: {reason}", field="file", line=line, column=column)


class DoesNotAddUp(Rejected):
    """The opening balance plus the lines is not the closing balance."""

    code = "does_not_add_up"
    title = "The statement does not add up"


class UnknownAccount(Rejected):
    """No seller has this bank account."""

    code = "unknown_account"
    title = "The bank account belongs to no seller"


class KnownFile(Conflict):
    """The same file was imported before."""

    code = "known_file"
    title = "This file was imported already"


class FileNotFound(NotFound):
    """No bank file has this id."""

    code = "bank_file_not_found"
    title = "There is no such bank file"


class LineNotFound(NotFound):
    """No line of a bank statement has this id."""

    code = "bank_line_not_found"
    title = "There is no such bank line"


class LineClosed(Conflict):
    """The line was already settled or ignored, or the action is not for lines of its kind."""

    code = "bank_line_closed"
    title = "The bank line's state does not allow this"


class CurrencyDiffers(Conflict):
    """The customer is billed in another currency than the bank account's."""

    code = "currency_differs"
    title = "The customer's currency is not the bank account's"
