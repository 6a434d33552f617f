"""Opens a list without a query with the person's default view; "All rows" has an empty choice of columns."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from apps.common.admin.change_list import COLUMNS

ALL_ROWS = f"?{COLUMNS}="


def with_default_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a page of the site, which has already checked that the person may enter."""

    @wraps(view)
    def answer(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponseBase:
        from apps.backoffice.services.saved_views import default_query  # the site is made before the models

        name = request.resolver_match.url_name if request.resolver_match else ""
        if request.method == "GET" and not request.GET and name and name.endswith("_changelist"):
            query = default_query(request.user.pk or 0, name)
            if query:
                return HttpResponseRedirect(f"?{query}")
        return view(request, *arguments, **options)

    return answer
