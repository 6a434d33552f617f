"""Routes without parameters, found by a lookup. Django would try every route before them, in order."""

from functools import cached_property
from typing import Any

from django.urls import Resolver404, ResolverMatch, URLPattern
from django.urls.resolvers import RoutePattern, URLResolver


class LiteralRoutes(URLResolver):
    """The routes of a URL configuration at the root of the site; those with parameters are tried in their order."""

    def __init__(self, urlconf_name: str) -> None:
        super().__init__(RoutePattern("", is_endpoint=False), urlconf_name)

    @cached_property
    def literal(self) -> dict[str, ResolverMatch]:
        """The match of each path without parameters, which is that of the first route that fits it."""
        routes = [str(each.pattern) for each in self.url_patterns if isinstance(each, URLPattern)]
        return {route: self._first(route) for route in routes if "<" not in route and not route.startswith("^")}

    @cached_property
    def starts(self) -> frozenset[str]:
        """The first segments of all routes."""
        return frozenset(str(each.pattern).removeprefix("^").partition("/")[0] for each in self.url_patterns)

    def resolve(self, path: str) -> ResolverMatch:
        """Return the match.

        Raises:
            Resolver404: there is none.
        """
        found = self.literal.get(path)
        if found is not None:
            return found
        if path.partition("/")[0] not in self.starts:
            raise Resolver404({"tried": [], "path": path})
        return self._first(path)

    def _first(self, path: str) -> ResolverMatch:
        match: Any = super().resolve(path)
        match.tried = []  # the routes that did not match; only Django's DEBUG pages show them
        return match  # type: ignore[no-any-return]
