"""Refuses to save a form whose row has changed since the page was opened: by another tab, a colleague or a webhook."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.forms.models import model_to_dict

SEEN = "_seen"
STALE = (
    "Someone changed this since you opened the page, so nothing was saved. Open the page again to see the "
    "current values, then make your change."
)


def _digest(form: forms.ModelForm[Any]) -> str:
    """Return a digest of the stored values that the form would overwrite."""
    stored = model_to_dict(form.instance, fields=list(form.fields))
    values = sorted((name, _text(value)) for name, value in stored.items())
    return hashlib.sha256(repr(values).encode()).hexdigest()


def _text(value: Any) -> str:
    """Write a value so that equal values give equal text; many-to-many fields as sorted keys."""
    if isinstance(value, list):
        return str(sorted(str(getattr(row, "pk", row)) for row in value))
    return str(value)


class _StaleSaveRefused:
    """A model form with a hidden input, written by `admin/seen.html`, for the digest of the values when it was
    opened."""

    @property
    def seen(self: Any) -> str:
        return str(self.data.get(SEEN, "")) if self.is_bound else _digest(self)

    def clean(self: Any) -> Any:
        if not self.instance._state.adding and self.data.get(SEEN) != _digest(self):
            raise forms.ValidationError(STALE, code="stale")
        return super().clean()  # type: ignore[misc]


def refuse_stale_saves(form: type[forms.ModelForm[Any]]) -> type[forms.ModelForm[Any]]:
    """Return the form with the check added; a post without the hidden input is refused too."""
    return type(form.__name__, (_StaleSaveRefused, form), {})
