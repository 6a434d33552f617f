"""Papers that go with mails. The app that draws them adds itself, since it is above this one."""

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


# Returns the paper of a document by its id.
PAPERS: list[Callable[[UUID], Attachment]] = []


def attachment_of(template: str, context: Mapping[str, Any]) -> Attachment | None:
    """Return the paper that a mail about `context` has, or None."""
    member = MAIL_TEMPLATES[template].attached
    return paper_by_id(UUID(str(context[member]))) if member else None


def paper_by_id(document_id: UUID) -> Attachment:
    """Return the paper of a document."""
    (read,) = PAPERS
    return read(document_id)
