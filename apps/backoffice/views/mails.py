"""Pages that show emails: previews for a customer, the HTML of a sent one, and in development all sent emails."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from apps.common.languages import Language
from apps.common.strict_json import read_object
from apps.mail.examples import EXAMPLES
from apps.mail.letters import WrittenMail, write_mail
from apps.mail.models import MailMessage
from apps.mail.templates import MAIL_TEMPLATES
from apps.tenants.models import Organization

# An email's own inline styles, and nothing that runs or loads.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
SHOWN_FILES = 100


def mail_preview(request: HttpRequest, site: AdminSite, organization_id: UUID, template: str = "") -> HttpResponse:
    """Show how a notice's email looks for a customer; `?part=html` returns the HTML alone, `?language` translates."""
    organization = _customer(request, organization_id)
    if not template:
        return _page(request, site, "Emails", organization=organization, notices=_notices(organization))
    language = request.GET.get("language", "")
    if template not in MAIL_TEMPLATES or language not in ("", *Language):
        raise Http404
    mail, is_own = _written(organization, template, language)
    if request.GET.get("part") == "html":
        return _html(mail.html)
    return _page(
        request,
        site,
        MAIL_TEMPLATES[template].title,
        organization=organization,
        notices=_notices(organization),
        mail=mail,
        is_own=is_own,
        languages=[(each.label, f"{request.path}?{urlencode({'language': each.value})}") for each in Language],
    )


def mail_html(request: HttpRequest, site: AdminSite, mail_id: UUID) -> HttpResponse:
    """Return the HTML of an email in the log."""
    if not request.user.has_perm("mail.view_mailmessage"):
        raise PermissionDenied
    return _html(get_object_or_404(MailMessage, pk=mail_id).html)


def local_mails(request: HttpRequest, site: AdminSite, name: str = "") -> HttpResponse:
    """Show what development sent, newest first, or one email; `?part=html` returns its HTML alone."""
    if not settings.MAIL_IS_LOCAL:
        raise Http404
    if not request.user.has_perm("mail.view_mailmessage"):
        raise PermissionDenied
    files = sorted(Path(settings.MAIL_FOLDER).glob("*.log"), key=lambda path: path.name, reverse=True)[:SHOWN_FILES]
    if not name:
        letters = [(reverse("admin:local_mail", args=[path.stem]), _read(path)) for path in files]
        return _page(request, site, "Emails sent in development", letters=letters)
    path = next((path for path in files if path.stem == name), None)
    if path is None:
        raise Http404
    letter = _read(path)
    if request.GET.get("part") == "html":
        return _html(_body(letter, "html"))
    mail = WrittenMail(subject=str(letter["Subject"]), text=_body(letter, "plain"), html="")
    return _page(request, site, mail.subject, mail=mail, headers=[*letter.items()])


def _customer(request: HttpRequest, organization_id: UUID) -> Organization:
    if not request.user.has_perm("mail.view_mailmessage"):
        raise PermissionDenied
    return get_object_or_404(Organization, pk=organization_id)


def _written(organization: Organization, template: str, language: str) -> tuple[WrittenMail, bool]:
    """Write a notice from the data of the customer's last one, else from an example; also return which of the two."""
    mails = MailMessage.objects.filter(organization=organization, template=template)
    last = mails.order_by("-created_at").values_list("context", flat=True).first()
    context = read_object(last) if last else EXAMPLES[template]
    mail = write_mail(organization=organization, template=template, context=context, contact=None, language=language)
    return mail, last is not None


def _notices(organization: Organization) -> list[tuple[str, str, str]]:
    """Return each notice's title, purpose and page."""
    return [
        (each.title, str(each.purpose.label), reverse("admin:mail_preview", args=[organization.pk, name]))
        for name, each in MAIL_TEMPLATES.items()
    ]


def _read(path: Path) -> EmailMessage:
    """Read a file of Django's file backend, which ends with a line of dashes."""
    raw = path.read_bytes().rstrip(b"\n").rstrip(b"-")
    return message_from_bytes(raw, policy=policy.default)


def _body(letter: EmailMessage, kind: str) -> str:
    part: Any = letter.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _html(html: str) -> HttpResponse:
    return HttpResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})


def _page(request: HttpRequest, site: AdminSite, title: str, **context: Any) -> HttpResponse:
    html = f"{request.path}?{urlencode({**request.GET.dict(), 'part': 'html'})}"
    return TemplateResponse(
        request, "admin/mails.html", {**site.each_context(request), "title": title, "html_href": html, **context}
    )
