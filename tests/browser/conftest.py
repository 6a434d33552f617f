"""A real browser against a real server: the distribution's Chromium, the site in a thread, a local Stripe."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect, sync_playwright

from apps.backoffice import second_factor
from apps.payments import stripe_gateway
from local_stripe.server import LOCAL_KEY, LocalStripe
from tests.backoffice.people import PASSWORD, create_staff

INSTALL = "Chromium is missing: apt-get install -y chromium, or set CHROMIUM_PATH to one."
SECRET = "whsec_browser"

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright keeps a loop running in this thread
expect.set_options(timeout=30_000)  # so that no test fails because the machine is busy


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None or not os.path.exists(path):
        pytest.fail(INSTALL)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def local_stripe(settings: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalStripe]:
    """A local Stripe that sends its events to the live server."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.0)
    with LocalStripe(webhook_url=f"{live_server.url}/webhooks/stripe", webhook_secret=SECRET) as running:
        settings.STRIPE_API_KEY = LOCAL_KEY
        settings.STRIPE_API_BASE = running.url
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        settings.PUBLIC_BASE_URL = live_server.url
        stripe_gateway._breaker.close()
        yield running


@pytest.fixture
def enrolled() -> Callable[..., tuple[User, list[str]]]:
    """Make a member of staff who has a second factor and recovery codes."""
    from django_otp.oath import totp

    def make(username: str, *groups: str) -> tuple[User, list[str]]:
        person = create_staff(username, *groups, password=PASSWORD)
        device = second_factor.pending_device(person)
        _, codes = second_factor.confirm_device(user=person, code=f"{totp(device.bin_key):06d}")
        return person, codes

    return make


@pytest.fixture
def visit(chromium: Browser, live_server: Any, enrolled: Any) -> Iterator[Callable[..., Page]]:
    """Sign in with password and second factor, and return the page; an error in the console fails the test."""
    contexts = []
    complaints: list[str] = []

    def sign_in(username: str, *groups: str) -> Page:
        _, codes = enrolled(username, *groups)
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda line: note_complaint(complaints, page, line))
        page.goto("/admin/login/")
        page.fill("#id_username", username)
        page.fill("#id_password", PASSWORD)
        page.fill("#id_code", codes[0])
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []


def note_complaint(complaints: list[str], page: Page, line: Any) -> None:
    refused = "Content Security Policy" in line.text or "Refused to" in line.text
    if line.type == "error" and refused:
        complaints.append(f"{page.url}: {line.text}")


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Save a screenshot for the README if UPDATE_SCREENS=1."""

    def take(page: Page, name: str) -> None:
        if os.environ.get("UPDATE_SCREENS") == "1":
            page.screenshot(path=str(django_settings.BASE_DIR / "docs" / "screens" / f"{name}.png"))

    return take
