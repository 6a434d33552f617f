"""The address of a seller or a customer."""

from django.core.validators import RegexValidator
from django.db import models

from apps.billing_profiles.address_formats import place_lines

COUNTRY = RegexValidator(r"^[A-Z]{2}\Z", "The country must be two capital letters, such as DE.")

# The fields of an address that an invoice needs.
ADDRESS = ("street", "city", "country")


class Address(models.Model):
    """A postal address, in the parts that an electronic invoice has (EN 16931, BG-5 and BG-8)."""

    street = models.CharField(max_length=200, blank=True)
    street_extra = models.CharField("street, second line", max_length=200, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(
        max_length=6, blank=True, help_text="State or province, as the second part of its ISO 3166-2 code, such as CA."
    )
    country = models.CharField(max_length=2, blank=True, validators=[COUNTRY], help_text="ISO 3166-1 code, such as DE.")

    class Meta:
        abstract = True

    def address_lines(self) -> list[str]:
        """Return the lines of the address without the country, in the order of that country."""
        place = place_lines(country=self.country, city=self.city, region=self.region, postal_code=self.postal_code)
        return [line for line in (self.street, self.street_extra, *place) if line]

    def missing_address_fields(self) -> list[str]:
        """Return the names of the fields that an invoice needs and that are empty."""
        return [name for name in ADDRESS if not getattr(self, name)]
