"""Routes about the API; open to all."""

from django.urls import path, re_path

from apps.api.about.views import Description, Documentation, ProblemPage, SchemaDocument

urlpatterns = [
    re_path(r"^api/v1/schemas/(?P<name>[A-Za-z]{1,60})\.json$", SchemaDocument.as_view(), name="schema"),
    path("api/schema", Description.as_view(), name="description"),
    path("api/docs", Documentation.as_view(), name="documentation"),
    path("problems/<slug:code>", ProblemPage.as_view(), name="problem-page"),
]
