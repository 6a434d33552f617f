import pytest

from tests.backoffice.people import client_of, create_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return client_of(create_staff("ada", "Viewer")).get("/admin/")


def test_nothing_inline_runs_and_nothing_comes_from_elsewhere(page):
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert policy["frame-ancestors"] == "'none'"
    assert "<script>" not in page.content.decode()
    assert "http://" not in page.content.decode().replace("http://www.w3.org", "")


def test_pages_are_framed_and_kept_by_nobody(page):
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_cookies_stay_out_of_reach_of_scripts(settings):
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
