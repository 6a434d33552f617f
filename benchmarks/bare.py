"""The lower bound of every request: only Django and REST framework, one view, no database and no middleware.

Granian serves `benchmarks.bare:application` with these settings, and nothing of the product is imported.
"""

import sys

from django.conf import settings

sys.modules["pygments"] = None  # type: ignore[assignment]  # production does not install it

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=[],
    ROOT_URLCONF="benchmarks.bare_view",
    SECRET_KEY="unused: nothing is signed",
    REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
    USE_TZ=True,
)

from django.core.wsgi import get_wsgi_application  # noqa: E402 - it reads the settings above

application = get_wsgi_application()
