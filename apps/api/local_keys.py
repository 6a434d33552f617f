"""The local issuer's public keys, in development only."""

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from apps.tenants import local_issuer


@require_safe
def local_key_set(request: HttpRequest) -> JsonResponse:
    """Answer with the local issuer's key set; in production there is nothing here."""
    if not local_issuer.is_available():
        raise Http404
    return JsonResponse(local_issuer.key_set())
