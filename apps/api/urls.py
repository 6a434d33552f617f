"""The routes of the API, surface by surface."""

from django.urls import path

from apps.api.problem_pages import ProblemPage

urlpatterns = [
    path("problems/<slug:code>", ProblemPage.as_view(), name="problem-page"),
]
