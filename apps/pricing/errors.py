"""What pricing refuses."""

from apps.common.errors import Conflict, NotFound, Rejected


class UnknownPriceVersion(NotFound):
    code = "unknown_price_version"
    title = "There is no such price version"


class PriceTermsInvalid(Rejected):
    code = "price_terms_invalid"
    title = "The terms do not make a price"


class PriceNotDraft(Conflict):
    code = "price_not_draft"
    title = "A published price never changes; write a new version"


class PriceAlreadyEffective(Conflict):
    code = "price_already_effective"
    title = "Usage at that time may have been priced already; choose a later moment"


class PriceOverlaps(Rejected):
    code = "price_overlaps"
    title = "Another version is in force in that time"
