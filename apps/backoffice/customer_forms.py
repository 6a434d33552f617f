"""The forms of a customer: a new one on a single page, and the settings of an existing one."""

from typing import Any, ClassVar

from django import forms
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.backoffice.services import NewCustomer
from apps.billing_profiles.forms import TagsField, VatNumberMixin, country_field, currency_field
from apps.billing_profiles.models import BillingProfile, ExternalId, Seller
from apps.common.admin import MicrosField
from apps.common.errors import BillingError
from apps.mail.services import ContactValues
from apps.mail.templates import Purpose
from apps.tenants.exchange_rates import FIELD, checked_rate
from apps.tenants.models import Organization

OF_PROFILE = (
    "legal_name",
    "kind",
    "street",
    "street_extra",
    "postal_code",
    "city",
    "region",
    "country",
    "vat_number",
    "purchase_order",
)
ROW_FIELDS = ("name", "slug", "currency", "billing_mode", "anchor_day", "usd_rate_micros", "usd_rate_date")
_OWN = frozenset(
    ("pegged", "seller", "contact_name", "contact_email", "external_system", "external_id", "tags", *OF_PROFILE)
)


_TOGETHER = (
    ("contact_name", "contact_email", "A contact has a name and an address."),
    ("contact_email", "contact_name", "A contact has a name and an address."),
    ("external_system", "external_id", "Name the system of the id."),
    ("external_id", "external_system", "Enter the id in that system."),
)


class CustomerForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """A customer's own fields; the rate of its currency is checked."""

    usd_rate_micros = MicrosField(
        label="USD rate",
        required=False,
        minimum_micros=1,
        help_text="US dollars for one unit of the currency, such as 1.08; needed unless the currency is USD. "
        "Only for display, in API fields named …Usd.",
    )
    pegged = forms.BooleanField(
        label="Pegged to the US dollar",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Only if one unit of another currency is exactly one US dollar.",
    )

    class Meta:
        model = Organization
        fields: ClassVar[list[str]] = []

    def clean(self) -> dict[str, Any]:
        """Check the rate."""
        cleaned = dict(super().clean() or self.cleaned_data)
        currency = cleaned.get("currency") or self.instance.currency
        if FIELD not in self.fields or FIELD in self.errors or "currency" in self.errors:
            return cleaned
        is_kept = bool(self.instance.pk) and FIELD not in self.changed_data
        try:
            cleaned[FIELD] = checked_rate(
                currency, cleaned.get(FIELD), is_pegged=is_kept or bool(cleaned.get("pegged"))
            )
        except BillingError as error:
            self.add_error(FIELD, error.detail)
        return cleaned


class NewCustomerForm(VatNumberMixin, CustomerForm):
    """A new customer: its row, its billing profile, and the contact for invoices."""

    currency = currency_field(initial="USD", help_text="The currency of all billing; it cannot be changed later.")
    seller = forms.ModelChoiceField(
        Seller.objects.all(),
        required=False,
        widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": "There is no such seller."},
        help_text="The seller for this customer. Without one there is no billing profile and no invoice.",
    )
    legal_name = forms.CharField(
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="The name on invoices; empty to use the name above.",
    )
    kind = forms.ChoiceField(
        choices=BillingProfile.CustomerKind.choices,
        required=False,
        initial=BillingProfile.CustomerKind.BUSINESS,
        widget=UnfoldAdminSelectWidget,
    )
    street = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
    street_extra = forms.CharField(
        label="Street, second line", max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )
    postal_code = forms.CharField(max_length=20, required=False, widget=UnfoldAdminTextInputWidget)
    city = forms.CharField(max_length=100, required=False, widget=UnfoldAdminTextInputWidget)
    region = forms.CharField(
        max_length=6, required=False, widget=UnfoldAdminTextInputWidget, help_text="State or province, such as CA."
    )
    country = country_field()
    vat_number = forms.CharField(label="VAT number", max_length=30, required=False, widget=UnfoldAdminTextInputWidget)
    purchase_order = forms.CharField(
        max_length=100, required=False, widget=UnfoldAdminTextInputWidget, help_text="The customer's order number."
    )
    tags = TagsField()
    external_system = forms.CharField(
        max_length=40, required=False, widget=UnfoldAdminTextInputWidget, help_text="Another system, such as crm."
    )
    external_id = forms.CharField(
        label="Id in that system", max_length=100, required=False, widget=UnfoldAdminTextInputWidget
    )
    contact_name = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
    contact_email = forms.EmailField(
        label="Contact's address",
        max_length=254,
        required=False,
        widget=UnfoldAdminEmailInputWidget,
        help_text="Invoices and other email about billing are sent here.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[FIELD].initial = None
        sellers = [] if self.is_bound else list(Seller.objects.all()[:2])
        if len(sellers) == 1:
            self.fields["seller"].initial = sellers[0]

    def clean(self) -> dict[str, Any]:
        """Refuse a profile without a seller, half a contact or external id, and an id that another customer has."""
        cleaned = super().clean()
        # The fields already check the table's constraints; a query for each would slow imports down.
        self._validate_constraints = False
        of_profile = (*OF_PROFILE, "tags", "external_id")
        is_given = any(cleaned.get(name) for name in of_profile if name != "kind")
        if cleaned.get("seller") is None and is_given and "seller" not in self.errors:
            self.add_error("seller", "Choose the seller for this customer.")
        for one, other, rule in _TOGETHER:
            if cleaned.get(other) and not cleaned.get(one) and one not in self.errors:
                self.add_error(one, rule)
        taken = ExternalId.objects.filter(system=cleaned.get("external_system"), value=cleaned.get("external_id"))
        if cleaned.get("external_id") and taken.exists():
            self.add_error("external_id", "Another customer has this id.")
        return cleaned

    def customer(self) -> NewCustomer:
        """Return the input of a valid form."""
        typed = self.cleaned_data
        email = typed["contact_email"]
        return NewCustomer(
            organization={name: value for name, value in typed.items() if name not in _OWN},
            seller=typed["seller"],
            profile={name: typed[name] for name in OF_PROFILE}
            | {"kind": typed["kind"] or BillingProfile.CustomerKind.BUSINESS, "tags": typed["tags"]},
            external_ids=[(typed["external_system"], typed["external_id"])] if typed["external_id"] else [],
            contact=ContactValues(typed["contact_name"], email, (Purpose.BILLING,)) if email else None,
        )
