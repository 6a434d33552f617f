"""Every kind of request is shown on its subject's page, with the figures that the requester saw."""

from datetime import timedelta
from html import unescape

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, find, settings

from apps.approvals.actions import REGISTRY, request_of
from apps.approvals.admin.requests import page_of_subject
from apps.approvals.models import Approval
from apps.pricing.services import ListTerms, import_price_list
from apps.tenants.models import Organization
from tests.approvals.test_registry import values_of
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_world
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send
from tests.vouchers.factories import create_voucher

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]
KINDS = sorted(kind for kind in REGISTRY if not kind.startswith("test."))
# Take the first example that fits, without searching for a smaller one.
QUICK = settings(phases=[Phase.generate], database=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture
def world() -> Client:
    create_world()
    version = price(meter := make_meter(), micros_per_million=1)
    raw = b'{"gpt-5": {"input_cost_per_token": 1e-6}}'
    terms = ListTerms(book=version.book, meter=meter, effective_from=NOW + timedelta(days=1))
    import_price_list(terms=terms, file_name="list", raw=raw, reason="New", created_by="staff:ada", now=NOW)
    create_voucher(NOW)
    send(Organization.objects.get(slug="acme"), NOW, event(quantity=1))
    return client_of(create_staff("ada", "Administrator"))


def request_of_kind(kind: str) -> Approval:
    """Return a waiting request of a kind about an existing row or list."""
    cls = REGISTRY[kind]
    organization, now = Organization.objects.get(slug="acme"), timezone.now()
    request = request_of(find(values_of(cls), lambda action: bool(action.currency), settings=QUICK))
    if request.subject_id:
        row = apps.get_model(request.subject_type)._default_manager.order_by("pk").first()
        assert row is not None, f"the world has no {request.subject_type} for {kind}"
        request.subject_id = str(row.pk)
    request.about, request.organization, request.reason = f"about {kind}", organization, f"reason of {kind}"
    request.preview = [["Balance", f"before {kind}", f"after {kind}"]]
    request.requested_by = create_staff(f"maker{KINDS.index(kind)}")
    request.requested_at, request.expires_at = now, now + timedelta(hours=1)
    request.save()
    return request


def test_shows_on_its_subject_and_customer_and_to_the_approver_as_the_maker_saw_it(world: Client) -> None:
    requests = {kind: request_of_kind(kind) for kind in KINDS}
    customer = world.get(f"/admin/tenants/organization/{Organization.objects.get(slug='acme').pk}/change/").text
    subjects = {address: world.get(address).text for address in set(map(page_of_subject, requests.values()))}
    missing = []
    for kind, request in requests.items():
        waits = f"{request} waits for a second person"
        missing += [f"{kind}: on its subject"] if waits not in subjects[page_of_subject(request)] else []
        missing += [f"{kind}: on its customer"] if waits not in customer else []
        page = unescape(world.get(f"/admin/approvals/approval/{request.pk}/approve/").text)
        told = (REGISTRY[kind].title, request.about, "Acme", f"before {kind}", f"after {kind}", request.reason)
        missing += [f"{kind}: {text} on the approver's page" for text in told if text not in page]
    assert missing == []
