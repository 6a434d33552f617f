"""Where a request comes from, as far as it can be believed."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's address: the peer's, or what the outermost of our own proxies saw.

    Whatever a client writes into X-Forwarded-For stands to the left of what our proxies add, so it is never read.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.PROXY_COUNT
    if not proxies:
        return peer
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return seen[-proxies] if len(seen) >= proxies else peer
