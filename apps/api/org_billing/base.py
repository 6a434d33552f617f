"""The base of org billing views: session tokens only, and `$schema` in responses."""

from collections.abc import Mapping
from typing import Any, ClassVar

from apps.api.authentication import SessionTokenAuthentication
from apps.api.permissions import HasScope
from apps.api.problems import schema_url
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.tenants.models import ApiKey


class OrgBillingView(ApiView):
    """A resource of `/api/v1/org`; `answer_schema` is the name of its responses' schema."""

    authentication_classes = (SessionTokenAuthentication,)
    permission_classes: Any = (HasScope(ApiKey.Scope.BILLING_READ),)
    answer_schema: ClassVar[str] = ""

    def described(self, body: Mapping[str, Any]) -> Response:
        """Return a response with `$schema` first, as documented."""
        return Response({"$schema": schema_url(self.answer_schema), **body})
