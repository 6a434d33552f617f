"""Payments: `POST` billing/checkout, billing/portal and contract/subscribe; each returns a URL to visit."""

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import credential_of, organization_of
from apps.api.fields import StrictInteger, StrictText, StrictUUID
from apps.api.org_billing.base import OrgBillingView
from apps.api.permissions import HasScope, IsOrgAdmin
from apps.api.request_bodies import RequestBody, read_body
from apps.api.responses import Response
from apps.payments import services
from apps.tenants.models import ApiKey


class CheckoutRequest(RequestBody):
    """How much credit to buy, in the currency's smallest unit."""

    amount = StrictInteger(least=-(2**63), most=2**63 - 1)  # the service checks the bounds and names them
    currency = StrictText(required=False, pattern="[A-Za-z]{3}", rule="must be three letters, like EUR")


class SubscribeRequest(RequestBody):
    """The contract to pay for."""

    contractId = StrictUUID()


class PaymentView(OrgBillingView):
    """A payment, which only an administrator of the organization may start."""

    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ), IsOrgAdmin)
    answer_schema = "OrgBillingURLBody"

    def to(self, url: str) -> Response:
        """Return a response with the URL to send the customer to."""
        return self.described({"url": url})


class Checkout(PaymentView):
    """Buy credit."""

    def post(self, request: Request) -> Response:
        """Start a checkout session and return its URL."""
        body = read_body(request, CheckoutRequest)
        return self.to(
            services.start_top_up(
                organization=organization_of(request),
                amount=body["amount"],
                currency=body.get("currency"),
                request_key=f"call:{self.call_id}",
                created_by=credential_of(request).created_by,
                now=timezone.now(),
            )
        )


class Portal(PaymentView):
    """Stripe's billing portal."""

    max_body_bytes = 1_024

    def post(self, request: Request) -> Response:
        """Start a portal session and return its URL. No body is documented; an empty object is accepted."""
        if request.META.get("CONTENT_LENGTH") not in (None, "", "0"):
            read_body(request, RequestBody)
        return self.to(
            services.open_portal(
                organization=organization_of(request), request_key=str(self.call_id), now=timezone.now()
            )
        )


class Subscribe(PaymentView):
    """Subscribe to an offered contract."""

    def post(self, request: Request) -> Response:
        """Return the URL where the contract is paid; an open one is returned again."""
        body = read_body(request, SubscribeRequest)
        return self.to(
            services.subscribe(
                organization=organization_of(request),
                contract_id=body["contractId"],
                created_by=credential_of(request).created_by,
                now=timezone.now(),
            )
        )
