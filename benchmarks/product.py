"""The product with the benchmarks' views added; granian serves `benchmarks.product:application`."""

import os
import sys

# structlog and REST framework import these where they are installed, and production does not install them.
sys.modules["rich"] = sys.modules["pygments"] = None  # type: ignore[assignment]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")

from django.conf import settings  # noqa: E402 - after the modules that it must not find

settings.ROOT_URLCONF = "benchmarks.views"

from billing_site.asgi import application  # noqa: E402 - it makes the handler from the settings

__all__ = ["application"]
