"""Emails and papers in English, German and French: complete translations, and each language's formats."""

import ast
import gettext
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from apps.billing_profiles.models import BillingProfile, Seller
from apps.common.languages import Language
from apps.mail.examples import EXAMPLES
from apps.mail.models import Contact
from apps.mail.templates import MAIL_TEMPLATES
from tests.mail.test_templates import write
from tests.sources import modules_of_apps, nodes_of

TRANSLATED = ("de", "fr")
TEMPLATES = sorted((settings.BASE_DIR / "templates" / "mail").iterdir())
WORDS = re.compile(
    r'\{% translate "(?P<plain>[^"]+)" %\}'
    r"|\{% blocktranslate trimmed[^%]*%\}(?P<one>.*?)(\{% plural %\}(?P<many>.*?))?\{% endblocktranslate %\}",
    re.DOTALL,
)


def marked_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the translatable texts of a template, in the singular and the plural."""
    for found in WORDS.finditer(text):
        parts = (found["plain"] or found["one"], found["many"] or "")
        one, many = (re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", part) for part in parts)
        yield one, many


def marked() -> set[tuple[str, str]]:
    """Return all texts of emails and papers, from templates and from code."""
    found = {pair for file in TEMPLATES for pair in marked_in(file.read_text())}
    for file in modules_of_apps():
        for node in nodes_of(file):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "gettext"):
                found |= {(each.value, "") for each in node.args if isinstance(each, ast.Constant)}
    return found


def entries(language: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the entries of a file of translations: the comments, and the texts by their names."""
    for block in _file(language, "po").read_text().split("\n\n"):
        comments, texts, name = "", {}, ""
        for line in block.strip().splitlines():
            if line.startswith("#"):
                comments += line
                continue
            start, _, quoted = line.partition('"')
            name = start.strip() or name
            texts[name] = texts.get(name, "") + ast.literal_eval(f'"{quoted}')
        yield comments, texts


def _file(language: str, kind: str) -> Path:
    return settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / f"django.{kind}"


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_says_nothing_that_is_not_translated(file):
    left = WORDS.sub("", file.read_text())
    left = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|<!doctype html>", "", left)
    assert not re.search(r"[A-Za-z]", left), left


@pytest.mark.parametrize("language", TRANSLATED)
class TestTranslations:
    def test_exist_for_every_text_and_no_other(self, language):
        said = {(texts["msgid"], texts.get("msgid_plural", "")) for _, texts in entries(language) if texts["msgid"]}
        assert (sorted(marked() - said), sorted(said - marked())) == ([], []), "run `make messages`"

    def test_are_neither_empty_nor_fuzzy_and_have_the_same_values(self, language):
        for comments, texts in entries(language):
            assert "fuzzy" not in comments, texts
            for name, text in texts.items():
                if name.startswith("msgstr") and texts["msgid"]:
                    assert text.strip(), texts
                    assert sorted(re.findall(r"%\(\w+\)s", text)) == sorted(re.findall(r"%\(\w+\)s", texts["msgid"]))

    def test_are_compiled(self, language):
        with _file(language, "mo").open("rb") as compiled:
            catalog = gettext.GNUTranslations(compiled)
        for _, texts in entries(language):
            if texts["msgid"] and "msgid_plural" not in texts:
                assert catalog.gettext(texts["msgid"]) == texts["msgstr"], "run `make compile-messages`"
        plural = [texts for _, texts in entries(language) if "msgid_plural" in texts]
        for each in plural:
            said = [catalog.ngettext(each["msgid"], each["msgid_plural"], number) for number in (1, 2)]
            assert said == [each["msgstr[0]"], each["msgstr[1]"]]


def contact_of(organization, language=""):
    return Contact(organization=organization, name="Ada", email="a@acme.test", purposes=["alerts"], language=language)


@pytest.mark.parametrize("template", MAIL_TEMPLATES)
def test_every_mail_is_written_in_every_language(organization, template):
    mails = [write(organization, template, EXAMPLES[template], contact_of(organization, each)) for each in Language]
    assert len({mail.subject for mail in mails}) == len({mail.text for mail in mails}) == len(Language)
    for mail, language in zip(mails, Language, strict=True):
        assert f'<html lang="{language}">' in mail.html
        assert not re.search(r"%\(|[{}]|None|Decimal", mail.subject + mail.text)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["505.25 USD (101.05%)", "1 March 2027 to 31 March 2027"]),
        ("de", ["505,25 USD (101,05\N{NO-BREAK SPACE}%)", "1. März 2027 bis 31. März 2027"]),
        ("fr", ["505,25 USD (101,05\N{NO-BREAK SPACE}%)", "du 1 mars 2027 au 31 mars 2027"]),
    ],
)
def test_figures_and_days_are_written_as_in_the_language(organization, language, parts):
    text = write(organization, "budget_exceeded", EXAMPLES["budget_exceeded"], contact_of(organization, language)).text
    for part in parts:
        assert part in text


@pytest.mark.parametrize(
    ("language", "amount"),
    [("en", "1,234,567.8901 EUR"), ("de", "1.234.567,8901 EUR"), ("fr", "1\u202f234\u202f567,8901 EUR")],
)
def test_amounts_stay_exact(organization, language, amount):
    context = {"amount": Decimal("1234567.8901"), "currency": "EUR"}
    assert amount in write(organization, "refund_made", context, contact_of(organization, language)).subject


def test_the_language_is_the_contacts_else_that_of_the_customers_papers_else_english(organization, now):
    def subject(language=""):
        return write(
            organization, "endpoint_failing", EXAMPLES["endpoint_failing"], contact_of(organization, language)
        ).subject

    english, german = "Webhooks to your endpoint are failing", "Webhooks an Ihren Endpunkt schlagen fehl"
    assert (subject(), subject("de")) == (english, german)
    times = {"created_at": now, "updated_at": now}
    seller = Seller.objects.create(
        legal_name="Seller", street="1", city="Paris", country="FR", tax_currency="EUR", **times
    )
    profile = BillingProfile.objects.create(organization=organization, seller=seller, legal_name="Acme", **times)
    assert (seller.language, subject()) == ("en", english)
    profile.language = "de"
    profile.save()
    assert (subject(), subject("en")) == (german, english)
