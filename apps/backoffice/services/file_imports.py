"""Upload a CSV file of customers or contracts, check it, and import all of it."""

import gzip
import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from apps.backoffice.imports.errors import BadLines, FileNotFound, KnownFile
from apps.backoffice.imports.kinds import KINDS
from apps.backoffice.models import ImportedFile
from apps.common.errors import BillingError


@transaction.atomic
def upload_file(*, kind: str, file_name: str, raw: bytes, created_by: str, now: datetime) -> ImportedFile:
    """Check a file and store it with its problems; a file that already waits for import is checked again.

    Raises:
        WrongFormat: it cannot be read at all.
        KnownFile: it was already imported.
    """
    importing = KINDS[kind]()
    read = importing.read(raw)
    sha256 = hashlib.sha256(raw).hexdigest()
    known = ImportedFile.objects.select_for_update().filter(kind=kind, sha256=sha256).first()
    if known is not None and known.imported_at is not None:
        raise KnownFile(f"It was imported on {known.imported_at:%Y-%m-%d} by {known.imported_by}.", field="file")
    file = known or ImportedFile(kind=kind, sha256=sha256, created_at=now, created_by=created_by)
    file.file_name, file.content = file_name[:200], gzip.compress(raw, mtime=0)
    _, found = importing.check(read.rows)
    problems = sorted([*read.problems, *found], key=lambda each: each.number)
    file.problems = [[each.number, each.column, each.reason] for each in problems]
    file.line_count = len(read.rows) + len(read.problems)
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError as error:
        raise KnownFile("Somebody else has just uploaded it.", field="file") from error
    return file


@transaction.atomic
def import_file(*, file_id: int, created_by: str, now: datetime) -> ImportedFile:
    """Import a file, all or nothing, once.

    Raises:
        FileNotFound: there is none.
        KnownFile: it was already imported.
        BadLines: a line cannot be imported; upload the file again to see all of them.
    """
    file = ImportedFile.objects.select_for_update().filter(pk=file_id).first()
    if file is None:
        raise FileNotFound
    if file.imported_at is not None:
        raise KnownFile(f"It was imported on {file.imported_at:%Y-%m-%d} by {file.imported_by}.")
    importing = KINDS[file.kind]()
    read = importing.read(gzip.decompress(file.content))
    checked, problems = importing.check(read.rows)
    problems = [*read.problems, *problems]
    if problems:
        first = problems[0]
        raise BadLines(f"Line {first.number}, {first.column or 'the whole line'}: {first.reason}")
    for row, form in zip(read.rows, checked, strict=True):
        try:
            importing.create(form, created_by=created_by, now=now)
        except BillingError as error:
            raise BadLines(f"Line {row.number}: {error.detail}") from error
    file.imported_by, file.imported_at, file.content = created_by, now, b""
    file.save()
    return file
