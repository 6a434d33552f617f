"""Send a day's root to PROOF_URL, where an owner of the database cannot change it."""

from datetime import date, datetime

import requests
from django.conf import settings

from apps.proofs.models import DayRoot
from apps.proofs.selectors import root_document

SECONDS = 10


class RootNotAccepted(Exception):
    """PROOF_URL did not answer with 2xx; the outbox sends the root again."""


def send_root(*, day: date, now: datetime) -> None:
    """POST a day's root to PROOF_URL, unless it was received before or the setting was removed.

    Raises:
        RootNotAccepted: there was no answer, or one other than 2xx.
    """
    sealed = DayRoot.objects.get(pk=day)
    if sealed.sent_at is not None or not settings.PROOF_URL:
        return
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                settings.PROOF_URL, json=root_document(sealed), timeout=SECONDS, allow_redirects=False, stream=True
            )
        except requests.RequestException as error:
            raise RootNotAccepted(f"no answer ({type(error).__name__})") from error
        if not 200 <= answer.status_code < 300:
            raise RootNotAccepted(f"answered {answer.status_code}")
    DayRoot.objects.filter(pk=day, sent_at=None).update(sent_at=now)
