"""Tasks of notices."""

from datetime import datetime
from uuid import UUID

from apps.notices import services
from apps.outbox.delivery import outbox_task, scheduled_task


@outbox_task(services.PUBLISH)
def publish(
    *,
    organization_id: str,
    notice: str,
    key: str,
    data: str,
    mail: bool,
    occurred_at: str,
    now: datetime,
    **_newer_arguments: object,
) -> None:
    """Send a customer a notice by webhook and mail."""
    services.publish(
        organization_id=UUID(organization_id),
        notice=notice,
        key=key,
        data=data,
        mail=mail,
        occurred_at=datetime.fromisoformat(occurred_at),
        now=now,
    )


@scheduled_task("notices.review_endpoints")
def review_endpoints(*, now: datetime) -> None:
    """Disable webhook endpoints that fail for too long, and notify customers of failing ones."""
    services.review_endpoints(now=now)
