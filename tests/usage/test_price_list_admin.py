"""A price list on screen: imported as drafts, reviewed, published by two people, exported."""

import html
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.approvals.models import Approval
from apps.pricing.models import Meter, ModelAlias, PriceListImport, PriceVersion
from apps.pricing.services import AliasTerms, cost_book, list_price_book, name_model, publish_price_list
from tests.backoffice.people import client_of, create_staff
from tests.factories import create_organization
from tests.pricing.factories import EARLY, make_meter, price

pytestmark = pytest.mark.django_db
ENTRIES = {"gpt-5": {"input_cost_per_token": 1.25e-6, "max_tokens": 5}, "odd": {"input_cost_per_token": -1}}
ADDRESS = reverse("admin:pricing_pricelistimport_import_list")


@pytest.fixture
def ann(db):
    return client_of(create_staff("ann", is_superuser=True))


@pytest.fixture
def bob(db):
    return client_of(create_staff("bob", is_superuser=True))


@pytest.fixture
def chosen(db):
    book = list_price_book(currency="USD", now=EARLY)
    return {
        "book": book.pk,
        "meter": make_meter().pk,
        "effective_from_0": "2031-01-01",
        "effective_from_1": "",
        "markup_percent": "20",
    }


def token(client, address):
    return re.search(r'name="token" value="([^"]+)"', client.get(address).content.decode()).group(1)


def take(client, chosen, entries=ENTRIES):
    raw = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    typed = {"_step": "confirm", "token": token(client, ADDRESS), "reason": "New list"}
    file = SimpleUploadedFile("list.json", raw, "application/json")
    return client.post(ADDRESS, typed | chosen | {"file": file})


def page(name, row):
    return reverse(f"admin:pricing_pricelistimport_{name}", args=[row.pk])


def test_a_file_becomes_drafts_and_says_what_it_found(ann, chosen):
    answer = take(ann, chosen)
    row = PriceListImport.objects.get()
    assert answer["Location"] == page("change", row)
    draft = PriceVersion.objects.get()
    assert (draft.model, draft.status, draft.cells["cells"][0]["yoctos"]) == ("gpt-5", "draft", "1500000000000000000")
    shown = ann.get(page("change", row)).content.decode()
    assert "1 new, 0 changed, 0 unchanged" in shown
    assert "odd: input_cost_per_token is not a price: -1" in shown
    assert "20 %" in shown


def test_a_model_that_breaks_a_rule_of_prices_is_named_with_the_code_of_the_rule(ann, chosen):
    fine, high = {"input_cost_per_token": 1e-25}, {"input_cost_per_token_above_200k_tokens": 1e-6}
    take(ann, chosen, ENTRIES | {"fine": fine, "high": high})
    shown = html.unescape(ann.get(page("change", PriceListImport.objects.get())).content.decode())
    assert "fine: too_fine: input_cost_per_token is finer than 24 decimals" in shown
    assert "high: cells_missing: input has a price above 200,000 tokens, and none for smaller calls" in shown
    assert list(PriceVersion.objects.values_list("model", flat=True)) == ["gpt-5"]


@pytest.mark.parametrize(
    ("lines", "code"), [("input 0.0000000000000000001", "too_fine"), ("input above=5 1", "cells_missing")]
)
def test_a_price_table_is_refused_by_the_code_of_the_rule(ann, chosen, lines, code):
    typed = chosen | {
        "scheme": "cells",
        "cells": lines,
        "effective_to_0": "",
        "effective_to_1": "",
        "minimum_micros": 0,
    }
    form = ann.post(reverse("admin:pricing_priceversion_add"), typed).context["adminform"].form
    assert [error.code for error in form.errors.as_data()["cells"]] == [code]
    assert not PriceVersion.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("unit_price", "0.0000000000001", "too_fine"),
        ("unit_price", "1,5", "not_a_price"),
        ("unit_price", "9" * 30, "not_a_price"),
        ("tiers", "10 0.0000000000001\nrest 1", "too_fine"),
    ],
)
def test_the_price_of_one_unit_is_refused_by_the_code_of_the_rule(ann, chosen, field, typed, code):
    scheme = "per_unit" if field == "unit_price" else "graduated"
    sent = chosen | {"scheme": scheme, field: typed, "effective_to_0": "", "effective_to_1": "", "minimum_micros": 0}
    form = ann.post(reverse("admin:pricing_priceversion_add"), sent).context["adminform"].form
    assert [error.code for error in form.errors.as_data()[field]] == [code]


