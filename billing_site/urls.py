"""Where everything is mounted."""

from django.contrib import admin
from django.urls import path

from apps.api.local_keys import local_key_set
from billing_site import health

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("admin/", admin.site.urls),
    path(".well-known/jwks.json", local_key_set, name="local-key-set"),
]
