"""Write a mail from its template and the notice's data; a member that the data lacks is an error, not a blank."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.template import Context, Engine

from apps.mail.models import Contact
from apps.mail.templates import MAIL_TEMPLATES
from apps.mail.unsubscribe_links import unsubscribe_address
from apps.tenants.models import Organization


class MissingMember(ValueError):
    """The template names a member that the notice's data does not have."""


class _Missing(str):
    """What Django puts in place of an unknown name; putting it there is the error."""

    __slots__ = ()

    def __new__(cls) -> "_Missing":
        return super().__new__(cls, "%s")

    def __mod__(self, name: object) -> str:
        raise MissingMember(f"the data of the mail has no {name}")


@dataclass(frozen=True, slots=True)
class Written:
    """A mail's subject and its two bodies."""

    subject: str
    text: str
    html: str


def write_mail(
    *, organization: Organization, template: str, context: Mapping[str, Any], contact: Contact | None
) -> Written:
    """Write a mail to a contact; without one, for a preview, it has no link to unsubscribe.

    Raises:
        MissingMember: the template uses a member that `context` lacks.
        KeyError: there is no such template.
    """
    kind = MAIL_TEMPLATES[template]
    values = {
        **context,
        "organization": organization,
        "currency": context.get("currency", organization.currency),
        "title": kind.title,
        "language": contact.language if contact else Contact.Language.ENGLISH,
        "site": settings.PUBLIC_BASE_URL,
        "unsubscribe": unsubscribe_address(contact, template) if contact and kind.may_unsubscribe else "",
    }
    return Written(
        subject=" ".join(_render(f"mail/{template}.subject.txt", values, autoescape=False).split())[:250],
        text=_render(f"mail/{template}.txt", values, autoescape=False).strip() + "\n",
        html=_render(f"mail/{template}.html", values, autoescape=True),
    )


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(settings.BASE_DIR / "templates")],
        libraries={"mail_text": "apps.mail.templatetags.mail_text"},
        builtins=["apps.mail.templatetags.mail_text"],
        string_if_invalid=_Missing(),
    )


def _render(name: str, values: Mapping[str, Any], *, autoescape: bool) -> str:
    return _engine().get_template(name).render(Context(dict(values), autoescape=autoescape))
