"""The base of account data views: a session token or API key as Bearer, with the scope billing:read."""

from apps.api.authentication import BearerAuthentication
from apps.api.permissions import HasScope
from apps.api.views import ApiView
from apps.tenants.models import ApiKey


class AccountDataView(ApiView):
    """A resource of `/v1/organization`."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)
