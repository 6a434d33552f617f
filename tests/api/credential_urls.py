"""One view per authentication class, which returns the caller."""

from typing import Any

from django.urls import path
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.api.authentication import (
    ApiKeyHeaderAuthentication,
    BearerAuthentication,
    PlatformAuthentication,
    SessionTokenAuthentication,
    credential_of,
)
from apps.api.permissions import HasScope, IsOrgAdmin, Public
from apps.api.responses import Response
from apps.api.views import ApiView
from billing_site.urls import handler400, handler403, handler404, handler500  # noqa: F401


class Mirror(ApiView):
    permission_classes = (Public,)

    def get(self, request: Request) -> Response:
        caller = credential_of(request)
        return Response(
            {
                "organization": caller.organization.slug if caller.organization else "",
                "kind": caller.kind,
                "user": caller.user_id,
                "actor": caller.actor_user_id,
                "role": caller.role,
                "scopes": sorted(caller.scopes),
                "created_by": caller.created_by,
            }
        )


def mirror(*authentications: type[BaseAuthentication], **options: Any) -> Any:
    return Mirror.as_view(authentication_classes=authentications, **options)


urlpatterns = [
    path("session", mirror(SessionTokenAuthentication)),
    path("bearer", mirror(BearerAuthentication)),
    path("header", mirror(ApiKeyHeaderAuthentication)),
    path("platform", mirror(PlatformAuthentication)),
    path("admins", mirror(SessionTokenAuthentication, permission_classes=(IsOrgAdmin,))),
    path("usage", mirror(BearerAuthentication, permission_classes=(HasScope("usage:write"),))),
    path("reading", mirror(BearerAuthentication, permission_classes=(HasScope("billing:read"),))),
]
