"""`/v1/billing/contacts`: the organization's contacts and the email that each gets."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, credential_of, organization_of
from apps.api.contacts import bodies
from apps.api.request_bodies import read_body
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.mail.models import Contact
from apps.mail.services import ContactValues, replace_contacts


class IsAdmin(BasePermission):
    """The session of a person with an admin role."""

    message = "This needs the session of an admin."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Check the role."""
        return credential_of(request).role.endswith("admin")


class Contacts(ApiView):
    """The contacts."""

    authentication_classes = (BearerAuthentication,)
    permission_classes: Any = (IsAdmin,)

    def get(self, request: Request) -> Response:
        """Return them, oldest first."""
        return Response(_shown(Contact.objects.filter(organization=organization_of(request))))

    def put(self, request: Request) -> Response:
        """Replace them; a contact whose address does not change keeps its bounce and its unsubscriptions."""
        asked = read_body(request, bodies.ContactsBody)["contacts"]
        wanted = [ContactValues(**{**each, "purposes": tuple(dict.fromkeys(each["purposes"]))}) for each in asked]
        kept = replace_contacts(organization_id=organization_of(request).pk, contacts=wanted, now=timezone.now())
        return Response(_shown(kept))


def _shown(contacts: Iterable[Contact]) -> dict[str, Any]:
    """Present contacts; members without a value are left out."""
    rows = sorted(contacts, key=lambda each: (each.created_at, each.pk))
    return {"contacts": [_contact(each) for each in rows]}


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "name": contact.name,
        "email": contact.email,
        **({"phone": contact.phone} if contact.phone else {}),
        "purposes": contact.purposes,
        **({"language": contact.language} if contact.language else {}),
        **({"bouncedAt": contact.bounced_at} if contact.bounced_at else {}),
    }
