import pytest

from apps.ledger.models import Hold, Transfer
from apps.tenants import services as tenants
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return create_customer()


@pytest.fixture
def client():
    return client_of(create_staff("ada", "Billing"))


def found(client, text):
    answer = client.get("/admin/search/", {"s": text, "extended": "1"})
    assert answer.status_code == 200
    return [each.link for each in answer.context.get("results", [])]


class TestExactIds:
    def test_of_a_customer(self, client, customer):
        for text in (str(customer.pk), str(customer.pk).upper(), customer.slug, f"  {customer.slug} "):
            assert found(client, text)[0] == f"/admin/tenants/organization/{customer.pk}/change/"

    def test_of_a_transfer_by_key_and_number(self, client, customer):
        transfer = Transfer.objects.get(key="world:acme:charge")
        page = f"/admin/ledger/transfer/{transfer.pk}/change/"
        assert found(client, "world:acme:charge")[0] == page
        assert page in found(client, str(transfer.pk))
        assert page in found(client, f"#{transfer.pk}")

    def test_of_a_hold_a_grant_an_account_a_key_and_an_identity(self, client, customer):
        hold = Hold.objects.get()
        issued = tenants.issue_api_key(
            organization=customer, name="ci", scopes=["billing:read"], created_by="staff:test", now=NOW
        )
        tenants.link_identity(organization=customer, issuer="https://c", external_organization_id="org_Ab", now=NOW)
        assert "/admin/ledger/hold/" in found(client, str(hold.pk))[0]
        assert [link.split("/")[2:4] for link in found(client, "world:acme:grant")] == [
            ["ledger", "transfer"],
            ["wallets", "grant"],
        ]
        assert "/admin/ledger/account/" in found(client, f"org:{customer.pk}:wallet")[0]
        assert "/admin/tenants/apikey/" in found(client, issued.key.prefix)[0]
        assert "/admin/tenants/identitylink/" in found(client, "org_Ab")[0]
        assert found(client, "org_ab") == []

    @pytest.mark.parametrize("text", ["", " ", "\x00", "'", "%", "٣", "9" * 40, "x" * 5000, "<script>"])
    def test_that_are_none_find_nothing(self, client, customer, text):
        assert found(client, text) == []


class TestNamesAndCommands:
    def test_a_customer_is_found_by_part_of_its_name(self, client, customer):
        assert f"/admin/tenants/organization/{customer.pk}/change/" in found(client, "cme")

    def test_a_list_is_found_by_its_name(self, client):
        assert "/admin/wallets/grant/" in found(client, "grants")

    def test_new_opens_a_form(self, client):
        assert found(client, "new organization")[0] == "/admin/tenants/organization/add/"

    def test_what_one_may_not_open_is_not_found(self, customer):
        viewer = client_of(create_staff("viewer", "Viewer"))
        assert found(viewer, "new organization") == []
        assert found(viewer, "viewer") == []
