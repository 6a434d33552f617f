"""An explanation as a value, and parsers for the id in its address; a malformed id is a 404."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.http import Http404
from django.urls import NoReverseMatch, reverse

from apps.backoffice.components import Block
from apps.backoffice.explain.undo import NOTHING, Undo
from apps.ledger.models import Account
from apps.tenants.models import Organization

SHOWN = 100
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An explanation: its subject, its customer, the blocks to show, and what undoes it."""

    title: str
    organization: Organization | None
    blocks: Sequence[Block]
    undo: Undo = NOTHING


def owner_of(account: Account) -> Organization | None:
    """Return the customer who owns an account's book."""
    return Organization.objects.filter(pk=account.book_id).first()


def found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row


def number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    return int(text)


def uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def change(name: str, identity: object) -> str:
    try:
        return reverse(f"admin:{name}_change", args=[identity])
    except NoReverseMatch:
        return ""
