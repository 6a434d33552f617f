"""Lets an app add to another app's page without replacing its registration.

A higher app has data that the page's app cannot import, such as where an installment is paid. It defines a
`PageExtension` and registers it for the model.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from django.contrib import admin
from django.db.models import Model

from apps.common.admin.base import ModelAdmin

Row = TypeVar("Row", bound=Model)
Extension = TypeVar("Extension", bound=type["PageExtension[Any]"])


class PageExtension(ModelAdmin[Row]):
    """Fields, buttons and columns for another app's page; its methods override the page's, which `super()` reaches.

    `added_fields` are read-only. `added_fieldsets` come after the page's own, `added_buttons` (names or groups of them)
    before. `added_list_buttons` come after those of the page's list.
    `added_actions` are for rows chosen in the list.
    `extended_inlines` maps an inline of the page to the subclass that replaces it.
    """

    added_fields: ClassVar[tuple[str, ...]] = ()
    added_fieldsets: ClassVar[tuple[Any, ...]] = ()
    added_buttons: ClassVar[tuple[Any, ...]] = ()
    added_list_buttons: ClassVar[tuple[str, ...]] = ()
    added_actions: ClassVar[tuple[str, ...]] = ()
    extended_inlines: ClassVar[Mapping[type[Any], type[Any]]] = {}


def register_extension(model: type[Model]) -> Callable[[Extension], Extension]:
    """Apply an extension to the page of a model, which must be registered; a page may have several extensions.

    Raises:
        NotRegistered: the model has no page.
    """

    def extend(extension: Extension) -> Extension:
        page: Any = admin.site.get_model_admin(model)
        admin.site._registry[model] = _extended(type(page), extension)(model, page.admin_site)
        return extension

    return extend


def _extended(page: type[Any], extension: type[PageExtension[Any]]) -> type[Any]:
    lists: dict[str, Any] = {
        "readonly_fields": (*page.readonly_fields, *extension.added_fields),
        "actions": (*page.actions, *extension.added_actions),
        "actions_detail": (*extension.added_buttons, *page.actions_detail),
        "actions_list": (*page.actions_list, *extension.added_list_buttons),
        "inlines": tuple(extension.extended_inlines.get(each, each) for each in page.inlines),
    }
    if extension.added_fieldsets:
        lists["fieldsets"] = (*page.fieldsets, *extension.added_fieldsets)
    return type(page.__name__, (extension, page), {**lists, "__module__": page.__module__, "__doc__": page.__doc__})
