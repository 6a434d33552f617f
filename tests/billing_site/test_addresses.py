"""The site's root, and the page to try a purchase."""

import pytest


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_root_leads_to_the_admin(client, method):
    answer = getattr(client, method)("/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_nothing_can_be_sent_to_the_root(client):
    assert client.post("/").status_code == 405


def test_the_page_to_try_it_is_shown_where_payers_come_back_to(client, settings):
    settings.SECURE_SSL_REDIRECT = False
    elsewhere = client.get("/try", headers={"host": "localhost"})
    assert (elsewhere.status_code, elsewhere["Location"]) == (302, "https://billing.example/try")

    assert client.get("/try", headers={"host": "billing.example"}).status_code == 200
