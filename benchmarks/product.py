"""The product with the benchmarks' views added; granian serves `benchmarks.product:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")

from django.conf import settings

settings.ROOT_URLCONF = "benchmarks.views"

from billing_site.asgi import application  # noqa: E402 - it makes the handler from the settings

__all__ = ["application"]
