"""Addresses of the pages that explain figures."""

from django.db.models import Model
from django.http import Http404
from django.urls import reverse

from apps.backoffice.pages import page_of

SEPARATOR = ":"


def why(what: str, *identity: object) -> str:
    """Return the address of an explanation: of a `transfer`, `grant`, `posting`, `event` …"""
    return reverse("admin:why", args=[what, SEPARATOR.join(map(str, identity))])


def parts_of(identity: str, *counts: int) -> list[str]:
    """Return the parts of an address that `why` made.

    Raises:
        Http404: their number is wrong.
    """
    parts = identity.split(SEPARATOR)
    if len(parts) not in counts:
        raise Http404
    return parts


def why_of(row: Model) -> str:
    """Return the address that explains a row's amounts; empty if its page declares none."""
    page = page_of(type(row))
    if page is None or page.explained_by is None:
        return ""
    what, column = page.explained_by
    identity = getattr(row, column)
    return "" if identity is None else why(what, identity)
