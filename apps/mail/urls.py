"""The public URLs of email: the page to unsubscribe, and the webhook of the email provider."""

from anymail.urls import urlpatterns as provider_urls
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from apps.mail.views import unsubscribe


def mail_urls() -> list[URLPattern | URLResolver]:
    """Return the URL to unsubscribe and, if reports are signed, the webhook of the configured provider."""
    return [path("mail/unsubscribe/<str:token>", unsubscribe, name="mail-unsubscribe"), *_reports()]


def _reports() -> list[URLPattern | URLResolver]:
    if not (settings.EMAIL_BACKEND.startswith("anymail.") and settings.MAIL_REPORTS_ARE_SIGNED):
        return []
    provider = settings.EMAIL_BACKEND.split(".")[2]
    wanted = [each for each in provider_urls if each.name == f"{provider}_tracking_webhook"]
    return [path("webhooks/mail/", include(wanted))]
