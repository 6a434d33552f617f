"""The WSGI entry point; granian serves `billing_site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from billing_site.checks import refuse_to_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
# No client waits longer than this for a response; jobs and commands have statements that take minutes.
os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "30")
application = get_wsgi_application()
refuse_to_start()

from apps.wallets.services import write_refusals_until_exit  # noqa: E402 (needs the apps)

write_refusals_until_exit()
