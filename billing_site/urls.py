"""The site's URL configuration."""

from django.contrib import admin
from django.urls import path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from apps.api.about.views import local_key_set
from apps.mail.urls import mail_urls
from apps.payments import pages
from apps.payments.webhooks import stripe_webhook
from billing_site import health, metrics
from billing_site.literal_routes import LiteralRoutes

urlpatterns = [
    LiteralRoutes("apps.api.urls"),
    path("", require_safe(RedirectView.as_view(pattern_name="admin:index"))),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics.measured),
    path("admin/", admin.site.urls),
    path(".well-known/jwks.json", local_key_set, name="local-key-set"),
    path("webhooks/stripe", stripe_webhook, name="stripe-webhook"),
    *(path(f"checkout/{outcome}", pages.returned, {"outcome": outcome}) for outcome in pages.RETURNS),
    path("top-ups/confirm/<str:token>", pages.confirm_top_up, name="top-up-confirmation"),
    *mail_urls(),
    path("try", pages.demo_page, name="try"),
    path("try/events", pages.receive_event),
]

handler400 = "billing_site.handlers.bad_request"
handler403 = "billing_site.handlers.permission_denied"
handler404 = "billing_site.handlers.page_not_found"
handler500 = "billing_site.handlers.server_error"
