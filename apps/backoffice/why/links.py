"""Addresses of the pages that explain a figure."""

from django.urls import reverse


def why(what: str, identity: object) -> str:
    """Return the address that explains one thing: a `transfer`, a `grant`, a `posting`, an `event` …"""
    return reverse("admin:why", args=[what, str(identity)])
