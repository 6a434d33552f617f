"""Opens every registered page with odd ids, query values and field values: no server error."""

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.backoffice.people import client_of, create_staff
from tests.backoffice.test_crawl_pages import identities, make_world
from tests.kept_worlds import kept

pytestmark = pytest.mark.django_db

LABELS = sorted(model._meta.label for model in admin.site._registry)
ODD_IDS = ["abc", "\x00", "9" * 30, "1.5", "_5F", "..", "\u0661\u200b", "00000000-0000-0000-0000-000000000000"]
HUGE = "9" * 30
ODD_IDS_OF_BUTTONS = ["abc", "\x00", HUGE, "00000000-0000-0000-0000-000000000000"]
LIST_PARAMETERS = ("o", "p", "before", "after", "_to_field", "nothing", "__", "id__id")
LIST_QUERIES = [
    *({"q": value} for value in ("\x00", "'\"%_\\(", "a" * 500, HUGE)),
    {"all": "x"},
    {"e": "2"},
    {"_popup": "x"},
    {"_facets": "x"},
    {"before": "~~"},
    {"o": "99.-99.1"},
    {"_changelist_filters": "\x00"},
]


def model_of(label):
    return next(model for model in admin.site._registry if model._meta.label == label)


@pytest.fixture(scope="module")
def customer(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        yield make_world()


@pytest.fixture
def crawler(customer, db):
    client = client_of(create_staff("crawler", is_superuser=True))
    client.raise_request_exception = False
    return client


def named(model, suffix, *arguments):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{suffix}", args=arguments)


def pages_with_an_id(model):
    """Return the names of the pages of one row: change, history, delete, and every button's."""
    for pattern in admin.site._registry[model].get_urls():
        if pattern.name and "object_id" in str(pattern.pattern):
            yield f"admin:{pattern.name}"


def fails(client, address, query=None, post=None):
    answer = client.post(address, post) if post is not None else client.get(address, query or {})
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code >= 500


@pytest.mark.parametrize("label", LABELS)
def test_no_odd_id_is_that_of_a_row(crawler, label, rf):
    """The change, delete and history pages read their row by `get_object`; the next test opens the pages themselves."""
    request = rf.get("/")
    request.user = User.objects.get(username="crawler")
    page = admin.site._registry[model_of(label)]
    identities = [unquote(identity) for identity in ODD_IDS if identity != "\x00"]
    assert [identity for identity in identities if page.get_object(request, identity) is not None] == []


@pytest.mark.usefixtures("refusals_drawn_once")
@pytest.mark.parametrize("label", LABELS)
def test_no_odd_id_is_an_error(crawler, label):
    place, failed = LABELS.index(label), []
    usual = {"change": "\x00", "history": ODD_IDS[place % 8], "delete": ODD_IDS[(place + 4) % 8]}
    for name in pages_with_an_id(model_of(label)):
        one = usual.get(name.rpartition("_")[2])
        for identity in [one] if one else ODD_IDS_OF_BUTTONS:
            try:
                address = reverse(name, args=[identity])
            except NoReverseMatch:
                continue
            if fails(crawler, address):
                failed.append((name, identity))
    assert failed == []


def odd_queries(model):
    """Return query strings with columns and filters that make no sense for a list."""
    yield from LIST_QUERIES
    # Each list gets one of two odd values for each parameter, and the next list gets the other.
    place = LABELS.index(model._meta.label)
    yield from ({name: ("abc", HUGE)[(place + number) % 2]} for number, name in enumerate(LIST_PARAMETERS))
    for field in model._meta.concrete_fields:
        name = field.name
        if isinstance(field, models.DateField):
            yield from ({f"{name}__year": "99999"}, {f"{name}__gte": "99999-01-01"}, {f"{name}__range": "x"})
        elif isinstance(field, models.ForeignKey):
            yield from ({name: "abc"}, {f"{name}__id__exact": HUGE}, {f"{name}__nothing": "1"})
        elif isinstance(field, models.IntegerField):
            yield from ({name: "abc"}, {f"{name}__in": f"1,,{HUGE}"}, {f"{name}__isnull": "perhaps"})
        else:
            yield from ({name: "\x00"}, {f"{name}__regex": "("}, {f"{name}__in": "\x00,"})
    for spec in admin.site._registry[model].list_filter:
        name = spec[0] if isinstance(spec, (list, tuple)) else spec
        name = name if isinstance(name, str) else name.parameter_name
        yield from ({f"{name}{end}": HUGE} for end in ("", "__exact", "__id__exact", "_from", "_to"))
        yield from ({f"{name}{end}": "abc\x00"} for end in ("", "_from"))


@pytest.mark.long
@pytest.mark.usefixtures("content_alone")
@pytest.mark.parametrize("label", LABELS)
def test_no_odd_query_is_an_error(crawler, label):
    address = named(model_of(label), "changelist")
    assert [query for query in odd_queries(model_of(label)) if fails(crawler, address, query)] == []


class _Fields(HTMLParser):
    """The names and values of a page's own form; a select with nothing chosen has its first value."""

    def __init__(self, page):
        super().__init__()
        self.values, self._area, self._select = {}, "", ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        self._area = name if tag == "textarea" else ""
        self._select = name if tag == "select" else self._select
        if tag == "option" and self._select and ("selected" in given or not self.values[self._select]):
            self.values[self._select] = given.get("value") or ""
        if tag in ("input", "select", "textarea") and name and self.sends(given):
            self.values[name] = given.get("value") or ("on" if given.get("type") == "checkbox" else "")

    def sends(self, given):
        kind = given.get("type")
        return kind not in ("submit", "file", "button") and (kind not in ("checkbox", "radio") or "checked" in given)

    def handle_endtag(self, tag):
        self._select = "" if tag == "select" else self._select

    def handle_data(self, data):
        if self._area:
            self.values[self._area] += data


KEPT = ("csrfmiddlewaretoken", "_step", "token", "_seen")
COUNTS = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")


def form_pages(model):
    """Return the addresses of a model's pages with forms: to add, to change, and every button's."""
    yield named(model, "add")
    row = model._default_manager.order_by("pk").first()
    for pattern in admin.site._registry[model].get_urls():
        name = pattern.name or ""
        if name.rpartition("_")[2] in ("changelist", "add", "history", "delete", "autocomplete"):
            continue
        for arguments in ([], [row.pk] if row is not None else []):
            try:
                yield reverse(f"admin:{name}", args=arguments)
            except NoReverseMatch:
                continue


def own_fields(page):
    """Return the data that a browser would send for a page's own form; empty if the page has none."""
    if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
        return {}
    values = _Fields(page.content.decode()).values
    values = {name: value for name, value in values.items() if name not in ("action", "_selected_action", "q", "s")}
    return values | ({"_step": "review"} if "_step" in values else {}) if "csrfmiddlewaretoken" in values else {}


def odd_values(values):
    """Yield up to three sets of invalid values for the form's fields; of a table, only those of the first row."""
    left = re.compile(rf"-(__prefix__|[1-9]\d*)-|-({'|'.join(COUNTS)})$")
    names = [name for name in values if name not in KEPT and not left.search(name)]
    for odds in (("\x00", "abc"), ("", ""), (HUGE, HUGE)):
        odd = {name: odds[number % 2] for number, name in enumerate(names)}
        if changed := {name: value for name, value in odd.items() if value != values[name]}:
            yield changed


def odd_posts_apart(values):
    """Return invalid values with which every post is refused: of the state that was seen, and of a table's row counts.

    A count is not a number, or is larger than the number of rows.
    """
    if "_seen" in values:
        yield from ({"_seen": odd} for odd in ("abc", "", HUGE))
    for table in (name.removesuffix("-TOTAL_FORMS") for name in values if name.endswith("-TOTAL_FORMS")):
        for counts, odd in ((COUNTS, "abc"), (COUNTS, ""), (COUNTS[:1], HUGE), (COUNTS[1:2], HUGE), (COUNTS[2:], HUGE)):
            yield {f"{table}-{count}": odd for count in counts}


def forms_of(answer):
    context = getattr(answer, "context_data", None) or {}
    tables = [table.formset for table in context.get("inline_admin_formsets") or ()]
    own = [context.get("form") or getattr(context.get("adminform"), "form", None)]
    return [form for form in (*own, *(form for table in tables for form in table.forms)) if form is not None]


def refuses(bound):
    """Return whether a field refuses its posted value, whatever the other fields contain."""
    try:
        bound.field.clean(bound.data)
    except ValidationError:
        return True
    return False


def refusals(answer):
    return {(form.add_prefix(name), *words) for form in forms_of(answer) for name, words in form.errors.items()}


def failing_posts(client, address, values):
    """Post invalid values in all fields at once; then those that their own fields accept, among valid values."""
    plain = client.post(address, values)
    if plain.status_code >= 500:
        yield address, values
    yield from ((address, odd) for odd in odd_posts_apart(values) if fails(client, address, post=values | odd))
    for odd in odd_values(values):
        answer = client.post(address, values | odd)
        if answer.status_code >= 500:
            yield address, odd
        refused = {bound.html_name for form in forms_of(answer) for bound in form if refuses(bound)}
        taken = {name: value for name, value in odd.items() if name not in refused}
        yield from failing_among(client, address, values, taken, refusals(plain), answer if taken == odd else None)


def failing_among(client, address, values, odd, usual, answer=None):
    """Post invalid values among valid ones: all together, then each refused one alone, then the others again.

    An `answer` is the one to all together, if they were posted before. No post is sent twice.
    """
    if not odd:
        return
    answer = answer or client.post(address, values | odd)
    if answer.status_code >= 500:
        yield address, values | odd
    elif refusals(answer) <= usual:
        return
    named = {name for name, *_ in refusals(answer) - usual} & odd.keys() or odd.keys()
    posts = [values | {name: odd[name]} for name in named if len(odd) > 1]
    yield from ((address, post) for post in posts if fails(client, address, post=post))
    others = {name: value for name, value in odd.items() if name not in named}
    yield from failing_among(client, address, values, others, usual)


@pytest.mark.usefixtures("refusals_drawn_once")
@pytest.mark.parametrize("label", LABELS)
def test_no_odd_field_is_an_error(crawler, label):
    """Each field of each form is posted with invalid values, and empty."""
    failed = []
    for address in sorted(set(form_pages(model_of(label)))):
        values = own_fields(crawler.get(address))
        failed += failing_posts(crawler, address, values) if values else ()
    assert failed == []


def test_pages_beside_the_lists_take_odd_addresses(crawler):
    addresses = (
        "/admin/r/999/abc/",
        f"/admin/r/{HUGE}/1/",
        "/admin/why/grant/%00/",
        f"/admin/why/transfer/{HUGE}/",
        "/admin/why/movements/charged:USD:99999-01-01/",
        "/admin/why/figure/%00:USD/",
        "/admin/why/usage/abc:2026-13/",
        "/admin/statements/00000000-0000-0000-0000-000000000000/9999-12/",
        "/admin/export/ledger/transfer/csv/?recorded_at__year=99999",
        "/admin/export/tenants/organization/xlsx/?created_at__gte=%00",
        "/admin/export/nothing/nothing/csv/",
        "/admin/search/?s=%00&extended=1",
        "/admin/autocomplete/?app_label=%00&model_name=a&field_name=b&term=%00",
        f"/admin/autocomplete/?app_label=pricing&model_name=priceversion&field_name=book&term={HUGE}%00&page=abc",
        "/admin/nothing/",
        "/admin/login/?next=%00",
    )
    assert [address for address in addresses if fails(crawler, address)] == []


@pytest.mark.usefixtures("content_alone")
def test_no_odd_explanation_is_an_error(crawler, customer):
    """Each part of an explanation's identity, such as the month in `1:2026-11`, is replaced with an invalid one."""
    failed = []
    for what, identity in identities(customer):
        parts = str(identity).split(":")
        for place, odd in ((place, odd) for place in range(len(parts)) for odd in [*ODD_IDS, "99999-12-31"]):
            asked = ":".join([*parts[:place], odd, *parts[place + 1 :]])
            if fails(crawler, f"/admin/why/{what}/{quote(asked)}/"):
                failed.append((what, asked))
    assert failed == []


class TestRefusals:
    def leads_back(self, page):
        return re.search(r'<a(?: [^>]*)? href="/admin/"[^>]*>Back to Home</a>', page) is not None

    @pytest.mark.parametrize("path", ["ledger/transfer/abc", "wallets/grant/00000000-0000-0000-0000-000000000000"])
    def test_what_is_not_there_is_a_page_of_the_site(self, crawler, path):
        answer = crawler.get(f"/admin/{path}/change/")
        page = answer.content.decode()
        assert (answer.status_code, "Page not found" in page) == (404, True)
        assert self.leads_back(page)
        assert 'id="nav-sidebar"' in page

    def test_what_is_not_allowed_is_a_page_of_the_site(self, db):
        answer = client_of(create_staff("visitor", "Viewer")).get("/admin/auth/user/add/")
        page = answer.content.decode()
        assert (answer.status_code, "This page is not open to you" in page) == (403, True)
        assert "Ask a colleague in the Administrator group" in page
        assert self.leads_back(page)
        assert 'id="nav-sidebar"' in page

    def test_a_form_without_its_token_says_what_to_do(self, db):
        client = Client(enforce_csrf_checks=True)
        answer = client.post("/admin/login/", {"username": "a"})
        assert (answer.status_code, "Open it again" in answer.content.decode()) == (403, True)
        assert self.leads_back(answer.text)

    def test_a_value_that_no_filter_takes_is_a_page_of_the_site(self, crawler):
        answer = crawler.get("/admin/ledger/transfer/", {"fingerprint__regex": "("})
        assert (answer.status_code, "Bad request" in answer.content.decode()) == (400, True)
