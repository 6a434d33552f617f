"""The back office as a site: who may enter, what the sidebar shows, where the palette looks."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from apps.backoffice import navigation
from apps.backoffice.command_palette import find
from apps.common.admin import ModelAdmin

if TYPE_CHECKING:
    UnfoldAdminSite = AdminSite
else:
    from unfold.sites import UnfoldAdminSite


class BackofficeSite(UnfoldAdminSite):
    """Django's admin under the theme; a person without a second factor is nobody here."""

    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take the pages that are written here; other packages' own are passed over, so that nobody unregisters one."""
        if admin_class is not None and issubclass(admin_class, ModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        if not super().has_permission(request):
            return False
        return self.is_proved(request) or request.path == reverse("admin:logout")

    @staticmethod
    def is_proved(request: HttpRequest) -> bool:
        """Say whether the second factor was given, where one is asked for."""
        return not settings.STAFF_SECOND_FACTOR or bool(request.user.is_verified())  # type: ignore[union-attr]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from apps.backoffice.second_factor import confirmed_device

        user: Any = request.user
        signed_in = user.is_authenticated and user.is_active and user.is_staff
        if signed_in and not self.is_proved(request) and confirmed_device(user) is None:
            onwards = urlencode({"next": request.GET.get("next", "")})
            return HttpResponseRedirect(f"{reverse('admin:second_factor')}?{onwards}")
        return super().login(request, extra_context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from apps.backoffice import views

        own: list[URLPattern | URLResolver] = [
            path("second-factor/", views.SecondFactor.as_view(site=self), name="second_factor"),
            path("why/<str:what>/<str:identity>/", self._page(views.why_page), name="why"),
            path("export/<slug:app_label>/<slug:model_name>/<str:kind>/", self._page(views.export), name="export"),
            path("keys/", self._page(views.keys), name="keys"),
            path("save-view/", self._page(views.save_view), name="save_view"),
            path("statements/<uuid:organization_id>/<str:month>/", self._page(views.statement_paper), name="statement"),
            path("order-forms/<uuid:contract_id>/", self._page(views.order_form_paper), name="order_form"),
        ]
        return own + super().get_urls()

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from apps.backoffice.home.page import context

        return super().index(
            request, {"title": "Home", **context(self, request, timezone.now()), **(extra_context or {})}
        )

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Answer the palette; nothing is kept, so that what was just made is found."""
        results = find(self, request, request.GET.get("s", ""))
        return TemplateResponse(request, "unfold/helpers/command_results.html", {"results": results})

    def _page(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        """Let only those in who may enter, and hand the site to the view."""

        def answer(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
            return view(request, self, **arguments)

        guarded: Callable[..., HttpResponseBase] = self.admin_view(answer)
        return guarded

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the lists of every app, looked up once they are used: only an app's own page shows them."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        return navigation.sidebar(self, request)

    def _get_colors(self, key: str, *args: Any) -> dict[str, Any]:
        """The colors are in our style sheet: as inline style the content policy would refuse them."""
        return {}
