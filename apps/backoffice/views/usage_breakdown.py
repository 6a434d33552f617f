"""The file of a customer's usage by dimension."""

from uuid import UUID

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.backoffice.audit_trail import record_access
from apps.backoffice.customer_page.usage_breakdown import breakdown_file
from apps.tenants.models import Organization


def usage_breakdown(request: HttpRequest, site: AdminSite, organization_id: UUID) -> StreamingHttpResponse:
    """Write the usage of the tab's range and breakdown as CSV; who took it is recorded."""
    if not request.user.has_perm("tenants.view_organization"):
        raise PermissionDenied
    organization, now = get_object_or_404(Organization, pk=organization_id), timezone.now()
    name = f"usage-{organization.slug}-{now:%Y%m%d-%H%M}.csv"
    record_access(organization, what="export", file=name, query=request.GET.urlencode())
    return StreamingHttpResponse(
        breakdown_file(request, organization, now),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
