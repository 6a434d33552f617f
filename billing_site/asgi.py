"""The entry point of the web server: granian serves `billing_site.asgi:application`, Django behind the gateway."""

from django.conf import settings

from billing_site.gateway import Gateway, Limits
from billing_site.wsgi import application as django_application

application = Gateway(
    django_application,
    threads=settings.WEB_THREADS,
    limits=Limits(body_bytes=settings.LONGEST_BODY_BYTES, body_seconds=30, silence_seconds=10),
)
