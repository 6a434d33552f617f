"""The admin site: who may enter, what the sidebar shows, and where the palette searches."""

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
from apps.backoffice.default_views import with_default_view
from apps.common.admin import ModelAdmin

if TYPE_CHECKING:
    UnfoldAdminSite = AdminSite
else:
    from unfold.sites import UnfoldAdminSite


class BackofficeSite(UnfoldAdminSite):
    """Django's admin site in our theme; it admits only people who passed the second factor."""

    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register only our own pages; those of other packages are ignored, so nothing needs to be unregistered."""
        if admin_class is not None and issubclass(admin_class, ModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        if not super().has_permission(request):
            return False
        return self.is_proved(request) or request.path == reverse("admin:logout")

    @staticmethod
    def is_proved(request: HttpRequest) -> bool:
        """Return whether the session passed the second factor, or none is required."""
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
            path("invitation/<uidb64>/<token>/", views.Invitation.as_view(site=self), name="invitation"),
            path("why/<str:what>/<str:identity>/", self._page(views.why_page), name="why"),
            path("export/<slug:app_label>/<slug:model_name>/<str:kind>/", self._page(views.export), name="export"),
            path("cost/<uuid:organization_id>/", self._page(views.cost_page), name="cost"),
            path("usage-breakdown/<uuid:organization_id>/", self._page(views.usage_breakdown), name="usage_breakdown"),
            path("preferences/", self._page(views.preferences), name="preferences"),
            path("lists/", self._page(views.all_lists), name="lists"),
            path("keys/", self._page(views.keys), name="keys"),
            path("mails/<uuid:mail_id>/html/", self._page(views.mail_html), name="mail_html"),
            path("mail-previews/<uuid:organization_id>/", self._page(views.mail_preview), name="mail_previews"),
            path(
                "mail-previews/<uuid:organization_id>/<slug:template>/",
                self._page(views.mail_preview),
                name="mail_preview",
            ),
            path("local-mails/", self._page(views.local_mails), name="local_mails"),
            path("local-mails/<slug:name>/", self._page(views.local_mails), name="local_mail"),
            path("save-view/", self._page(views.save_list_view), name="save_view"),
            path("papers/<uuid:paper_id>/", self._page(views.paper_pdf), name="paper_pdf"),
            *self._paper("statements/<uuid:organization_id>/<str:month>/", views.statement_paper, "statement"),
            *self._paper("order-forms/<uuid:contract_id>/", views.order_form_paper, "order_form"),
            *self._paper("receipts/<uuid:money_id>/", views.receipt_paper, "receipt"),
            *self._paper("credit-receipts/<int:payment_id>/", views.credit_receipt_paper, "credit_receipt"),
        ]
        return own + super().get_urls()

    def _paper(self, route: str, view: Callable[..., HttpResponseBase], name: str) -> list[URLPattern]:
        """Return the addresses of a paper and of the page that emails it."""
        return [
            path(route, self._page(view), name=name),
            path(f"{route}mail/", self._page(partial(view, mail=True)), name=f"{name}_mail"),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Let a list without a query open with the person's default view of it."""
        return super().admin_view(with_default_view(view), cacheable)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from apps.backoffice.home.page import context

        return super().index(
            request, {"title": "Home", **context(self, request, timezone.now()), **(extra_context or {})}
        )

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Return the palette's results, uncached, so that new records are found."""
        results = find(self, request, request.GET.get("s", ""), timezone.now())
        return TemplateResponse(request, "unfold/helpers/command_results.html", {"results": results})

    def _page(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        """Wrap a view: admit only people who may enter, and pass the site to the view."""

        def answer(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
            return view(request, self, **arguments)

        guarded: Callable[..., HttpResponseBase] = self.admin_view(answer)
        return guarded

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the lists of every app, evaluated lazily: only an app's own index page uses them."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        return navigation.sidebar(self, request)

    def _get_colors(self, key: str, *args: Any) -> dict[str, Any]:
        """Return no inline colors: the content security policy forbids inline style, and our style sheet has them."""
        return {}
