"""Send notices to customers."""

from apps.notices.services.endpoint_notices import review_endpoints, rotate_secret
from apps.notices.services.publication import PUBLISH, QueuedNotice, notice_message, notify, publish

__all__ = ["PUBLISH", "QueuedNotice", "notice_message", "notify", "publish", "review_endpoints", "rotate_secret"]
