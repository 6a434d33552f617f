"""The second factor of staff: time-based codes, and recovery codes in case the phone is lost.

Recovery codes are stored as digests, so a copy of the database does not let anybody in.
"""

import base64
import hashlib
import secrets

from django.contrib.auth.models import User
from django.db import transaction
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.common.errors import Rejected

RECOVERY_CODES = 10


class WrongCode(Rejected):
    code = "wrong_code"
    title = "That code is wrong or was already used. Wait for the next one and try again"


def confirmed_device(user: User) -> TOTPDevice | None:
    """Return the confirmed device whose codes let this person in, or None."""
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()
    return found


@transaction.atomic
def pending_device(user: User) -> TOTPDevice:
    """Return the device being set up: the same one until it is confirmed, so that a reload shows the same QR code."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=False).order_by("pk").first()
    return found or TOTPDevice.objects.create(user=user, name="authenticator", confirmed=False)


@transaction.atomic
def confirm_device(*, user: User, code: str) -> tuple[TOTPDevice, list[str]]:
    """Replace the current device by the pending one; return it with new recovery codes, shown once.

    Raises:
        WrongCode: the code does not come from the pending device.
    """
    device = pending_device(user)
    if not device.verify_token(_digits(code)):
        raise WrongCode(field="code")
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    return device, renew_recovery_codes(user=user)


@transaction.atomic
def renew_recovery_codes(*, user: User) -> list[str]:
    """Replace the recovery codes and return them in plain text; only their digests are stored."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes", confirmed=True)
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=digest(code)) for code in codes)
    return codes


def verify(*, user: User, code: str) -> Device:
    """Return the device that a code belongs to: six digits are an authenticator code, anything else a recovery code.

    Raises:
        WrongCode: the code is wrong, or the device is locked for a while after too many wrong codes.
    """
    digits = _digits(code)
    if digits.isdecimal() and len(digits) == 6:
        device: Device | None = confirmed_device(user)
        token = digits
    else:
        device, token = StaticDevice.objects.filter(user=user, confirmed=True).first(), digest(code)
    if device is None or not device.verify_is_allowed()[0] or not device.verify_token(token):
        raise WrongCode(field="code")
    return device


def digest(code: str) -> str:
    """Return the stored digest of a recovery code: 80 bits of its SHA-256, ignoring case and separators."""
    plain = "".join(character for character in code.lower() if character.isalnum())
    return base64.b32encode(hashlib.sha256(plain.encode()).digest()[:10]).decode().lower()


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _digits(code: str) -> str:
    return code.replace(" ", "").replace("-", "")


@transaction.atomic
def forget_devices(*, user: User) -> None:
    """Delete the second factor and the recovery codes; the next sign-in sets up a new one."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
