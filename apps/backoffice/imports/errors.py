"""Errors of imported files."""

from apps.common.errors import Conflict, NotFound, Rejected


class WrongFormat(Rejected):
    """The file cannot be read."""

    code = "wrong_format"
    title = "The file cannot be read"


class KnownFile(Conflict):
    """The same file was imported before."""

    code = "known_file"
    title = "This file was imported already"


class BadLines(Conflict):
    """Lines of the file cannot be imported, so none is."""

    code = "bad_lines"
    title = "Lines of the file cannot be imported, so nothing was"


class FileNotFound(NotFound):
    """There is no such imported file."""

    code = "file_not_found"
    title = "No such file"
