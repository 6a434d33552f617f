"""The kinds of imported files: their columns, the form that checks a line, and the row that a line creates."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar
from unicodedata import category

from django import forms
from django.utils.text import slugify

from apps.backoffice.customer_forms import ROW_FIELDS, NewCustomerForm
from apps.backoffice.imports.csv_rows import CsvFile, CsvRow, Problem, read_csv
from apps.backoffice.services.new_customers import create_customer
from apps.billing_profiles.models import Seller
from apps.contracts import services as contracts
from apps.contracts.forms import ContractForm
from apps.tenants.models import Organization

_YES = {"yes", "true", "1", "on"}
_NO = {"no", "false", "0", "off", ""}


class ImportKind(ABC):
    """A kind of file. `columns` gives the field of the form for each column of the file."""

    permission: ClassVar[str]
    columns: ClassVar[Mapping[str, str]]
    required: ClassVar[tuple[str, ...]]
    switches: ClassVar[tuple[str, ...]] = ()
    # Values used if a column is empty or missing.
    defaults: ClassVar[Mapping[str, str]] = {}
    # Columns whose values may occur only once.
    once: ClassVar[tuple[tuple[str, ...], ...]] = ()
    # Columns whose values may have several lines.
    texts: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def read(cls, raw: bytes) -> CsvFile:
        """Return the rows of a file of this kind.

        Raises:
            WrongFormat: it cannot be read at all.
        """
        return read_csv(raw, columns=cls.columns, required=cls.required)

    def check(self, rows: Iterable[CsvRow]) -> tuple[list[forms.Form], list[Problem]]:
        """Return the checked forms of all lines, and every problem, by line."""
        checked, problems = [], []
        seen: dict[tuple[str, ...], int] = {}
        for row in rows:
            values = self.filled(row.values)
            found = [*self._switch_problems(row.number, values), *self._repeated(row.number, values, seen)]
            found += self._control_characters(row)
            form = self.form(self._data(values))
            if not form.is_valid():
                found += self._problems(row.number, form)
            checked.append(form)
            problems += found
        return checked, problems

    def filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return the values of a line with the defaults of empty columns."""
        return {**self.defaults, **{name: value for name, value in values.items() if value}}

    @abstractmethod
    def form(self, data: Mapping[str, Any]) -> forms.Form:
        """Return the bound form of a line."""

    @abstractmethod
    def create(self, form: Any, *, created_by: str, now: datetime) -> None:
        """Create the row of a checked line."""

    def _data(self, values: Mapping[str, str]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for column, value in values.items():
            data[self.columns[column]] = value.lower() in _YES if column in self.switches else value
        return data

    def _switch_problems(self, number: int, values: Mapping[str, str]) -> list[Problem]:
        wrong = (name for name in self.switches if values.get(name, "").lower() not in _YES | _NO)
        return [Problem(number, name, "Write yes or no.") for name in wrong]

    def _control_characters(self, row: CsvRow) -> Iterable[Problem]:
        for column, value in row.values.items():
            allowed = "\r\n\t" if column in self.texts else ""
            found = next((each for each in value if category(each) == "Cc" and each not in allowed), "")
            if found:
                yield Problem(
                    row.number, column, f"Has the control character U+{ord(found):04X}, such as a line break."
                )

    def _repeated(self, number: int, values: Mapping[str, str], seen: dict[tuple[str, ...], int]) -> Iterable[Problem]:
        for columns in self.once:
            key = (columns[0], *(values.get(name, "") for name in columns))
            if all(key[1:]) and (first := seen.setdefault(key, number)) != number:
                yield Problem(number, columns[-1], f"Line {first} has this too.")

    def _problems(self, number: int, form: forms.Form) -> Iterable[Problem]:
        column_of = {field: column for column, field in self.columns.items()}
        for field, messages in form.errors.items():
            for message in messages:
                yield Problem(number, column_of.get(field, ""), str(message))


class Customers(ImportKind):
    """New customers, checked by the form that creates one."""

    permission = "tenants.add_organization"
    columns: ClassVar[Mapping[str, str]] = {
        **{name: name for name in ("name", "slug", "currency", "pegged", "billing_mode", "anchor_day", "seller")},
        **{name: name for name in ("legal_name", "kind", "street", "street_extra", "postal_code", "city", "region")},
        **{name: name for name in ("country", "vat_number", "purchase_order", "contact_name", "contact_email")},
        **{name: name for name in ("tags", "external_system", "external_id")},
        "usd_rate": "usd_rate_micros",
        "usd_rate_date": "usd_rate_date",
    }
    required = ("name", "currency")
    switches = ("pegged",)
    defaults: ClassVar[Mapping[str, str]] = {"billing_mode": "prepaid", "anchor_day": "1"}
    once = (("slug",), ("external_system", "external_id"))
    _form = forms.modelform_factory(Organization, form=NewCustomerForm, fields=ROW_FIELDS)

    def __init__(self) -> None:
        self._sellers = {name: each.pk for each in Seller.objects.all() for name in (each.legal_name, each.trade_name)}

    def filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """Propose a slug from the name."""
        found = super().filled(values)
        return {"slug": slugify(found.get("name", ""))[:80], **found}

    def form(self, data: Mapping[str, Any]) -> forms.Form:
        """Return the form; a seller is named by either of its names."""
        named = data.get("seller")
        return self._form({**data, "seller": self._sellers.get(named, named)} if named else data)  # type: ignore[return-value]

    def create(self, form: Any, *, created_by: str, now: datetime) -> None:
        """Create the customer."""
        create_customer(customer=form.customer(), now=now)


class Contracts(ImportKind):
    """Contracts, checked by the form that creates one; they become drafts."""

    permission = "contracts.add_contract"
    columns: ClassVar[Mapping[str, str]] = {
        "customer": "organization",
        **{name: name for name in ("start_date", "term_months", "payment_frequency", "auto_renew", "notes")},
        **{name: name for name in ("credit_period_limit", "service_period_limit", "payment_terms_days", "prices")},
        **{name: name for name in ("discount_periods", "discount_until")},
        **{
            name: f"{name}_micros"
            for name in ("credit_portion", "service_portion", "onetime_credit", "onetime_service", "bonus_credits")
        },
        **{name: f"{name}_micros" for name in ("discount_percent", "discount")},
        "schedule": "custom_lines",
    }
    required = ("customer", "start_date", "term_months")
    texts = ("notes", "prices", "schedule")
    switches = ("auto_renew",)
    defaults: ClassVar[Mapping[str, str]] = {"payment_frequency": "monthly"}

    def __init__(self) -> None:
        self._customers = dict(Organization.objects.values_list("slug", "pk"))

    def form(self, data: Mapping[str, Any]) -> forms.Form:
        """Return the form; a customer is named by its slug, and a bar ends each line of its prices or schedule."""
        named = data.get("organization", "")
        lines = {name: data[name].replace("|", "\n") for name in ("prices", "custom_lines") if name in data}
        return ContractForm({**data, **lines, "organization": self._customers.get(named, named)})

    def create(self, form: Any, *, created_by: str, now: datetime) -> None:
        """Draft the contract."""
        contracts.draft_contract(
            organization=form.cleaned_data["organization"], draft=form.draft(), created_by=created_by, now=now
        )


KINDS: Mapping[str, type[ImportKind]] = {"customers": Customers, "contracts": Contracts}
