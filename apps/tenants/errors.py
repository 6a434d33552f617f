"""Errors of this app."""

from apps.common.errors import BillingError, Conflict, Forbidden, NotFound, Rejected


class InvalidCredential(BillingError):
    """The token or API key does not authenticate the caller; the API responds with 401."""

    code = "invalid_credential"
    title = "The credential is not valid"


class OrganizationMissing(Forbidden):
    """The session is valid but has no organization."""

    code = "organization_missing"
    title = "The session token has no organization"


class KeyWithoutOrganization(Forbidden):
    """A platform key was used where a key of one organization is needed."""

    code = "key_without_organization"
    title = "The API key belongs to no organization"


class OrganizationUnknown(Forbidden):
    """The session's organization is not linked to a customer here."""

    code = "organization_unknown"
    title = "The organization has no billing account"


class OrganizationInactive(Forbidden):
    """The organization is suspended or archived."""

    code = "organization_inactive"
    title = "The organization is not active"


class OrganizationSuspended(OrganizationInactive):
    """The organization is suspended."""

    code = "organization_suspended"
    title = "The organization is suspended"


class OrganizationArchived(Conflict):
    """Nothing new can start for an archived organization."""

    code = "organization_archived"
    title = "The organization is archived"


class OrganizationNotFound(NotFound):
    """No organization has this id or slug."""

    code = "organization_not_found"
    title = "No such organization"


class ApiKeyNotFound(NotFound):
    """No API key has this id."""

    code = "api_key_not_found"
    title = "No such API key"


class SlugTaken(Conflict):
    """Another organization has the slug."""

    code = "slug_taken"
    title = "Another organization has this slug"


class IdentityTaken(Conflict):
    """The external identity is linked to another organization."""

    code = "identity_taken"
    title = "This identity belongs to another organization"


class IllegalStatusChange(Conflict):
    """The organization's status cannot change to the requested one."""

    code = "illegal_status_change"
    title = "The organization cannot change to this status"


class InvalidOrganization(Rejected):
    """A field of a new organization breaks a rule."""

    code = "invalid_organization"
    title = "A field of the organization is not valid"


class InvalidScopes(Rejected):
    """A key's scopes are missing, unknown, or not allowed for this kind of key."""

    code = "invalid_scopes"
    title = "The key's scopes are not valid"


class InvalidExpiry(Rejected):
    """A key's expiry is in the past."""

    code = "invalid_expiry"
    title = "The key's expiry is in the past"


class NotPostpaid(Conflict):
    """A prepaid organization cannot owe money and so has no limit."""

    code = "not_postpaid"
    title = "Only a postpaid customer has a limit"


class RateNeeded(Rejected):
    """A customer billed in a currency other than the US dollar needs a rate; a rate of 1 needs a confirmed peg."""

    code = "rate_needed"
    title = "Enter the currency's rate in US dollars"
