"""A PostgreSQL and the settings to measure with: `BENCHMARK_DATABASE_URL`, or an embedded server for one run."""

import atexit
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from billing_site.embedded.postgres import Cluster


def prepare() -> None:
    """Point Django at the database, migrate it, and take the rate limits off."""
    # Ended by a signal, the embedded server is stopped all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = tempfile.mkdtemp(prefix="billing-benchmark-")
    os.chmod(folder, 0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(
        DATABASE_URL=os.environ.get("BENCHMARK_DATABASE_URL") or _embedded(folder),
        DJANGO_SETTINGS_MODULE="billing_site.settings",
        DEVELOPMENT="1",
        VAR_DIR=folder,
        SECRET_KEY="benchmarks-only-" + "k" * 50,
        ALLOWED_HOSTS="testserver",
        LOG_LEVEL="ERROR",
        DATABASE_CONN_MAX_AGE="86400",  # one connection throughout: what an ended one used is lost to the meter
        API_RATE_PER_CREDENTIAL="0",
        API_RATE_PER_ORGANIZATION="0",
        API_RATE_PER_ADDRESS="0",
        API_WRONG_CREDENTIALS_PER_ADDRESS="0",
    )
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.ROOT_URLCONF = "benchmarks.empty"  # the product's routes, and the empty views beside them
    call_command("migrate", verbosity=0)


def _embedded(folder: str) -> str:
    cluster = Cluster(Path(folder))
    atexit.register(cluster.stop, cluster.start())
    return cluster.url()
