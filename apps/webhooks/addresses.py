"""Which addresses webhooks may be sent to: public ones on the internet, and in development this machine.

`broken_rule` checks a URL, `may_connect` an IP address. The second check protects the network, because a name can
resolve to any address at any time.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

LONGEST_URL = 2_000
HTTPS = 443
LEAST_PORT = 1_024
# A host name with a dot, whose last label has a letter: no address in any notation, such as 0x7f.1 or 2130706433.
_HOST_NAME = re.compile(
    r"(?=.{4,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,63}\Z", re.I
)
_HEX_LABEL = re.compile(r"0x[0-9a-f]*\Z", re.I)
# IPv4-compatible and site-local addresses, which `is_global` lets through although they are not routed.
_UNROUTED = (ip_network("::/96"), ip_network("fec0::/10"))


def broken_rule(url: str, *, loopback: bool) -> str:
    """Return the rule that a URL breaks, as in "must have a host name"; empty if it breaks none.

    `loopback` also allows http and this machine.
    """
    if len(url) > LONGEST_URL:
        return f"must have at most {LONGEST_URL} characters"
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "must consist of ASCII characters without spaces and backslashes"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "must be a URL"
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        return "must start with https://"
    if "@" in parts.netloc:
        return "must not contain a user name or password"
    if parts.fragment:
        return "must not have a fragment"
    if port is not None and port != HTTPS and port < LEAST_PORT:
        return f"must have port {HTTPS}, or one of at least {LEAST_PORT}"
    return _broken_host_rule(parts, loopback=loopback)


def _broken_host_rule(parts: SplitResult, *, loopback: bool) -> str:
    host = parts.hostname or ""
    if loopback and (host == "localhost" or _is_loopback(host)):
        return ""
    if not _HOST_NAME.match(host) or _HEX_LABEL.match(host.rsplit(".", 1)[-1]):
        return "must have a full host name such as hooks.example.com, not an IP address"
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def may_connect(address: IPv4Address | IPv6Address, *, loopback: bool) -> bool:
    """Return whether to connect to an IP address: a global unicast one, or with `loopback` this machine."""
    if loopback and address.is_loopback:
        return True
    if any(address in network for network in _UNROUTED if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast
