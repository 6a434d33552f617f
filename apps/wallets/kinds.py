"""What entries and grants are called, as plain words: the models give them their labels."""

from enum import StrEnum


class Kind(StrEnum):
    """What an entry on the wallet account is."""

    GRANT = "grant"
    USAGE = "usage"
    CHARACTER = "character"
    SERVICE = "service"
    EXPIRY = "expiry"
    REFUND = "refund"
    DISPUTE = "dispute"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"


class Source(StrEnum):
    """Where credit came from."""

    SIGNUP = "signup"
    INCLUDED_QUOTA = "included_quota"
    VOUCHER = "voucher"
    CONTRACT = "contract"
    TOP_UP = "top_up"
    BONUS = "bonus"
    ADJUSTMENT = "adjustment"


CHARGED = (Kind.USAGE, Kind.CHARACTER, Kind.SERVICE)


class Overage(StrEnum):
    """What a capture does with the part of its amount that is above the hold."""

    REFUSE = "refuse"
    ALLOW = "allow"
    AVAILABLE = "available"
    OWE = "owe"