def test_equal_warnings_are_one_line_so_that_they_hide_no_other(ann, chosen):
    cheaper = {"input_cost_per_token": 1e-6, "input_cost_per_token_above_200k_tokens": 5e-7}
    take(ann, chosen, {f"free-{number:02}": {"input_cost_per_token": 0} for number in range(60)} | {"zoom": cheaper})
    shown = ann.get(page("change", PriceListImport.objects.get())).content.decode()
    listed = ", ".join(f"free-{number:02}" for number in range(50))
    assert f"every price is 0 (60): {listed} and 10 more<" in shown
    assert "input above 200,000 tokens is cheaper than below (1): zoom<" in shown


def test_fields_that_are_not_read_are_listed(ann, chosen):
    take(ann, chosen, {name: {"input_cost_per_token": 1e-6, "cost_per_second": 1} for name in ("a", "b")})
    assert "cost_per_second: 2 models" in ann.get(page("change", PriceListImport.objects.get())).content.decode()


def test_publishing_takes_a_second_person_where_no_usage_tells_its_size(ann, bob, chosen):
    take(ann, chosen)
    row = PriceListImport.objects.get()
    address = page("publish", row)
    assert 'value="2031-01-01"' in ann.get(address).content.decode()
    typed = {"token": token(ann, address), "reason": "New list", "when": "later", "starts_at_1": ""}
    review = ann.post(address, {"_step": "review", **typed, "starts_at_0": "2031-01-01"})
    assert "2031-01-01 00:00 UTC" in review.content.decode()
    nothing = ann.post(address, {"_step": "review", **typed, "starts_at_0": ""})
    assert "Enter when its prices take effect" in nothing.content.decode()
    review = ann.post(address, {"_step": "review", **typed, "when": "soon", "starts_at_0": "2031-01-01"})
    assert "ten minutes after it is published" in review.content.decode()
    ann.post(address, {"_step": "confirm", **typed, "starts_at_0": "2031-02-01"})
    assert PriceVersion.objects.get().status == "draft"
    request = Approval.objects.get()
    address = reverse("admin:approvals_approval_approve", args=[request.pk])
    bob.post(address, {"_step": "confirm", "token": token(bob, address), "reason": "Checked"})
    published = PriceVersion.objects.get()
    assert (published.status, published.published_by, published.approval) == ("published", "staff:ann", str(request.pk))
    assert f"{published.effective_from:%Y-%m-%d}" == "2031-02-01"
    assert page("publish", row) not in ann.get(page("change", row)).content.decode()


def test_a_cost_list_is_in_force_when_it_is_published(ann, chosen):
    take(ann, chosen | {"book": cost_book(currency="USD", now=EARLY).pk})
    address = page("publish", PriceListImport.objects.get())
    shown = ann.get(page("change", PriceListImport.objects.get())).content.decode()
    assert [name in shown for name in ("/publish/", "/keep/", "/preview")] == [True, False, False]
    typed = {"token": token(ann, address), "reason": "New list", "when": "soon"}
    assert "when it is published" in ann.post(address, {"_step": "review", **typed}).content.decode()
    ann.post(address, {"_step": "confirm", **typed})
    assert PriceVersion.objects.get().effective_from <= timezone.now()


def test_the_other_names_of_a_published_list_become_aliases_after_two_people_agree(ann, bob, chosen):
    meter = Meter.objects.get(pk=chosen["meter"])
    entries = {"m": ENTRIES["gpt-5"], "own": ENTRIES["gpt-5"]}
    others = {"M/Latest": "m", "gone/x": "gone", "own": "m", "known": "m"}
    take(ann, chosen, {**entries, **{name: {"alias_of": target} for name, target in others.items() if name != "own"}})
    row = PriceListImport.objects.get()
    PriceListImport.objects.update(aliases=others)
    assert page("take_names", row) not in ann.get(page("change", row)).content.decode()
    publish_price_list(import_id=row.pk, starts_at=None, published_by="staff:bob", now=timezone.now())
    price(meter, model="other", input_micros_per_million=1)
    name_model(
        terms=AliasTerms(meter_id=meter.pk, name="known", target="other"),
        effective_from=EARLY,
        reason="r",
        created_by="s",
        now=EARLY,
    )
    address = page("take_names", row)
    assert address in ann.get(page("change", row)).content.decode()
    review = ann.post(address, {"_step": "review", "token": token(ann, address), "reason": "New list"})
    assert "stands for m" in review.content.decode()
    ann.post(address, {"_step": "confirm", "token": token(ann, address), "reason": "New list"})
    approve = reverse("admin:approvals_approval_approve", args=[Approval.objects.get().pk])
    bob.post(approve, {"_step": "confirm", "token": token(bob, approve), "reason": "Checked"})
    taken = ModelAlias.objects.exclude(name="known").get()
    assert (taken.name, taken.target, taken.created_by) == ("m/latest", "m", "staff:ann")
    assert taken.effective_from > timezone.now()
    again = ann.post(address, {"_step": "review", "token": token(ann, address), "reason": "Again"})
    assert "Every name in the file has a price" in again.content.decode()


