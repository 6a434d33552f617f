"""Search that uses indexes: `field__exact` compares typed values, so a search for an id needs no scan."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.text import smart_split, unescape_string_literal

_PREFIXES = {"^": "istartswith", "=": "iexact"}


def search(rows: QuerySet[Any], fields: list[str], text: str) -> QuerySet[Any]:
    """Return the rows in which every word of `text` matches one of the fields."""
    for word in smart_split(text.replace("\x00", "")):
        plain = unescape_string_literal(word) if word[0] in "\"'" and word[0] == word[-1] else word
        found = Q(pk__in=[])
        for field in fields:
            found |= _one(rows.model, field, plain)
        rows = rows.filter(found)
    return rows


def _one(model: type[Model], spec: str, word: str) -> Q:
    """Return the condition that a field matches a word; matches nothing if the word cannot be a value of the field."""
    if spec[0] in _PREFIXES:
        return Q(**{f"{spec[1:]}__{_PREFIXES[spec[0]]}": word})
    if not spec.endswith("__exact"):
        return Q(**{f"{spec}__icontains": word})
    path = spec.removesuffix("__exact")
    try:
        value = get_fields_from_path(model, path)[-1].to_python(word)
    except ValidationError:
        return Q(pk__in=[])
    return Q(**{path: value})
