"""What this app refuses, by name."""

from apps.common.errors import BillingError, Conflict, Forbidden, NotFound, Rejected


class InvalidCredential(BillingError):
    """The token or key does not prove who is calling; the API edge answers 401."""

    code = "invalid_credential"
    title = "The credential is not valid"


class OrganizationMissing(Forbidden):
    """The session is genuine but speaks for no organization."""

    code = "organization_missing"
    title = "The session token carries no organization"


class KeyWithoutOrganization(Forbidden):
    """The API key is a platform's, and this surface answers for one organization."""

    code = "key_without_organization"
    title = "The API key belongs to no organization"


class OrganizationUnknown(Forbidden):
    """The session's organization has no account here."""

    code = "organization_unknown"
    title = "The organization has no billing account"


class OrganizationInactive(Forbidden):
    """The organization is suspended or archived."""

    code = "organization_inactive"
    title = "The organization is not active"


class OrganizationArchived(Conflict):
    """Nothing new begins for an archived organization."""

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
    """Another organization has the slug already."""

    code = "slug_taken"
    title = "Another organization has this slug"


class IdentityTaken(Conflict):
    """The outside identity means another organization already."""

    code = "identity_taken"
    title = "This identity belongs to another organization"


class IllegalStatusChange(Conflict):
    """The organization cannot go from its status to the one asked for."""

    code = "illegal_status_change"
    title = "The organization cannot change to this status"


class InvalidOrganization(Rejected):
    """A field of a new organization breaks a rule."""

    code = "invalid_organization"
    title = "The organization's data break a rule"


class InvalidScopes(Rejected):
    """The scopes of a key are unknown, missing, or not for this kind of key."""

    code = "invalid_scopes"
    title = "The key's scopes break a rule"


class InvalidExpiry(Rejected):
    """A key would have expired before it is used."""

    code = "invalid_expiry"
    title = "The key's expiry has passed"


class NotPostpaid(Conflict):
    """A prepaid organization owes nothing, so that nothing limits what it may owe."""

    code = "not_postpaid"
    title = "Only a postpaid customer has a limit"
