"""The WSGI entry point; granian serves `billing_site.wsgi:application`."""

import gc
import os

import django
from django.urls import get_resolver

from billing_site.checks import refuse_to_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
# No client waits longer than this for a response; jobs and commands have statements that take minutes.
os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "30")
django.setup(set_prefix=False)
refuse_to_start()

from apps.wallets.services import write_refusals_until_exit  # noqa: E402 (needs the apps)
from billing_site.site_handler import SiteHandler  # noqa: E402 (needs the settings)

application = SiteHandler()
write_refusals_until_exit()

# Imported objects live as long as the process; frozen, the garbage collector skips them. It runs a full collection once
# new objects amount to a quarter of those that survived the last one: the second collection counts none of the frozen.
_ = get_resolver().url_patterns  # which imports the views
gc.collect()
gc.freeze()
gc.collect()
# A batch of 500 events makes thousands of objects and no cycles; with Python's 700 it would be searched many times.
gc.set_threshold(20_000, 10, 10)
