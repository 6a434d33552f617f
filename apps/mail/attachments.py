"""Papers that are attached to emails. Apps that draw them are above this one, so they register a function here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.mail.templates import MAIL_TEMPLATES


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF to attach, with the document's id and the SHA-256 of its bytes."""

    document_id: UUID
    name: str
    content: bytes
    sha256: str


# Each function returns a paper by the id of its document, or None if it knows no such document.
PAPERS: list[Callable[[UUID], Attachment | None]] = []


def attachment_of(template: str, context: Mapping[str, Any]) -> Attachment | None:
    """Return the paper to attach to an email with the data `context`, or None."""
    member = MAIL_TEMPLATES[template].attached
    return paper_by_id(UUID(str(context[member]))) if member else None


def paper_by_id(document_id: UUID) -> Attachment:
    """Return the paper of a document."""
    return next(paper for read in PAPERS if (paper := read(document_id)) is not None)
