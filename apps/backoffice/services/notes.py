"""Notes: the colleagues that a text mentions, and the email to each of them."""

import re
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Model, Q
from django.template.loader import render_to_string
from django.urls import reverse

from apps.backoffice.models import Note
from apps.outbox.services import enqueue

SEND_MENTION = "backoffice.send_mention"
# A mention starts a word, so that "write to bob@example.com" mentions nobody.
MENTION = re.compile(r"(?:^|(?<=\s))@([\w.+-]+(?:@[\w-]+(?:\.[\w-]+)+)?)")


def mentioned_in(text: str) -> tuple[list[User], list[str]]:
    """Return the colleagues that a text mentions by user name, or by its part before the "@", and unknown names."""
    names = [name.rstrip(".").lower() for name in MENTION.findall(text)]
    people: list[User] = []
    unknown: list[str] = []
    for name in dict.fromkeys(names):
        wanted = Q(username__iexact=name) | Q(username__istartswith=f"{name}@")
        found = list(User.objects.filter(wanted, is_active=True, is_staff=True)[:2])
        if len(found) == 1:
            people += found
        else:
            unknown.append(name)
    return people, unknown


@transaction.atomic
def mention(*, note: Note, now: datetime) -> None:
    """Set the colleagues that a note mentions, and queue an email to each new one but the author."""
    people, _ = mentioned_in(note.text)
    before = set(note.mentioned.values_list("pk", flat=True))
    note.mentioned.set(people)
    for person in people:
        if person.pk not in before and person.pk != note.author_id:
            arguments = {"note_id": note.pk, "user_id": person.pk}
            enqueue(SEND_MENTION, now=now, key=f"mention:{note.pk}:{person.pk}", arguments=arguments)


def send_mention(*, note_id: int, user_id: int) -> None:
    """Email a note to a colleague; nothing to one without an address.

    Raises:
        OSError: the mail server could not be reached; the caller tries again later.
    """
    note = Note.objects.select_related("organization", "author").get(pk=note_id)
    person = User.objects.get(pk=user_id)
    if not person.email or not person.is_active:
        return
    link = f"{settings.PUBLIC_BASE_URL}{page_of(note)}"
    text = render_to_string("admin/mention_mail.txt", {"note": note, "link": link})
    send_mail(f"{note.author} mentions you: {note.organization}", text, None, [person.email])


def subject_of(row: Model) -> dict[str, str]:
    """Return the fields by which a note names the row it is about."""
    return {"subject_type": row._meta.label_lower, "subject_id": str(row.pk)}


def row_of(subject_type: str, subject_id: str) -> Model | None:
    """Return the row that a note is about, or None."""
    try:
        found: Model | None = apps.get_model(subject_type)._default_manager.filter(pk=subject_id).first()
    except (LookupError, ValueError, ValidationError):
        return None
    return found


def page_of(note: Note) -> str:
    """Return the address of the row that a note is about, or of the customer's notes."""
    if note.subject_id:
        return reverse(f"admin:{note.subject_type.replace('.', '_')}_change", args=[note.subject_id])
    return f"{reverse('admin:tenants_organization_change', args=[note.organization_id])}?tab=notes"
