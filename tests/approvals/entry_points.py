"""The code that staff can reach, from the running site: admin registry, addresses, signals, middleware, templates.

From these entry points the call graph is followed down to actions, which only `submit` and `execute` perform, after
checking the limit.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from inspect import getsource, isclass, isfunction, ismethod, unwrap
from types import ModuleType
from typing import Any
from weakref import ReferenceType

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model, signals
from django.template import engines
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver
from django.utils.module_loading import import_string
from rest_framework.authentication import SessionAuthentication
from rest_framework.views import APIView

from tests.callgraph import OURS, Code, product

POST = "apps.wallets.services.group_commit.decide"
# Where an action is performed after its limit was checked, or is rehearsed and rolled back.
GUARDED = {
    "apps.approvals.submission.submit",
    "apps.approvals.submission.execute",
    "apps.approvals.actions._rehearse",
    "apps.usage.actions.corrections._rehearsed",
    "apps.usage.actions.aliases._rehearsed",
    "apps.usage.actions.rating._rehearsed",
}
# Methods that write rows, of any object.
WRITES = {
    "abulk_create",
    "acreate",
    "adelete",
    "asave",
    "aupdate",
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "execute",
    "get_or_create",
    "save",
    "save_m2m",
    "update",
    "update_or_create",
}
# Methods that write rows if they are methods of a row's relation, as in `group.permissions.add`.
WRITES_OF_RELATIONS = {"add", "clear", "remove", "set"}
# Signals that a request of staff can send.
SIGNALS = (
    signals.pre_init,
    signals.post_init,
    signals.pre_save,
    signals.post_save,
    signals.pre_delete,
    signals.post_delete,
    signals.m2m_changed,
    user_logged_in,
    user_logged_out,
    user_login_failed,
)


class EntryPoints:
    """All code that staff can reach through one admin site and one list of addresses."""

    def __init__(self, code: Code, site: AdminSite, addresses: Iterable[URLPattern | URLResolver]) -> None:
        self.code, self.site, self.addresses = code, site, list(addresses)

    @cached_property
    def entries(self) -> set[str]:
        """Every function at which a request of staff can begin."""
        found: set[str] = set()
        for page in self.site._registry.values():
            found |= class_names(type(page))
        for view in filter(is_open_to_staff, views(self.addresses)):
            found |= {name for each in parts(view) for name in names(each)}
        if self.code is product():
            found |= {name for each in around_every_request() for name in names(each)}
        return {name for name in found if name in self.code.graph}

    def postings(self) -> dict[str, list[str]]:
        """Return the entry points that lead to a posting outside of actions, each with its path."""
        ways = self.code.reaching({POST}, without=self.guarded)
        return {name: ways[name] for name in self.entries if name in ways and self._function(name)}

    def leading_to(self, services: Iterable[str]) -> dict[str, list[str]]:
        """Return the entry points that lead to one of some services outside of actions, each with its path."""
        ways = self.code.reaching(set(services), without=self.guarded)
        return {name: ways[name] for name in self.entries if name in ways}

    def services(self) -> set[str]:
        """Return the services that staff's code calls directly."""
        return {name for name in self._reached if is_service(name) and self._function(name)}

    def writes(self) -> dict[str, set[str]]:
        """Return the calls that write rows in staff's code outside services, by function."""
        found = {}
        for name in self._reached:
            node = None if is_service(name) or name in self.guarded else self._function(name)
            if node is not None and (calls := set(writing_calls(node))):
                found[name] = calls
        return found

    @cached_property
    def guarded(self) -> set[str]:
        """Functions that are not followed: those of actions, which only `submit` and `execute` call."""
        actions = self.code.subclasses("apps.approvals.actions.Action")
        return GUARDED | {f"{name}.{method}" for name in actions for method in ("perform", "preview", "close")}

    @cached_property
    def _reached(self) -> dict[str, list[str]]:
        stops = {name for name in self.code.graph if is_service(name)}
        return self.code.reached(self.entries, without=self.guarded | stops)

    def _function(self, name: str) -> ast.AST | None:
        """Return the source of a function or method; None of a class or a table."""
        owner, _, last = name.rpartition(".")
        if owner in self.code.modules:
            return self.code.modules[owner].functions.get(last)
        module, _, cls = owner.rpartition(".")
        return self.code.modules[module].functions.get(f"{cls}.{last}") if module in self.code.modules else None


def is_service(name: str) -> bool:
    """Return whether a function or class is in an app's services."""
    return "services" in name.split(".")[:-1]


