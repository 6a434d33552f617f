"""Kinds of wallet entries, sources of grants, and overage rules. The models add the labels."""

from enum import StrEnum


class Kind(StrEnum):
    """The kind of an entry on the wallet account."""

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
    """The origin of a grant."""

    SIGNUP = "signup"
    INCLUDED_QUOTA = "included_quota"
    VOUCHER = "voucher"
    CONTRACT = "contract"
    TOP_UP = "top_up"
    BONUS = "bonus"
    ADJUSTMENT = "adjustment"


CHARGED = (Kind.USAGE, Kind.CHARACTER, Kind.SERVICE)


class Overage(StrEnum):
    """What a capture does with the part of its amount that exceeds the hold."""

    REFUSE = "refuse"
    ALLOW = "allow"
    AVAILABLE = "available"
    OWE = "owe"
