"""The WSGI entry point; granian serves `billing_site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from billing_site.checks import refuse_to_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
application = get_wsgi_application()
refuse_to_start()
