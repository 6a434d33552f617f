"""The page on which a person chooses how they read days and amounts, and their time zone."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminSelectWidget

from apps.backoffice.models import STYLES, Preference
from apps.common.admin import reader

ZONES = ["UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))]


class PreferenceForm(forms.Form):
    """The style and the time zone."""

    style = forms.ChoiceField(label="Days and amounts", choices=STYLES, widget=UnfoldAdminSelectWidget())
    time_zone = forms.ChoiceField(
        choices=[(zone, zone.replace("_", " ")) for zone in ZONES],
        widget=UnfoldAdminSelectWidget(),
        help_text="Times are shown and typed in it. Days of bills, usage and contracts are days in UTC.",
    )


def preferences(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show and save the signed-in person's preference."""
    user: Any = request.user
    mine = reader()
    form = PreferenceForm(request.POST or None, initial={"style": mine.style.name, "time_zone": mine.zone.key})
    if request.method == "POST" and form.is_valid():
        Preference.objects.update_or_create(user=user, defaults=form.cleaned_data)
        messages.success(request, "Saved.")
        return HttpResponseRedirect(reverse("admin:preferences"))
    context = {**site.each_context(request), "title": "Formats and time zone", "form": form}
    return TemplateResponse(request, "admin/preferences.html", context, status=422 if form.errors else 200)