def writing_calls(node: ast.AST) -> Iterator[str]:
    """Yield the source of a function's calls that write rows."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            called, on = each.func.attr, each.func.value
            of_relation = isinstance(on, ast.Attribute) and not on.attr.startswith("_")
            if called in WRITES or (called in WRITES_OF_RELATIONS and of_relation):
                yield ast.unparse(each.func)


def views(addresses: Iterable[URLPattern | URLResolver]) -> Iterator[Callable[..., Any]]:
    """Yield the view of every address."""
    for each in addresses:
        if isinstance(each, URLResolver):
            yield from views(each.url_patterns)
        else:
            yield each.callback


def is_open_to_staff(view: Callable[..., Any]) -> bool:
    """Return whether an address accepts the site's session; the API accepts only tokens and keys."""
    cls = getattr(view, "cls", None)
    if cls is None or not issubclass(cls, APIView):
        return True
    return any(issubclass(each, SessionAuthentication) for each in cls.authentication_classes)


def parts(view: Any) -> list[Any]:
    """Return all of our functions and classes in a view: its wrappers, closures and class."""
    found: list[Any] = []
    queue: list[Any] = [view]
    while queue:
        each = queue.pop()
        if any(each is known for known in found) or isinstance(each, (AdminSite, ModuleType)):
            continue
        if ismethod(each):
            queue += [each.__func__, type(each.__self__)]
        elif isinstance(each, partial):
            queue += [each.func, *each.args]
        elif isfunction(each) or isclass(each):
            found.append(each)
            cells = getattr(each, "__closure__", None) or ()
            queue += [cell.cell_contents for cell in cells if _is_set(cell)]
            queue += [getattr(each, name) for name in ("__wrapped__", "view_class", "cls") if hasattr(each, name)]
    return found


def _is_set(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def names(each: Any) -> set[str]:
    """Return the names of a function, or of a class with its methods, where it is ours."""
    if isclass(each):
        return class_names(each)
    each = unwrap(each)
    return {f"{each.__module__}.{each.__qualname__.partition('.<locals>')[0]}"} if is_ours(each) else set()


def class_names(cls: type) -> set[str]:
    """Return the names of a class, of the classes of ours that it derives from, and of their methods."""
    found = set()
    for each in filter(is_ours, cls.__mro__):
        name = f"{each.__module__}.{each.__qualname__}"
        found |= {name, *(f"{name}.{method}" for method in vars(each))}
    return found


def is_ours(each: Any) -> bool:
    """Return whether an object is defined in this repository."""
    return str(getattr(each, "__module__", "")).partition(".")[0] in OURS


def around_every_request() -> Iterator[Any]:
    """Yield what runs beside a view: receivers of rows' signals, middleware, context processors, template tags."""
    for signal in SIGNALS:
        for receiver in signal.receivers:
            held = receiver[1]
            yield held() if isinstance(held, ReferenceType) else held
    yield from map(import_string, settings.MIDDLEWARE)
    engine = engines["django"].engine  # type: ignore[attr-defined]
    yield from engine.template_context_processors
    for library in (*engine.template_libraries.values(), *engine.template_builtins):
        yield from (*library.filters.values(), *library.tags.values())


def forms_of(site: AdminSite, person: Any) -> dict[type[Model], set[str]]:
    """Return the editable fields of each model that staff write through a form of a page or an inline.

    A page's own view that never calls the site's shows another form; the call graph follows what that leads to.
    """
    request = RequestFactory().get("/")
    request.user = person
    found: dict[type[Model], set[str]] = {}
    for page in site._registry.values():
        row = page.model()
        row.pk = row.pk or 0
        adds = page.has_add_permission(request) and is_the_sites(type(page).add_view)
        changes = page.has_change_permission(request) and is_the_sites(type(page).change_view)
        if adds:
            found.setdefault(page.model, set()).update(page.get_form(request).base_fields)
        if changes:
            found.setdefault(page.model, set()).update(page.get_form(request, row, change=True).base_fields)
        if page.has_delete_permission(request):
            found.setdefault(page.model, set())
        for inline in page.get_inline_instances(request, row) if adds or changes else ():
            rights = inline.has_add_permission, inline.has_change_permission, inline.has_delete_permission
            if any(right(request, row) for right in rights):
                found.setdefault(inline.model, set()).update(inline.get_formset(request, row).form.base_fields)
    return found


def is_the_sites(view: Callable[..., Any]) -> bool:
    """Return whether a view is the site's own, or calls it."""
    return not is_ours(view) or "super()" in getsource(view)
