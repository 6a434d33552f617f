"""A view of REST framework without authentication or queries, which answers two kilobytes."""

from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

ANSWER = {f"member{number}": "x" * 20 for number in range(60)}
LENGTH = str(len(JSONRenderer().render(ANSWER)))  # without a length, the answer would be sent in chunks


class EmptyView(APIView):
    """Returns the same to every caller."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    renderer_classes = (JSONRenderer,)

    def get(self, request: Request) -> Response:
        """Answer."""
        return Response(ANSWER, headers={"Content-Length": LENGTH})


urlpatterns = [path("benchmark/empty", EmptyView.as_view())]
