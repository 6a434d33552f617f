"""The email of every notice: complete data, exact amounts, and agreement of catalog and templates."""

import re
from decimal import Decimal

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator

from apps.common.strict_json import read_object, write_json
from apps.mail.examples import EXAMPLES
from apps.mail.letters import MissingMember, write_mail
from apps.mail.models import Contact
from apps.mail.templates import MAIL_TEMPLATES
from apps.notices.catalog import NOTICES

NOTICE_OF = {each.mail: each for each in NOTICES.values() if each.mail}
# Emailed by staff, without a webhook event.
BY_HAND = {"order_form_sent", "receipt_sent", "statement_sent"}
SCHEMAS = {
    **{name: notice.data for name, notice in NOTICE_OF.items()},
    **{name: {"properties": EXAMPLES[name], "required": [*EXAMPLES[name]]} for name in BY_HAND},
}


def write(organization, template, context, contact=None):
    as_sent = read_object(write_json(context))
    return write_mail(organization=organization, template=template, context=as_sent, contact=contact)


def test_there_is_a_template_for_each_mailed_notice_and_no_other():
    assert set(NOTICE_OF) | BY_HAND == set(MAIL_TEMPLATES) == set(EXAMPLES)
    files = {path.name for path in (settings.BASE_DIR / "templates" / "mail").iterdir()}
    kinds = ("subject.txt", "txt", "html")
    parts = {"base.txt", "base.html", "budget_consequence.txt"}
    assert files == parts | {f"{name}.{kind}" for name in MAIL_TEMPLATES for kind in kinds}


@pytest.mark.parametrize("template", MAIL_TEMPLATES)
def test_every_mail_can_be_written_from_the_members_of_the_catalog(template, organization):
    """Optional members are absent, because a template may not rely on them."""
    schema = SCHEMAS[template]
    example = EXAMPLES[template]
    unknown = example.keys() - schema["properties"].keys()
    assert not unknown
    promised = {name: value for name, value in example.items() if name in schema["required"]}

    for context in (example, promised):
        mail = write(organization, template, context)
        assert "Acme" in mail.text
        assert "Acme" in mail.html
        assert mail.subject
        assert "\n" not in mail.subject
        for part in (mail.subject, mail.text, re.sub(r"<[^>]+>", "", mail.html)):
            assert not re.search(r"[{}]|None|Decimal|\b[a-z]+_[a-z_]+\b", part), part


@pytest.mark.parametrize("template", MAIL_TEMPLATES)
def test_a_member_that_is_missing_is_an_error(template, organization):
    required = set(SCHEMAS[template]["required"])
    for left_out in EXAMPLES[template].keys() & required:
        context = {name: value for name, value in EXAMPLES[template].items() if name != left_out}
        texts = [path.read_text() for path in (settings.BASE_DIR / "templates" / "mail").glob(f"{template}.*")]
        shown = any(re.search(rf"\{{\{{ ?{left_out}\b", text) for text in texts)
        if shown and not any(f"{{% if {left_out} %}}" in text for text in texts):
            with pytest.raises(MissingMember, match=left_out):
                write(organization, template, context)


@pytest.mark.parametrize("template", NOTICE_OF)
def test_an_example_has_the_types_of_the_catalog(template):
    properties = NOTICE_OF[template].data["properties"]
    for name, value in EXAMPLES[template].items():
        Draft202012Validator(dict(properties[name])).validate(value)


def test_amounts_are_exact_in_the_customers_currency(organization):
    organization.currency = "JPY"
    mail = write(organization, "payment_settled", {"kind": "invoice", "amount": Decimal(1234567)})
    assert mail.subject == "We received your payment of 1,234,567 JPY"

    mail = write(organization, "refund_made", {"amount": Decimal("0.000001"), "currency": "EUR"})
    assert mail.subject == "We refunded 0.000001 EUR"


@pytest.mark.parametrize(
    ("template", "changed", "said"),
    [
        ("budget_exceeded", {}, "New work that it covers is refused until a new period starts"),
        ("budget_exceeded", {"period": "once"}, "New work that it covers is refused until the limit is raised"),
        ("budget_exceeded", {"mode": "soft"}, "Nothing has been stopped."),
        ("budget_threshold", {"percent": Decimal(150)}, "New work that it covers is refused"),
        (
            "budget_exceeded",
            {"budgetId": "monthly-resource-spend"},
            "The monthly budget for persistent resources of Acme",
        ),
        ("balance_low", {"threshold": Decimal(0), "availableBudget": Decimal(-1)}, "The credit of Acme is used up."),
        ("resources_resumed", {}, "may run again: a new month has begun"),
        ("resources_resumed", {"spendUsd": Decimal(1)}, "are below their monthly limit again"),
    ],
)
def test_a_mail_says_what_follows(organization, template, changed, said):
    mail = write(organization, template, {**EXAMPLES[template], **changed})
    assert said in mail.text
    assert said in mail.html


def test_a_contract_whose_terms_changed_is_not_said_to_have_a_new_state(organization):
    mail = write(organization, "contract_changed", {**EXAMPLES["contract_changed"], "from": "active"})
    assert mail.subject == "Your contract has changed"
    assert "Before" not in mail.text + mail.html
    assert "Now: Active" in mail.text
    mail = write(organization, "contract_changed", EXAMPLES["contract_changed"])
    assert mail.subject == "Your contract is now active"


def test_what_a_customer_calls_things_is_escaped_in_html_only(organization):
    called = {"name": "<i>&", "scope": {"tag": "<b>&"}}
    mail = write(organization, "budget_exceeded", {**EXAMPLES["budget_exceeded"], **called})
    assert "The budget “<i>&” of Acme" in mail.text
    assert "The budget “&lt;i&gt;&amp;” of Acme" in mail.html
    assert "the tag <b>&" in mail.text
    assert "the tag &lt;b&gt;&amp;" in mail.html


def test_only_alerts_name_an_address_to_unsubscribe(organization, now):
    contact = Contact(organization=organization, name="Ada", email="ada@acme.test", purposes=["alerts"])
    for template, kind in MAIL_TEMPLATES.items():
        mail = write(organization, template, EXAMPLES[template], contact)
        assert ("/mail/unsubscribe/" in mail.text, "/mail/unsubscribe/" in mail.html) == (kind.may_unsubscribe,) * 2


def test_a_period_of_a_day_is_shown_as_the_day(organization):
    mail = write(organization, "budget_exceeded", {**EXAMPLES["budget_exceeded"], "period": "day"})
    assert "Period: 1 March 2027\n" in mail.text


def test_a_period_is_shown_with_its_last_day(organization):
    assert (
        "Period: 1 March 2027 to 31 March 2027"
        in write(organization, "budget_exceeded", EXAMPLES["budget_exceeded"]).text
    )
