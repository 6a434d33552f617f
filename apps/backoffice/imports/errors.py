"""Errors of imported files."""

from apps.common.errors import Conflict, NotFound, Rejected


class WrongFormat(Rejected):
    """The file cannot be read."""

    code = "wrong_format"
    title = "The file cannot be read"


class KnownFile(Conflict):
    """The same file was imported before."""

    code = "known_file"
    title = "This file was already imported"


class BadLines(Conflict):
    """Some lines of the file cannot be imported, so none were."""

    code = "bad_lines"
    title = "Some lines of the file cannot be imported, so nothing was imported"


class FileNotFound(NotFound):
    """There is no such imported file."""

    code = "file_not_found"
    title = "No such file"
