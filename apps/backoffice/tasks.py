"""Emails to colleagues, and scheduled cleanup of ended sessions and old failed sign-ins."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.sessions.models import Session

from apps.backoffice import services
from apps.outbox.delivery import outbox_task, scheduled_task

# A lockout lasts half an hour; the record of who tried stays useful for longer.
ATTEMPTS_KEPT = timedelta(days=30)


@scheduled_task("backoffice.forget_sign_ins")
def forget_sign_ins(*, now: datetime) -> None:
    """Delete ended sessions, and failed sign-ins that are more than 30 days old."""
    Session.objects.filter(expire_date__lt=now).delete()
    for attempts in (AccessAttempt, AccessFailureLog):
        attempts.objects.filter(attempt_time__lt=now - ATTEMPTS_KEPT).delete()


@outbox_task(services.SEND_INVITATION)
def send_invitation(*, user_id: int, now: datetime, **_newer_arguments: object) -> None:
    """Email an invitation."""
    services.send_invitation(user_id=user_id)


@outbox_task(services.SEND_MENTION)
def send_mention(*, note_id: int, user_id: int, now: datetime, **_newer_arguments: object) -> None:
    """Email a note to a colleague that it mentions."""
    services.send_mention(note_id=note_id, user_id=user_id)


@scheduled_task("backoffice.mail_saved_views")
def mail_saved_views(*, now: datetime) -> None:
    """Queue the saved views that are emailed today."""
    services.queue_saved_views(now=now)


@outbox_task(services.SEND_VIEW)
def send_saved_view(*, view_id: int, now: datetime, **_newer_arguments: object) -> None:
    """Email a saved view to its owner."""
    from apps.backoffice.view_mails import send_view  # which reads the pages of all apps

    send_view(view_id=view_id, now=now)
