"""Pages that post without an action, for the enumeration to find. None of them is mounted or called."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View

from apps.common.admin import ModelAdmin, ReadOnlyModelAdmin
from apps.common.money import Micros
from apps.plans.models import Plan
from apps.pricing.models import PriceBook, PriceVersion
from apps.pricing.services import publish_price_version
from apps.tenants.causes import ORGANIZATION
from apps.tenants.models import Organization
from apps.wallets.models import Grant
from apps.wallets.services import NewGrant, Source, grant_credits

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def gift(organization: Organization) -> None:
    """A helper between the page and the service."""
    grant_credits(
        organization=organization,
        grant=NewGrant(
            cause=ORGANIZATION.of(organization.pk),
            amount=Micros(1),
            source=Source.BONUS,
            key="planted",
            created_by="staff:eve",
            description="",
        ),
        now=NOW,
    )


class CallsService(ReadOnlyModelAdmin[Organization]):
    """A list's action that grants credit."""

    actions = ("give",)

    def give(self, request: HttpRequest, rows: Any) -> None:
        for each in rows:
            gift(each)


class FeedsTheClock(ReadOnlyModelAdmin[PriceVersion]):
    """A list's action that publishes prices, by which later usage is charged."""

    actions = ("publish",)

    def publish(self, request: HttpRequest, rows: Any) -> None:
        for each in rows:
            publish_price_version(version_id=each.pk, published_by="staff:eve", now=NOW)


class WritesInSave(ModelAdmin[Organization]):
    """A form that writes other rows when it is saved."""

    fields = ("name",)

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        Grant.objects.filter(organization=obj).update(expires_at=None)


class QuotaForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own, without an argument at run time
    """A form that writes when it is cleaned."""

    class Meta:
        model = Plan
        fields = ("name",)

    def clean(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE plans_plan SET list_quota_micros = 1")
        return self.cleaned_data


class WritesInForm(ModelAdmin[Plan]):
    """A page whose form writes."""

    form = QuotaForm


class Versions(admin.TabularInline):  # type: ignore[type-arg]  # as above
    """Prices, typed beneath their book."""

    model = PriceVersion
    fields = ("package_price_micros", "minimum_micros")


class TypesPrices(ModelAdmin[PriceBook]):
    """A page with an inline in which money is typed."""

    fields = ("name",)
    inlines = (Versions,)


@staff_member_required
def staff_view(request: HttpRequest) -> HttpResponse:
    """A view for staff outside the admin site, in a module whose name follows no convention."""
    gift(Organization.objects.get())
    return HttpResponse()


@method_decorator(staff_member_required, name="dispatch")
class StaffView(View):
    """The same as a class-based view."""

    def post(self, request: HttpRequest) -> HttpResponse:
        gift(Organization.objects.get())
        return HttpResponse()
