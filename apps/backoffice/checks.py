"""System checks: staff sign in with a second factor outside development."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_second_factor(**_: Any) -> Iterable[CheckMessage]:
    if not (settings.STAFF_SECOND_FACTOR or settings.DEVELOPMENT):
        yield Error(
            "STAFF_SECOND_FACTOR is off outside development.",
            hint="Unset it: a stolen password would then be enough to move money.",
            id="backoffice.E001",
        )
