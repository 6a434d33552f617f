from django.apps import AppConfig
from django.core.checks import register


class SnapshotsConfig(AppConfig):
    name = "apps.snapshots"

    def ready(self) -> None:
        from apps.snapshots.checks import check_upstreams

        register(check_upstreams, "configuration")
