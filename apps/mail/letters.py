"""Write an email from its template and the notice's data; a member missing from the data is an error, not a blank."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template import Context, Engine
from django.utils.translation import gettext, override

from apps.common.languages import Language
from apps.mail.models import Contact
from apps.mail.templates import MAIL_TEMPLATES
from apps.mail.unsubscribe_links import unsubscribe_address
from apps.tenants.models import Organization

# Functions that return a customer's language, or an empty text. Apps above this one add theirs.
SPOKEN: list[Callable[[UUID], str]] = []


def language_for(organization_id: UUID, language: str) -> str:
    """Return a contact's language, or if it is empty, the customer's."""
    return language or next(filter(None, (ask(organization_id) for ask in SPOKEN)), Language.ENGLISH)


# Functions that return the sender of a customer's emails, or an empty text. Apps above this one add theirs.
SENDERS: list[Callable[[UUID], str]] = []


def sender_of(organization_id: UUID) -> str:
    """Return the sender of a customer's emails, such as Example GmbH <billing@example.de>; by default the site's."""
    return next(filter(None, (ask(organization_id) for ask in SENDERS)), settings.DEFAULT_FROM_EMAIL)


class MissingMember(ValueError):
    """The template names a member that the notice's data does not have."""


class _Missing(str):
    """Django's placeholder for an unknown name; using it raises the error."""

    __slots__ = ()

    def __new__(cls) -> "_Missing":
        return super().__new__(cls, "%s")

    def __mod__(self, name: object) -> str:
        raise MissingMember(f"the data of the email has no {name}")


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """An email's subject and its two bodies."""

    subject: str
    text: str
    html: str


def write_mail(
    *,
    organization: Organization,
    template: str,
    context: Mapping[str, Any],
    contact: Contact | None,
    language: str = "",
) -> WrittenMail:
    """Write an email to a contact in its language; without one, for a preview, it has no link to unsubscribe.

    `language` is the preview's, by default the customer's.

    Raises:
        MissingMember: the template uses a member that `context` lacks.
        KeyError: there is no such template.
    """
    language = language_for(organization.pk, contact.language if contact else language)
    with override(language):
        return _written(organization, template, context, contact, language)


def _written(
    organization: Organization, template: str, context: Mapping[str, Any], contact: Contact | None, language: str
) -> WrittenMail:
    kind = MAIL_TEMPLATES[template]
    values = {
        **context,
        "organization": organization,
        "currency": context.get("currency", organization.currency),
        "title": gettext(kind.title),
        "language": language,
        "site": settings.PUBLIC_BASE_URL,
        "unsubscribe": unsubscribe_address(contact, template) if contact and kind.may_unsubscribe else "",
    }
    return WrittenMail(
        subject=re.sub(
            r"\s+", " ", _render(f"mail/{template}.subject.txt", values, autoescape=False), flags=re.ASCII
        ).strip()[:250],
        text=_render(f"mail/{template}.txt", values, autoescape=False).strip() + "\n",
        html=_render(f"mail/{template}.html", values, autoescape=True),
    )


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(settings.BASE_DIR / "templates")],
        libraries={"mail_text": "apps.mail.templatetags.mail_text"},
        builtins=["django.templatetags.i18n", "apps.mail.templatetags.mail_text"],
        string_if_invalid=_Missing(),
    )


def _render(name: str, values: Mapping[str, Any], *, autoescape: bool) -> str:
    return _engine().get_template(name).render(Context(dict(values), autoescape=autoescape))
