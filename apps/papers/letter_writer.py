"""The sender and the addressee of a paper, and its texts, amounts and days in the customer's language."""

from dataclasses import dataclass
from datetime import date, timedelta

from apps.billing_profiles.letterheads import PAGE_TEXT, address_in, footer_of
from apps.billing_profiles.models import BillingProfile
from apps.billing_profiles.selectors import complete_profile
from apps.common.languages import say
from apps.common.money import payable_step
from apps.common.papers.content import Column, Letter, Section
from apps.common.papers.formats import day_in, days_in, money_in
from apps.tenants.models import Organization

Texts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LetterWriter:
    """Writes a paper with today's details of the sender and the addressee."""

    organization: Organization
    profile: BillingProfile

    @classmethod
    def of(cls, organization: Organization) -> "LetterWriter":
        """Return the writer for a customer.

        Raises:
            ProfileIncomplete: the customer or its seller lacks what papers need; the detail names each field.
        """
        return cls(organization, complete_profile(organization.pk))

    @property
    def language(self) -> str:
        return self.profile.language or self.profile.seller.language

    @property
    def step(self) -> int:
        """The smallest payable amount of the customer's currency, in micros."""
        return payable_step(self.organization.currency)

    def say(self, text: str, **values: object) -> str:
        """Return a text in the customer's language."""
        return say(self.language, text, **values)

    def money(self, micros: int) -> str:
        """Write an amount in the customer's currency."""
        return money_in(self.language, micros, self.organization.currency)

    def day(self, day: date) -> str:
        """Write a date."""
        return day_in(self.language, day)

    def period(self, start: date, end: date) -> str:
        """Write a half-open period with its last day."""
        return days_in(self.language, start, end - timedelta(days=1))

    def facts(self, facts: Texts) -> Texts:
        """Return names and values, the names in the customer's language, without those that are empty."""
        return tuple((self.say(name), value) for name, value in facts if value)

    def columns(self, *columns: tuple[str, int, bool]) -> tuple[Column, ...]:
        """Return columns by name, share and whether they are numbers; the names in the customer's language."""
        return tuple(Column(self.say(name), share, is_number) for name, share, is_number in columns)

    def letter(self, title: str, facts: Texts, sections: tuple[Section, ...]) -> Letter:
        """Return a paper without a number."""
        seller = self.profile.seller
        account = seller.bank_accounts.filter(currency=self.organization.currency).first()
        return Letter(
            title=self.say(title),
            number="",
            language=self.language,
            sender=seller.legal_name,
            sender_address=address_in(self.language, seller),
            recipient=(self.profile.legal_name, *address_in(self.language, self.profile)),
            facts=self.facts(facts),
            sections=sections,
            footer=footer_of(self.language, seller, account, seller.footer),
            page_text=self.say(PAGE_TEXT),
        )
