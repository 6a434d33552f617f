"""A plain Django view, for errors that Django answers itself."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from billing_site.urls import handler400, handler403, handler404, handler500  # noqa: F401


@require_POST
def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("plain", plain)]