def test_the_export_is_the_file_with_the_books_prices(ann, chosen):
    take(ann, chosen)
    exported = json.loads(ann.get(page("export_file", PriceListImport.objects.get())).content)
    assert exported == ENTRIES | {"gpt-5": ENTRIES["gpt-5"] | {"input_cost_per_token": 1.5e-6}}


def test_a_price_that_the_files_form_cannot_say_is_named(ann, chosen):
    take(ann, chosen)
    PriceVersion.objects.update(cells={"per_cost_ppm": 1_300_000, "cost_currency": "USD"})
    row = PriceListImport.objects.get()
    answer = ann.get(page("export_file", row), follow=True)
    assert answer.redirect_chain == [(page("change", row), 302)]
    assert "a file of this kind cannot express the prices of 1 models: gpt-5" in answer.content.decode()


def test_prices_are_rounded_and_those_that_are_gone_end_where_that_is_chosen(ann, chosen):
    take(ann, chosen | {"step": "0.4", "ends_gone": "on"})
    assert PriceVersion.objects.get().cells["cells"][0]["yoctos"] == "1600000000000000000"
    row = PriceListImport.objects.get()
    assert (row.step_micros, row.ends_gone) == (400_000, True)


def test_the_preview_is_a_file(ann, chosen):
    take(ann, chosen)
    address = page("preview_file", PriceListImport.objects.get())
    answer = ann.get(address, {"from": "2026-08-01", "to": "2026-08-31"})
    assert answer.content.decode().startswith("\ufeffcustomer,model,")
    assert "2026-08-01-2026-08-31.csv" in answer["Content-Disposition"]
    for days, error in ((("2026-08-02", "2026-08-01"), "before the first"), (("2024-01-01", "2026-08-01"), "400 days")):
        answer = ann.get(address, dict(zip(("from", "to"), days, strict=True)))
        assert (answer.status_code, error in answer.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("entries", "error"),
    [(b"{", "The file is not JSON"), ({"odd": ENTRIES["odd"]}, "Nothing changed")],
)
def test_a_bad_file_is_refused_beside_its_field(ann, chosen, entries, error):
    answer = take(ann, chosen, entries)
    assert answer.status_code == 422
    assert error in answer.content.decode()
    assert not PriceListImport.objects.exists()


def test_discarding_deletes_the_drafts(ann, chosen):
    take(ann, chosen)
    address = page("discard", PriceListImport.objects.get())
    ann.post(address, {"_step": "confirm", "token": token(ann, address), "reason": "Wrong file"})
    assert not PriceVersion.objects.exists()


def test_customers_are_left_out_and_the_preview_is_a_page(ann, chosen, now):
    take(ann, chosen)
    row, acme = PriceListImport.objects.get(), create_organization(now)
    typed = {"_step": "confirm", "token": token(ann, page("keep_old", row)), "reason": "Their contract"}
    answer = ann.post(page("keep_old", row), typed | {"customers": "acme 2031-06-30"})
    assert (answer.status_code, row.kept.get().organization) == (302, acme)
    assert "acme until 2031-06-30" in ann.get(page("change", row)).content.decode()
    assert "acme 2031-06-30</textarea>" in ann.get(page("keep_old", row)).content.decode()
    for wrong in ("nobody", "acme soon", "acme contract"):
        assert ann.post(page("keep_old", row), typed | {"customers": wrong}).status_code == 422
    shown = ann.get(page("preview_page", row), {"from": "2026-08-01", "to": "2026-08-31"}).content.decode()
    assert "No usage would change." in shown
    assert "?from=2026-08-01&amp;to=2026-08-31" in shown
    assert "give the first and the last day" in ann.get(page("preview_page", row), {"from": "x"}).content.decode()


def test_markups_of_models_are_typed_beside_the_one_of_all(ann, chosen):
    take(ann, chosen | {"markups": "gpt-5 50"})
    assert PriceVersion.objects.get().cells["cells"][0]["yoctos"] == str(1_875_000_000_000_000_000)
