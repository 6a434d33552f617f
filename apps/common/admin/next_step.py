"""The form of a new row with a button that saves the row and opens its next form."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from unfold.dataclasses import UnfoldAction

from apps.common.admin.base import ModelAdmin, Row


class OffersNextStep(ModelAdmin[Row]):
    """Offers "Save and …" on the form of a new row: it saves the row and opens the page of `next_step`.

    `next_step` names one of the row's buttons, and is offered to people who may use it. The plain "Save" leads to the
    row's page.
    """

    next_step: ClassVar[str]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """Show the form with the second button."""
        buttons = [replace(each, description=_with_save(each.description)) for each in self._next_steps(request)]
        return super().add_view(request, form_url, {**(extra_context or {}), "actions_submit_line": buttons})

    def response_post_save_add(self, request: HttpRequest, obj: Row) -> HttpResponseRedirect:
        """Lead to the next step if its button was pressed, otherwise to the row's page."""
        chosen = next((each.action_name for each in self._next_steps(request) if each.action_name in request.POST), "")
        page = chosen or f"{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(f"admin:{page}", args=[obj.pk]))

    def _next_steps(self, request: HttpRequest) -> Iterator[UnfoldAction]:
        offered: Any = self
        yield from offered._filter_unfold_actions_by_permissions(request, [offered.get_unfold_action(self.next_step)])


def _with_save(button: str) -> str:
    return f"Save and {button[:1].lower()}{button[1:]}"
